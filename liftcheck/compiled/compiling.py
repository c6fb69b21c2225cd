"""Compiling the C files here: when liftcheck is installed, and by `python liftcheck/compiled/compiling.py`."""

import os
import shlex
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

FOLDER = Path(__file__).parent
# What the C files say again.
NAMES = ("strapdown", "tilt", "drop", "standing", "banded", "calm", "steps", "quaternions")
MEANT = [FOLDER.parent / "trunk" / f"{name}.py" for name in NAMES]
# -ffp-contract=off: without it some processors round once where others round twice, and machines would differ.
FLAGS = ("-std=c11", "-O3", "-ffp-contract=off", "-fvisibility=hidden", "-fPIC", "-shared", "-Wno-psabi")


def shared_object(folder: Path = FOLDER) -> Path:
    """Where the library of the files as they are belongs.

    A change of the C files, or of what they say again, gives it another name: what was changed in Python is then what
    runs. It ends in .so on every system: a loader minds what is in a file, not how it is called.
    """
    found = zlib.crc32(" ".join(FLAGS).encode())
    for path in [*sorted(FOLDER.glob("*.[ch]")), *MEANT]:
        found = zlib.crc32(path.read_bytes(), found)
    return folder / f"smoothers-{found:08x}.so"


def compiler() -> list[str] | None:
    """The command of a C compiler: that of the environment variable CC, or the first one found."""
    asked = os.environ.get("CC", "")
    if asked:
        return [asked] if shutil.which(asked) else shlex.split(asked)
    return next(([command] for command in ("cc", "gcc", "clang") if shutil.which(command)), None)


def compile_library(folder: Path = FOLDER) -> str:
    """Makes the library anew; says what kept it from that, or nothing."""
    try:
        command = compiler()
        if command is None:
            return "no C compiler was found (cc, gcc, clang, or what the environment variable CC names)"
        with TemporaryDirectory() as empty:
            made = Path(empty, "made.so")
            sources = [str(path) for path in sorted(FOLDER.glob("*.c"))]
            done = subprocess.run(
                [*command, *FLAGS, *sources, "-o", str(made), "-lm"],
                capture_output=True, encoding="utf-8", errors="replace", check=False,
            )  # fmt: skip
            if done.returncode:
                return f"{shlex.join(command)} failed: {done.stderr.strip()}"
            _put(made, shared_object(folder))
    except (OSError, ValueError) as error:  # a CC that is no command; a folder that may not be written
        return f"the C files could not be compiled: {error}"
    return ""


def _put(made: Path, place: Path) -> None:
    """Puts it in its place whole, whoever has another one loaded, and takes away those of before."""
    beside = place.with_suffix(f".{os.getpid()}.so")
    try:
        shutil.copyfile(made, beside)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
    for old in set(place.parent.glob("smoothers-????????.so")) - {place}:
        try:
            old.unlink()
        except OSError:  # in use, where that keeps a file: it does no harm
            continue


if __name__ == "__main__":
    sys.exit(compile_library() or None)

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
LIBRARY = FOLDER / "smoothers.so"  # on every system: a loader minds what is in it, not how it is called
# -ffp-contract=off: without it some processors round once where others round twice, and machines would differ.
FLAGS = ("-std=c11", "-O3", "-ffp-contract=off", "-fvisibility=hidden", "-fPIC", "-shared", "-Wall", "-Wno-psabi")


def checksum() -> int:
    """Of the C files, by which a library is told that was made of others."""
    found = 0
    for path in sorted(FOLDER.glob("*.[ch]")):
        found = zlib.crc32(path.read_bytes(), found)
    return found


def compiler() -> list[str] | None:
    """The command of a C compiler: that of the environment variable CC, or the first one found."""
    for command in (shlex.split(os.environ.get("CC", "")), ["cc"], ["gcc"], ["clang"]):
        if command and shutil.which(command[0]):
            return command
    return None


def compile_library() -> str:
    """Makes LIBRARY anew; says what kept it from that, or nothing."""
    command = compiler()
    if command is None:
        return "no C compiler was found (cc, gcc, clang, or the one that CC names)"
    sources = [str(path) for path in sorted(FOLDER.glob("*.c"))]
    with TemporaryDirectory() as folder:
        made = Path(folder) / LIBRARY.name
        arguments = [*FLAGS, f"-DSOURCES={checksum()}u", *sources, "-o", str(made), "-lm"]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            return f"{shlex.join(command)} failed: {done.stderr.strip()}"
        try:
            # A library that another process has loaded may be replaced, but not written over.
            beside = LIBRARY.with_suffix(f".{os.getpid()}")
            shutil.copyfile(made, beside)
            beside.replace(LIBRARY)
        except OSError as error:
            return f"cannot write {LIBRARY}: {error.strerror}"
    return ""


if __name__ == "__main__":
    sys.exit(compile_library() or None)

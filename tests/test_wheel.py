"""The program as it is shipped: a wheel, an editable install and a bare checkout all find their data."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from liftcheck.compiled import compiling

ROOT = Path(__file__).parent.parent
DATA = ("firmware_profiles", "recordings")


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=clean | environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="the wheel is built with hatchling, which is not installed here")
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (built,) = out.glob("liftcheck-*.whl")
    return built


def test_where_there_is_a_compiler_the_look_back_comes_compiled(wheel: Path, installed: Path) -> None:
    if compiling.compiler() is None:
        pytest.skip("there is no C compiler: what a wheel is like that holds the compiled look back is not checked")
    assert f"liftcheck/compiled/{compiling.shared_object().name}" in zipfile.ZipFile(wheel).namelist()
    assert "-py3-none-" in wheel.name
    assert not wheel.name.endswith("any.whl")
    told = "from liftcheck import compiled; print(compiled.LIBRARY is not None)"
    assert run(installed / "python", "-c", told, cwd=installed).stdout == "True\n"


def test_without_a_compiler_the_wheel_is_for_every_machine(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="the wheel is built with hatchling, which is not installed here")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT)
    told = run(*build, cwd=tmp_path, CC="false")
    assert "numpy alone" in told.stdout + told.stderr
    (built,) = tmp_path.glob("*.whl")
    assert built.name.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(built).namelist() if name.endswith(".so")]


def an_environment(folder: Path) -> Path:
    """A clean environment that sees this one's packages, so that nothing is downloaded, but not its liftcheck."""
    venv.create(folder, with_pip=False)
    inside = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    here = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    # A path named in a .pth file is searched, but the .pth files there are not followed: an editable install stays out.
    (Path(inside) / "here.pth").write_text("\n".join(here), encoding="utf-8")
    return folder / ("Scripts" if os.name == "nt" else "bin")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    scripts = an_environment(tmp_path_factory.mktemp("installed"))
    run(
        sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--quiet", "--no-deps", "--no-index",
        "--disable-pip-version-check", wheel, cwd=scripts,
    )  # fmt: skip
    return scripts


def where(python: Path | str, cwd: Path, **environment: str) -> dict[str, str]:
    """Where a Python finds liftcheck and its data."""
    code = (
        "import json, liftcheck\nfrom liftcheck.shipped import shipped\n"
        f"print(json.dumps({{'package': liftcheck.__file__, **{{name: str(shipped(name)) for name in {DATA}}}}}))"
    )
    return dict(json.loads(run(python, "-c", code, cwd=cwd, **environment).stdout))


def test_the_wheel_holds_its_data_and_nothing_else_beside_the_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"liftcheck"}
    for folder in DATA:
        here = {path.name for path in (ROOT / folder).iterdir() if path.is_file()}
        assert {name.rpartition("/")[2] for name in names if name.startswith(f"liftcheck/{folder}/")} >= here
    for name in ("py.typed", "look/texts/en.toml", "look/fonts/OFL.txt", "compiled/drop.c"):
        assert f"liftcheck/{name}" in names
    assert "liftcheck/compiled/hatch_build.py" not in names
    assert not [name for name in names if "test" in name.lower().split("/")[1]]


def test_the_installed_wheel_scores_a_bundled_recording_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    found = where(installed / "python", tmp_path)
    assert Path(found["package"]).is_relative_to(installed.parent)
    assert all(Path(found[name]).is_relative_to(installed.parent) for name in DATA)
    recording = Path(found["recordings"]) / "no_calibration.mcap"
    (row,) = json.loads(run(installed / "liftcheck", "score", recording, "--json", cwd=tmp_path).stdout)
    assert row["recording"] == recording.stem
    assert row["lifts"] > 0


def test_the_checkout_finds_its_data_without_an_installation(tmp_path: Path) -> None:
    scripts = an_environment(tmp_path / "bare")
    found = where(scripts / "python", tmp_path, PYTHONPATH=str(ROOT))
    assert Path(found["package"]) == ROOT / "liftcheck" / "__init__.py"
    assert {name: found[name] for name in DATA} == {name: str(ROOT / name) for name in DATA}
    told = run(scripts / "python", "-m", "liftcheck", "--version", cwd=ROOT).stdout
    assert told.startswith("liftcheck, version")


def test_an_editable_installation_finds_the_checkouts_data(tmp_path: Path) -> None:
    found = where(sys.executable, tmp_path)
    if not Path(found["package"]).is_relative_to(ROOT / "liftcheck"):
        pytest.skip("the data of an editable installation are not looked for where liftcheck is not installed so")
    assert {name: found[name] for name in DATA} == {name: str(ROOT / name) for name in DATA}

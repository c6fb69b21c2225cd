"""What README and the pages of docs/ say can be done can be done: links, files, commands and Python as written."""

import importlib.util
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from click.testing import CliRunner

from liftcheck.cli import COMMANDS, main
from liftcheck.recording import read

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "firmware_profiles" / "README.md",
    ROOT / "recordings" / "README.md",
]
FENCE = re.compile(r"^ *```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(
    r"`((?:liftcheck|docs|tests|firmware_profiles|recordings)/[\w./-]*\.(?:py|md|toml|mcap|csv|ino|png))`"
)
# Commands of the pages that are read, not run: they need a sensor, a screen, a cluster, or more time than a test has.
ONLY_READ = ("demo", "live", "record", "scan", "doctor", "virtual-sensor")
# Programs of the pages other than liftcheck itself; `tests/test_wheel.py` and `.ci/run` install and test.
OTHERS = {"pip", "python", "python3", ".", ".ci/run", "cp", "dask", "cd"}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(page.read_text(encoding="utf-8")) if kind == language]


def commands(page: Path) -> Iterator[list[str]]:
    """Every command of a page, as words, in order."""
    for block in blocks(page, "console"):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            while words:
                end = words.index("&&") if "&&" in words else len(words)
                yield words[:end]
                words = words[end + 1 :]


def prepare(folder: Path) -> None:
    """A folder as the pages think of it: a checkout, without what a command could overwrite in the real one."""
    for name in ("recordings", "firmware_profiles"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "monday.labels.csv").write_text("start_s,end_s,label,coach\n18,21,back,anna\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    prepare(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, heading = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.exists(), f"{name_of(page)} links {target}"
        if heading:
            assert heading in headings(other), f"{name_of(page)} links {target}"


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(page: Path) -> None:
    for path in NAMED.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), f"{name_of(page)} names {path}"


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        if page.name != "README.md":
            assert f"({page.name})" in index, f"docs/README.md does not name {page.name}"


@pytest.mark.parametrize("page", [page for page in PAGES if list(commands(page))], ids=name_of)
def test_the_commands_of_a_page_work_as_they_stand(page: Path, folder: Path) -> None:
    for words in commands(page):
        if words[0] == "cp":
            shutil.copy(words[1], words[2])
        elif words[0] == "liftcheck":
            run(words[1:], " ".join(words))
        else:
            assert words[0] in OTHERS, f"{name_of(page)}: nobody knows {' '.join(words)}"
            assert_python_files_exist(words)


def run(arguments: list[str], line: str) -> None:
    if can_run(arguments):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, f"{line}: {result.output}"
    else:  # the options at least are such as there are
        parse(arguments, line)


def can_run(arguments: list[str]) -> bool:
    opens_a_window = arguments[0] == "replay" and "--headless" not in arguments
    return arguments[0] not in ONLY_READ and "--cluster" not in arguments and not opens_a_window


def parse(arguments: list[str], line: str) -> None:
    context = click.Context(main)
    command = main.get_command(context, arguments[0])
    assert command is not None, line
    command.make_context(arguments[0], list(arguments[1:]), parent=context).close()


def assert_python_files_exist(words: list[str]) -> None:
    for word in words[1:]:
        if word.endswith(".py"):
            assert (ROOT / word).exists(), " ".join(words)


def test_every_command_stands_on_some_page() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in [*PAGES, ROOT / "CHANGELOG.md"])
    for command in COMMANDS:
        assert re.search(rf"\b{re.escape(command)}\b", text), command


def test_the_python_of_the_recording_format_reads_a_recording(folder: Path) -> None:
    (block,) = blocks(ROOT / "docs" / "recording-format.md", "python")
    names: dict[str, Any] = {"path": "recordings/demo.mcap"}
    exec(compile(block, "recording-format.md", "exec"), names)
    samples = read("recordings/demo.mcap").samples
    assert names["t"] == pytest.approx(samples.t)
    assert names["values"][:, :3] == pytest.approx(samples.acc)
    assert names["values"][:, 3:] == pytest.approx(samples.gyr)


def test_the_readme_plots_a_recording_in_a_handful_of_lines(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    (block,) = blocks(ROOT / "README.md", "python")
    work = [line for line in block.splitlines() if line and not line.startswith("import")]
    assert len(work) <= 5
    exec(compile(block, "README.md", "exec"), {})
    assert (folder / "lifts.png").stat().st_size > 10_000


def test_the_table_of_the_readme_is_what_evaluate_says() -> None:
    how_right = script("how_right")
    again = "if that is meant: python docs/how_right.py --write"
    assert how_right.in_readme() == how_right.table(how_right.evaluated()), again


def test_the_command_above_the_table_is_the_one_that_makes_it() -> None:
    assert script("how_right").COMMAND.split() in list(commands(ROOT / "README.md"))


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

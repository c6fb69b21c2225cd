"""The command line itself: help, errors as sentences, exit codes, completion."""

import ast
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hand_made import a_csv

from liftcheck import __version__
from liftcheck.cli import COMMANDS, LazyGroup, main
from liftcheck.cli import options as cli_options
from liftcheck.errors import LiftcheckError, RecordingError
from liftcheck.trunk.mounting import SITES

# What several commands take has one name, one meaning and one text.
SHARED = {
    "--site", "--axes", "--columns", "--settings", "--load", "--wearer", "--wearers", "--note", "--relearn",
    "--force", "-q", "-v", "-j", "--cluster", "--language", "--theme", "--full-screen",
}  # fmt: skip
HEAVY = ("numpy", "scipy", "vqf", "mcap", "rich", "PySide6", "pyqtgraph", "distributed", "dask", "bleak", "bumble")


def loaded_after(*arguments: str) -> set[str]:
    """The heavy packages that a call of the command line loads."""
    code = (
        "import sys\nfrom liftcheck.cli import main\n"
        f"try: main({list(arguments)!r})\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ast.literal_eval(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=lambda c: " ".join(c) or "liftcheck")
def test_help_loads_nothing_heavy(command: list[str]) -> None:
    assert loaded_after(*command, "--help") == set()


def test_scoring_loads_neither_window_nor_radio_nor_cluster(tmp_path: Path) -> None:
    path = a_csv(tmp_path / "still.csv")
    assert loaded_after("score", str(path), "--json") <= {"numpy", "scipy", "vqf"}
    assert loaded_after("score", str(path)) <= {"numpy", "scipy", "vqf", "rich"}


def test_every_command_has_a_help_text_and_stands_in_the_list() -> None:
    listed = CliRunner().invoke(main, ["--help"]).output
    for name, (_, text) in COMMANDS.items():
        assert name in listed
        assert text.split()[0] in listed
        done = CliRunner().invoke(main, [name, "--help"])
        assert done.exit_code == 0, done.output
        assert done.output.startswith(f"Usage: main {name}")


PAGES = [[name] for name in COMMANDS] + [["profiles", name] for name in ("list", "show", "check")]


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_every_help_page_ends_with_examples_that_are_right_use(
    page: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("monday.mcap", "labels.csv", "distractors.csv", "wearers.csv"):
        Path(name).touch()
    lines = CliRunner().invoke(main, [*page, "--help"]).output.partition("Examples:\n")[2].splitlines()
    found = [shlex.split(line.partition(">>")[0]) for line in lines if line.startswith("    liftcheck ")]
    assert found
    for program, *arguments in found:
        assert program == "liftcheck"
        assert arguments[: len(page)] == page or page == ["profiles"]
        command, context = main, click.Context(main)
        while isinstance(command, click.Group):
            context = click.Context(command, parent=context)
            command = command.get_command(context, arguments.pop(0))
        command.make_context(page[-1], arguments, parent=context).close()


def test_the_same_option_says_the_same_everywhere() -> None:
    said: dict[str, set[str]] = {}
    for name in COMMANDS:
        for option in main.get_command(click.Context(main), name).params:
            if isinstance(option, click.Option) and option.opts[0] in SHARED:
                said.setdefault(option.opts[0], set()).add(f"{option.help} {option.metavar}")
    assert {option: texts for option, texts in said.items() if len(texts) != 1} == {}
    assert set(said) == SHARED


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_every_command_can_be_quiet_and_verbose(page: list[str]) -> None:
    if page == ["profiles"]:
        return  # a group of commands
    text = CliRunner().invoke(main, [*page, "--help"]).output
    assert "-q, --quiet" in text
    assert "-v, --verbose" in text


def test_verbose_says_what_is_read_and_twice_verbose_where_an_error_arose(tmp_path: Path) -> None:
    path = a_csv(tmp_path / "still.csv")

    def said(*more: str) -> str:
        return CliRunner().invoke(main, ["export", str(path), "-o", str(tmp_path / "out.mcap"), "-q", *more]).stderr

    assert "still.csv: read as csv, " in said("-v")
    refused = said()  # the file exists now; and what -v showed is silent again
    assert refused.count("\n") == 1
    assert said("-v").endswith(refused)
    assert "Traceback" in said("-vv")


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(main, ["--version"]).output == f"liftcheck, version {__version__}\n"


@pytest.mark.parametrize("error", [RecordingError, LiftcheckError])
def test_what_a_person_can_mend_is_one_sentence_without_a_traceback(error: type[LiftcheckError]) -> None:
    @click.group(cls=LazyGroup)
    def group() -> None:
        raise error("a.csv: line 3:\nno number.")

    done = CliRunner().invoke(group, ["completion", "bash"])
    assert done.exit_code == 1
    assert done.stderr == "a.csv: line 3: no number.\n"
    assert done.stdout == ""


def test_the_same_program_answers_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "liftcheck", "--version"], capture_output=True, text=True, check=True)
    assert __version__ in done.stdout


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete "), ("zsh", "#compdef liftcheck"), ("fish", "complete ")]
)
def test_completion_prints_a_script_for_each_shell(shell: str, sign: str) -> None:
    done = CliRunner().invoke(main, ["completion", shell])
    assert done.exit_code == 0
    assert sign in done.stdout


def test_help_and_completion_name_the_sites_that_exist() -> None:
    assert cli_options.SITES == SITES


def test_commands_import_heavy_things_only_when_they_run() -> None:
    for path in (Path(cli_options.__file__).parent).glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & set(HEAVY), path


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("scoer", "Did you mean 'score'?"),
        ("xyzzy", "`liftcheck --help` lists the commands."),
        (".", "To score the recordings in it: liftcheck score ."),
        (__file__, "To look at a recording: liftcheck replay "),
    ],
)
def test_a_command_that_is_none_is_answered_by_what_was_meant(typed: str, answer: str) -> None:
    done = CliRunner().invoke(main, [typed])
    assert done.exit_code == 2
    assert answer in done.stderr


def test_without_a_command_the_help_is_shown_and_says_where_to_begin() -> None:
    done = CliRunner().invoke(main, [])
    assert "To begin: liftcheck demo." in done.output


def test_a_folder_without_recordings_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("recording,start_s,end_s,label\n")
    done = CliRunner().invoke(main, ["score", str(tmp_path)])
    assert done.exit_code == 1
    assert done.stderr == f"{tmp_path} holds no recording: no file in it ends in .mcap, .csv, .csv.gz, .txt.\n"


def test_a_number_that_is_none_is_called_so() -> None:
    done = CliRunner().invoke(main, ["demo", "--speed", "fast"])
    assert done.exit_code == 2
    assert "'fast' is not a valid number." in done.stderr

"""One convention for what is said: a sentence of its own ends with a full stop, an error's text carries none."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from liftcheck import errors
from liftcheck.errors import sentence
from liftcheck.look.texts import LANGUAGES, texts
from liftcheck.sensors.link import REASONS

PACKAGE = Path(errors.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
OURS = {name for name in dir(errors) if name.endswith("Error")} | {"ReviewError"}
ENDS = (".", "?", "!", ":")


def calls(path: Path, names: set[str]) -> Iterator[tuple[str, str]]:
    """(place, how the first argument ends) of each call by one of the names, where it ends in fixed words."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        said = node.args[0]
        last = said.values[-1] if isinstance(said, ast.JoinedStr) and said.values else said
        if name in names and isinstance(last, ast.Constant) and isinstance(last.value, str) and last.value.strip():
            yield f"{path.relative_to(PACKAGE)}:{node.lineno}: {last.value!r}", last.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_an_error_can_become_a_part_of_another_sentence(path: Path) -> None:
    assert [place for place, text in calls(path, OURS) if text.endswith(".")] == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").glob("*.py")), ids=lambda path: path.name)
def test_what_a_command_says_is_a_sentence(path: Path) -> None:
    assert [place for place, text in calls(path, {"say", "UsageError"}) if not text.endswith(ENDS)] == []


def test_every_reason_why_a_link_ended_is_a_sentence() -> None:
    assert [text for text in REASONS.values() if not text.endswith(ENDS)] == []


def test_a_sentence_is_on_one_line_and_has_its_full_stop_once() -> None:
    assert sentence("a.csv, line 3:\n  no number") == "a.csv, line 3: no number."
    assert sentence("Bluetooth is off: switch it on.") == "Bluetooth is off: switch it on."
    assert sentence("") == ""


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_text_is_a_sentence_in_all_languages_or_in_none(language: str) -> None:
    own, english = texts(language).entries, texts("en").entries
    differ = {key for key in english if own[key].endswith(ENDS) != english[key].endswith(ENDS)}
    assert {key for key in differ if "column" not in key and ".table." not in key} <= {"language.decimal"}

import string
from pathlib import Path

import pytest

from liftcheck.cues import MESSAGES
from liftcheck.look.texts import FOLDER, LANGUAGES, clock, texts

# Texts that are rightly the same as in English.
SAME = {
    "de": {"steps.sensor", "hint.break", "status.rate", "replay.coach", "replay.column_coach"},
    "es": {"language.decimal", "status.rate"},
    "pl": {"status.rate", "report.page.date"},
    "fr": {"hint.break", "hint.slump", "status.rate", "sound.volume", "replay.column_coach", "report.page.date"},
}
OTHERS = [language for language in LANGUAGES if language != "en"]


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("folder", [FOLDER, FOLDER / "report"], ids=["window", "report"])
def test_there_is_one_file_for_each_language_and_no_other(folder: Path) -> None:
    assert {path.stem for path in folder.glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_missing_and_none_is_left_over(language: str) -> None:
    assert set(texts(language).entries) == set(texts("en").entries)


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_left_in_english_by_accident(language: str) -> None:
    english, other = texts("en").entries, texts(language).entries
    assert {key for key in english if english[key] == other[key]} <= SAME[language]


@pytest.mark.parametrize("language", OTHERS)
def test_every_name_that_is_filled_in_survives_translation(language: str) -> None:
    for key, text in texts("en").entries.items():
        assert names(texts(language).entries[key]) == names(text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_the_screen_promises_safety(language: str) -> None:
    promised = ("safe", "risk", "correct", "riesgo", "segur", "risiko", "richtig", "ryzyk", "bezpiecz", "risque", "sûr")
    for key, text in texts(language).entries.items():
        assert not any(word in text.lower() for word in promised), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cue_has_a_word_and_a_line(language: str) -> None:
    words = texts(language)
    for message in MESSAGES:
        assert words.has(f"verdict.{message}_advice") or words.has(f"hint.{message}_advice")


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert texts("en").number(99.84, 1) == "99.8"
    assert texts("de").number(99.84, 1) == "99,8"
    assert texts("en").number(76541) == "76\u00a0541"
    assert texts("fr").number(-48) == "\u221248"


def test_times_are_written_for_people() -> None:
    assert clock(14) == "0:14"
    assert clock(767.9) == "12:47"
    assert clock(3767) == "1:02:47"
    assert texts("en").span(4.9).replace("\u00a0", " ") == "4 s"
    assert texts("en").span(380).replace("\u00a0", " ") == "6 min 20 s"
    assert texts("en").span(7500).replace("\u00a0", " ") == "2 h 5 min"


def test_an_unknown_language_falls_back_to_english() -> None:
    assert texts("xx").language == "en"

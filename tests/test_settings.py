"""Settings from a TOML file: what is wrong is named, with the file and the key."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

import pytest

from liftcheck.analysis import Settings
from liftcheck.errors import SettingsError
from liftcheck.settings import parse_axes, parse_site, read_settings, settings_data, settings_from


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Inner:
    border_deg: float = 65.0
    hold_s: float = 4.0
    legs_probability: float = 0.75
    zones_deg: tuple[float, ...] = (20.0, 60.0)
    pair: tuple[int, float] = (1, 2.0)


@dataclass(frozen=True)
class Outer:
    site: str = "mid-back"
    height_m: float | None = None
    count: int = 3
    loud: bool = False
    mode: Literal["work", "training"] = "work"
    colour: Colour = Colour.RED
    inner: Inner = field(default_factory=Inner)


def outer(tmp_path: Path, text: str) -> Outer:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, Outer)


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert outer(tmp_path, "") == Outer()


def test_nested_settings_are_tables_of_the_file(tmp_path: Path) -> None:
    read = outer(
        tmp_path,
        'site = "lumbar"\nheight_m = 2\nmode = "training"\n'
        'colour = "blue"\n[inner]\nborder_deg = 70\nzones_deg = [10]\n',
    )
    assert read == Outer(
        site="low-back", height_m=2.0, mode="training", colour=Colour.BLUE, inner=Inner(70.0, zones_deg=(10.0,))
    )
    assert isinstance(read.inner.border_deg, float)


def test_settings_survive_the_way_to_json_and_back() -> None:
    mine = Outer(colour=Colour.BLUE, inner=Inner(zones_deg=(1.0, 2.5)))
    assert settings_from(settings_data(mine), Outer) == mine
    assert settings_from(settings_data(Settings())) == Settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("heigth_m = 1.8", "no setting 'heigth_m' (did you mean 'height_m'?)"),
        ("[inner]\nboarder_deg = 3", "no setting 'inner.boarder_deg' (did you mean 'border_deg'?)"),
        ("zzz = 1", "no setting 'zzz'"),
        ('height_m = "tall"', "'height_m' must be a number, not 'tall'"),
        ("height_m = 180", "'height_m' must be a person's height in metres, not 180.0"),
        ("height_m = nan", "'height_m' must be a finite number"),
        ("count = 2.5", "'count' must be a whole number"),
        ("count = true", "'count' must be a whole number, not True"),
        ("loud = 1", "'loud' must be true or false"),
        ('mode = "party"', "'mode' must be one of work, training"),
        ('colour = "green"', "'colour' must be one of red, blue"),
        ("inner = 3", "'inner' is a table"),
        ("[inner]\nhold_s = -1", "'inner.hold_s' cannot be negative"),
        ("[inner]\nlegs_probability = 1.5", "'inner.legs_probability' must lie between 0 and 1"),
        ("[inner]\nzones_deg = [inf]", "'inner.zones_deg' must be a finite number"),
        ("[inner]\nzones_deg = 3", "'inner.zones_deg' must be a list"),
        ("[inner]\npair = [1]", "'inner.pair' must hold 2 values, not 1"),
        ('site = "knee"', "site 'knee' is unknown"),
        ("site = ", "is no TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        outer(tmp_path, text)
    assert "mine.toml" in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        read_settings(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("given", "site"), [("midback", "mid-back"), ("lumbar", "low-back"), ("Pelvis", "waist-back"), ("waist", "waist")]
)
def test_sites_have_the_names_that_people_use(given: str, site: str) -> None:
    assert parse_site(given) == site


def test_a_mounting_may_be_said_in_any_order() -> None:
    assert parse_axes("forward=z, up=-Y") == "up=-y,forward=+z"


@pytest.mark.parametrize(
    "text", ["up=-y", "up=y,forward=-y", "up=w,forward=x", "up=x,up=y", "", "up=x,forward=y,left=z"]
)
def test_an_impossible_mounting_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="axes"):
        parse_axes(text)

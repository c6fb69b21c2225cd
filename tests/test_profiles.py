"""Firmware profiles: those that ship, those that are wrong, and which of them fits a sensor."""

import re
import tomllib
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from liftcheck.cli import main
from liftcheck.errors import ProfileError
from liftcheck.sensors.profiles import Advert, load_profile, match, matches, parse_profile, profiles, read_profile
from liftcheck.sensors.profiles.examples import difference
from liftcheck.shipped import shipped

TEST_PROFILES = Path(__file__).parent / "profiles"
ALL = [*sorted(shipped("firmware_profiles").rglob("*.toml")), *sorted(TEST_PROFILES.glob("*.toml"))]

GOOD = """
schema = 1
id = "mine"
name = "My sensor"
sources = ["my own sketch"]

[match]
name_prefix = ["Mine"]

[chars]
data = "12345678-0000-1000-8000-00805f9b34fb"
command = "12345679-0000-1000-8000-00805f9b34fb"

[option.rate_hz]
default = 100
codes = { 50 = "32", 100 = "64" }

[stream]
rate = "rate_hz"
time = "arrival"

[[start]]
write = "command"
hex = "01 {rate_hz}"

[[start]]
subscribe = "data"

[[frame]]
char = "data"
fields = [
    { name = "acc", at = 0, type = "i16", scale = 0.001, unit = "g" },
    { name = "gyr", at = 6, type = "i16", scale = 0.1, unit = "deg/s" },
]

[[example]]
origin = "synthetic"
source = "by hand"
char = "data"
hex = "00 00 00 00 e8 03 64 00 00 00 00 00"
acc = [[0, 0, 1]]
gyr = [[10, 0, 0]]
"""


def error_of(text: str) -> str:
    with pytest.raises(ProfileError) as caught:
        parse_profile(text, "mine.toml")
    message = str(caught.value)
    assert message.startswith("mine.toml: ")
    assert "\n" not in message.strip()
    return message


def swapped(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


# -- the shipped ones ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.stem)
def test_every_profile_can_be_read_and_its_examples_decode(path: Path) -> None:
    profile = read_profile(path)
    assert profile.examples
    assert [difference(profile, example) for example in profile.examples] == [None] * len(profile.examples)


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.stem)
def test_an_example_that_means_something_else_is_noticed(path: Path) -> None:
    profile = read_profile(path)
    for example in profile.examples:
        for name, rows in example.values.items():
            k, row = next(iter(rows.items()))
            wrong = {**example.values, name: {**rows, k: (row[0] + 1.0, *row[1:])}}
            changed = type(example)(**{**vars(example), "values": wrong})
            assert f".{name}[{k}]" in str(difference(profile, changed))


def test_the_shipped_profiles_are_the_promised_ones() -> None:
    assert [profile.id for profile in profiles()] == [
        "adafruit",
        "liftcheck-reference",
        "metamotion-bmi160",
        "metamotion-bmi270",
        "movella-dot",
        "movesense",
        "nordic-thingy52",
        "polar-h10",
        "polar-verity-sense",
        "st-bluest",
        "witmotion-ble5",
    ]
    assert all(profile.id == Path(profile.path).stem for profile in profiles())


def test_a_sensor_without_a_gyroscope_says_what_it_cannot_tell() -> None:
    h10 = load_profile("polar-h10")
    assert not h10.has_gyro
    assert any("gyroscope" in limit for limit in h10.limits)
    assert [p.id for p in profiles() if not p.has_gyro] == ["polar-h10"]


# -- bytes to be written, against published ones ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "step", "wanted", "source"),
    [
        ("witmotion-ble5", {"rate_hz": 100}, 1, "ffaa6988b5", "BWT901BLE5.0 SDK: unlock"),
        ("witmotion-ble5", {"rate_hz": 100}, 2, "ffaa030900", "BWT901BLE5.0 SDK: 100 Hz"),
        ("witmotion-ble5", {"rate_hz": 200}, 2, "ffaa030b00", "BWT901BLE5.0 SDK: 200 Hz"),
        ("metamotion-bmi160", {"rate_hz": 200, "acc_range": 8}, 2, "03032908", "test_accelerometer_bmi160.py"),
        ("metamotion-bmi160", {"rate_hz": 50, "gyr_range": 125}, 3, "13032704", "test_gyro_bmi160.py"),
        ("metamotion-bmi270", {"rate_hz": 50}, 2, "0303a703", "accelerometer_bosch.cpp: odr A7, range 03"),
        ("metamotion-bmi270", {"rate_hz": 50}, 3, "13032700", "gyro_bosch.cpp"),
        ("polar-h10", {"rate_hz": 200}, 2, "02020001c8000101100002010800", "every-breath-you-take: PolarH10.py"),
        ("nordic-thingy52", {"rate_hz": 100}, 0, "e803f401f401640001", "ble_tms.h: configuration"),
        ("movesense", {"rate_hz": 104}, 1, "01082f4d6561732f494d55362f313034", "movesense-py: protocol.py"),
        ("movella-dot", {}, 2, "010115", "BLE Service Specification, table 13"),
    ],
)
def test_what_is_written_is_what_the_vendor_writes(name: str, options: dict, step: int, wanted: str, source: str):
    profile = load_profile(name)
    assert profile.bytes_of(profile.start[step].data, options).hex() == wanted, source


def test_a_checksum_is_put_in_its_place() -> None:
    esense = read_profile(TEST_PROFILES / "esense.toml")
    assert esense.bytes_of(esense.start[1].data, {"rate_hz": 50}).hex() == "5335020132"  # published command
    assert esense.bytes_of(esense.stop[0].data).hex() == "5302020000"


def test_a_checksum_can_make_the_sum_of_all_bytes_zero() -> None:
    profile = parse_profile(
        swapped('hex = "01 {rate_hz}"', 'hex = "01 {rate_hz} 00"\nchecksum = { at = 2, kind = "zero-sum" }'), "x"
    )
    assert sum(profile.bytes_of(profile.start[0].data)) % 256 == 0


def test_a_structure_is_patched_only_where_it_must_be() -> None:
    dot = load_profile("movella-dot")
    before = bytes(range(32))
    after = dot.patched(dot.start[0], before, {"rate_hz": 30})
    assert after == b"\x10" + before[1:24] + b"\x1e\x00" + before[26:]
    with pytest.raises(ProfileError, match="too few"):
        dot.patched(dot.start[0], before[:10])


def test_an_impossible_choice_names_the_possible_ones() -> None:
    wit = load_profile("witmotion-ble5")
    with pytest.raises(ProfileError, match=r"rate_hz cannot be 99 \(possible: 10, 20, 50, 100, 200\)"):
        wit.choose({"rate_hz": 99})
    with pytest.raises(ProfileError, match="no option 'speed'"):
        wit.choose({"speed": 1})
    assert wit.choose({"rate_hz": 50.0}) == wit.choose({"rate_hz": "50"}) == {"rate_hz": "50"}
    assert wit.rate_hz({"rate_hz": 50}) == 50.0


# -- recognising --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("advert", "wanted"),
    [
        (Advert("WT901BLE67"), "witmotion-ble5"),
        (Advert("Movesense 012345678"), "movesense"),
        (Advert("Polar H10 1234ABCD"), "polar-h10"),
        (Advert("Polar Sense 1234ABCD"), "polar-verity-sense"),
        (Advert("Movella DOT", company_ids=(2182,)), "movella-dot"),
        (Advert("Xsens DOT"), "movella-dot"),
        (Advert("Thingy"), "nordic-thingy52"),
        (Advert("CPlay0123"), "adafruit"),
        (Advert("liftcheck"), "liftcheck-reference"),
        (Advert(None, ("326A9000-85CB-9195-D9DD-464CFBBAE75A",)), "metamotion-bmi160"),
        (Advert("AM1V310", ("00000000-0001-11e1-9ab4-0002a5d5c51b",), (48,)), "st-bluest"),
        (Advert("My phone"), None),
        (Advert(None, (), (2182,)), None),
    ],
)
def test_a_sensor_in_range_is_recognised(advert: Advert, wanted: str | None) -> None:
    found = match(advert)
    assert (found.id if found else None) == wanted


def test_both_metamotions_fit_and_the_start_tells_them_apart() -> None:
    found = matches(Advert("MetaWear"))
    assert [profile.id for profile in found] == ["metamotion-bmi160", "metamotion-bmi270"]
    for profile, other in zip(found, reversed(found), strict=True):
        asks = profile.start[1].expect
        assert asks is not None
        assert other.id in asks.otherwise


# -- wrong files --------------------------------------------------------------------------------------------------


def test_the_good_profile_of_these_tests_is_good() -> None:
    profile = parse_profile(GOOD, "mine.toml")
    assert profile.has_gyro
    assert np.array_equal(profile.axes, np.eye(3))


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("schema = 1", "schema = 2", "schema must be 1"),
        ('name = "My sensor"', 'nane = "My sensor"', "name is missing"),
        ('sources = ["my own sketch"]', 'sources = ["a"]\nsurces = 1', "surces is unknown (did you mean 'sources'?)"),
        ('type = "i16", scale = 0.001', 'type = "i17", scale = 0.001', "frame[0].fields[0].type is 'i17'"),
        ("scale = 0.001", 'scale = "range"', "frame[0].fields[0].scale is 'range', neither"),
        ("scale = 0.001", "scael = 0.001", "frame[0].fields[0].scael is unknown (did you mean 'scale'?)"),
        ("scale = 0.001", "scale = nan", "frame[0].fields[0].scale must be a finite number"),
        ("scale = 0.001", "scale = 1e307", "frame[0].fields[0].scale is 1e+307, must be between -1e+12 and 1e+12"),
        ('at = 0, type = "i16"', 'at = "0", type = "i16"', "frame[0].fields[0].at must be a whole number, not a text"),
        ('at = 0, type = "i16"', 'at = true, type = "i16"', "at must be a whole number, not true or false"),
        ('unit = "g"', 'unit = "grams"', "unit is 'grams'"),
        ('unit = "deg/s" }', 'unit = "deg" }', "frame[0].fields[1].unit is 'deg'"),
        ('char = "data"\nfields', 'char = "dat"\nfields', "frame[0].char is 'dat', which is not in [chars]"),
        ('hex = "01 {rate_hz}"', 'hex = "01 {rate}"', "start[0].hex uses {rate}"),
        ('hex = "01 {rate_hz}"', 'hex = "01 0"', "start[0].hex cannot be read"),
        ('rate = "rate_hz"', 'rate = "rate"', "stream.rate names no option (did you mean 'rate_hz'?)"),
        ('time = "arrival"', 'time = "device"', "frame[0].stamp is missing"),
        ('time = "arrival"', 'time = "count"', "frame[0].counter is missing"),
        ('time = "arrival"', 'time = "arrival"\njoin = "index"', "stream.join is given, but"),
        ("default = 100", "default = 70", "option.rate_hz.default must be one of 50, 100"),
        ('"12345679-0000-1000-8000-00805f9b34fb"', '"1234567"', "chars.command is '1234567', which is no uuid"),
        ("12345679", "12345678", "names a characteristic that another name has already"),
        ("[[start]]\nsubscribe = \"data\"", "", "to which no step of start subscribes"),
        ("acc = [[0, 0, 1]]", "acc = [[0, 0, 1.1]]", "example[0].acc[0] decodes to (0, 0, 1), not (0, 0, 1.1)"),
        ("acc = [[0, 0, 1]]", "acc = [[0, 0, 1], [0, 0, 1]]", "example[0].acc: 1 samples decoded, 2 expected"),
        ('hex = "00 00', 'hex = "00 0', "example[0].hex is"),
        ('origin = "synthetic"', 'origin = "guessed"', "example[0].origin is 'guessed'"),
        ("[match]", "[axes]\nx = \"-x\"\n\n[match]", "axes is no rotation"),
        ("[match]", "[axes]\nx = \"+y\"\n\n[match]", "axes is no rotation"),
        ("[match]", "[axes]\nx = \"+w\"\n\n[match]", "axes.x is '+w'"),
        ("[match]", "[axes]\nmatrix = [[1, 0, 0], [0, 1, 0], [0, 0, 2]]\n\n[match]", "axes is no rotation"),
        ("[match]", "[axes]\nmatrix = [[1, 0], [0, 1]]\n\n[match]", "axes.matrix must be three rows"),
        ("[match]", "[match", "is not TOML"),
    ],
)  # fmt: skip
def test_a_wrong_file_gives_one_sentence_with_file_and_key(old: str, new: str, wanted: str) -> None:
    assert wanted in error_of(swapped(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "My sensor"', r'name = "My \u001b[31msensor"'),
        ('sources = ["my own sketch"]', r'sources = ["my \u0007 sketch"]'),
        ("[match]", '"\\u001b[2J" = 1\n[match]'),
    ],
)
def test_a_strangers_words_cannot_steer_the_terminal(old: str, new: str) -> None:
    assert error_of(swapped(old, new)).isprintable()


def test_a_profile_without_an_example_is_refused() -> None:
    assert "example is missing" in error_of(GOOD[: GOOD.index("[[example]]")])


def test_a_profile_without_gyr_must_say_what_it_cannot_tell() -> None:
    without = swapped('    { name = "gyr", at = 6, type = "i16", scale = 0.1, unit = "deg/s" },\n', "")
    assert "limits is missing" in error_of(without.replace("gyr = [[10, 0, 0]]\n", ""))


def test_gyr_in_a_frame_of_its_own_needs_a_way_to_join() -> None:
    apart = swapped('    { name = "gyr"', ']\n[[frame]]\nchar = "data"\nwhen = "01"\nfields = [\n    { name = "gyr"')
    assert "stream.join is missing" in error_of(apart)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 5000 + "]" * 5000,
        "a." * 5000 + "b = 1",
        'x = "' + "a" * 300_000 + '"',
        "schema = " + "9" * 5000,
        GOOD + "\n".join(f'[[stop]]\nwrite = "command"\nhex = "{i:02x}"' for i in range(100)),
        GOOD.replace('hex = "01 {rate_hz}"', f'hex = "{"00" * 600}"'),
        "\x00",
    ],
    ids=["deep list", "deep key", "long", "huge number", "many steps", "long write", "no text"],
)
def test_a_huge_or_deep_file_is_refused(text: str) -> None:
    error_of(text)


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"gone\.toml: cannot be read"):
        load_profile(tmp_path / "gone.toml")
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"')
    with pytest.raises(ProfileError, match="byte 8 is not UTF-8"):
        load_profile(tmp_path / "latin.toml")


def test_only_named_characteristics_can_be_written() -> None:
    for path in ALL:
        profile = read_profile(path)
        steps = [*profile.start, *profile.stop, *(alive.step for alive in profile.keepalive)]
        if profile.battery and profile.battery.ask:
            steps.append(profile.battery.ask)
        assert {step.char for step in steps} <= set(profile.chars)
    assert "start[0].write is 'aux', which is not in [chars]" in error_of(swapped('write = "command"', 'write = "aux"'))


VALUES = st.recursive(
    st.one_of(
        st.integers(-3, 300), st.integers(), st.booleans(), st.floats(), st.text(max_size=8),
        st.sampled_from(["data", "command", "acc", "gyr", "i16", "01 ??", "g", "{rate_hz}", "'a'", "device"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["at", "type", "char", "hex", "when", "0", "fields"]), inner, max_size=4),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whatever_stands_in_the_file_only_a_profile_error_comes_out(data: st.DataObject) -> None:
    content = tomllib.loads(GOOD)
    for _ in range(data.draw(st.integers(1, 3))):
        place: object = content
        for _ in range(data.draw(st.integers(0, 4))):
            keys = (
                list(place) if isinstance(place, dict) else list(range(len(place))) if isinstance(place, list) else []
            )
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            inner = place[key]  # type: ignore[index]
            if not isinstance(inner, dict | list):
                place[key] = data.draw(VALUES)  # type: ignore[index]
                break
            place = inner
        else:
            if isinstance(place, dict):
                place[data.draw(st.sampled_from(["repeat", "stamp", "codec", "sync", "expect", "store", "x"]))] = (
                    data.draw(VALUES)
                )
    with suppress(ProfileError):
        assert parse_profile(toml_of(content), "mine.toml").examples


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda b: b.decode("latin-1"))))
def test_any_text_whatever_is_no_profile(text: str) -> None:
    error_of(text)


def toml_of(value: object) -> str:
    """A mapping as TOML, all in inline tables."""
    assert isinstance(value, dict)
    return "\n".join(f"{quoted(k)} = {inline(v)}" for k, v in value.items())


def inline(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(k)} = {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(v) for v in value) + "]"
    return repr(value)


def quoted(text: object) -> str:
    escaped = "".join(c if (c.isalnum() and c.isascii()) or c in " _-.?{}'/" else f"\\U{ord(c):08x}" for c in str(text))
    return '"' + escaped.encode("utf-8", "replace").decode() + '"'


# -- the command --------------------------------------------------------------------------------------------------


def test_check_without_a_name_checks_all_and_a_path_needs_no_installing(tmp_path: Path) -> None:
    everything = CliRunner().invoke(main, ["profiles", "check"])
    assert everything.exit_code == 0
    assert everything.stdout.count(": fine; examples: ") == len(profiles())
    mine = tmp_path / "mine.toml"
    mine.write_text(GOOD)
    assert CliRunner().invoke(main, ["profiles", "check", str(mine)]).stdout == "mine: fine; examples: 1 synthetic\n"


def test_check_says_what_is_wrong_and_goes_on(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(swapped("scale = 0.001", "scael = 0.001"))
    result = CliRunner().invoke(main, ["profiles", "check", str(bad), "polar-h10"])
    assert result.exit_code == 1
    assert "bad.toml: frame[0].fields[0].scael is unknown (did you mean 'scale'?)" in result.stderr
    assert result.stdout.startswith("polar-h10: fine")


def test_list_and_show_tell_what_a_person_needs() -> None:
    listed = CliRunner().invoke(main, ["profiles", "list"]).stdout.splitlines()
    assert len(listed) == len(profiles())
    shown = CliRunner().invoke(main, ["profiles", "show", "witmotion-ble5"]).stdout
    assert "write ff aa 03 09 00 to command" in shown
    assert "limit: Single lost packets cannot be seen" in shown
    assert (
        CliRunner().invoke(main, ["profiles", "show", "--toml", "polar-h10"]).stdout == load_profile("polar-h10").text
    )
    wrong = CliRunner().invoke(main, ["profiles", "show", "polra-h10"])
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "did you mean 'polar-h10'?" in wrong.stderr


def test_the_ten_minutes_of_the_readme_work_as_written(tmp_path: Path) -> None:
    readme = (shipped("firmware_profiles") / "README.md").read_text(encoding="utf-8")
    mine = tmp_path / "acme.toml"
    mine.write_text(dedent(re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)[0]))
    assert CliRunner().invoke(main, ["profiles", "check", str(mine)]).exit_code == 0
    profile = load_profile(mine)
    assert match(Advert("Acme-1234"), [profile, *profiles()]) is profile
    assert [profile.bytes_of(step.data).hex() for step in profile.start] == ["", "0164"]
    assert {f"`{known.id}`" for known in profiles()} == set(re.findall(r"^\| (`[a-z0-9-]+`) \|", readme, re.MULTILINE))

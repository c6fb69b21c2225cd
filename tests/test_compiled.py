"""The look back compiled says what numpy says: on made-up windows, whatever the settings, and on every recording."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vqf import VQF

from liftcheck import compiled
from liftcheck.compiled import compiling
from liftcheck.recording import read
from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.scoring import score
from liftcheck.trunk.acc_errors import AccErrors
from liftcheck.trunk.calm import CalmSettings
from liftcheck.trunk.drop import DropSettings, Heights, smooth_height
from liftcheck.trunk.standing import StandingSettings
from liftcheck.trunk.strapdown import ACC, GAINED, QUANTITIES, Blocks, Strapdown
from liftcheck.trunk.tilt import Tilt, TiltSettings, smooth_tilt

RECORDINGS = sorted((Path(__file__).parents[1] / "recordings").glob("*.mcap"))
UP = np.array([0.02, -0.05, 1.0]) / np.linalg.norm([0.02, -0.05, 1.0])

needs_library = pytest.mark.skipif(
    compiled.LIBRARY is None, reason="there is no C compiler: the compiled look back is not held against numpy's"
)


def a_window(seed: int, blocks: int, count: int, rate_hz: float) -> tuple[Blocks, Array]:
    """Some turning and shaking with calm between: blocks, and a filter's orientation at their edges."""
    rng = np.random.default_rng(seed)
    n = blocks * count + 1
    lively = np.repeat(rng.random(n // 50 + 1) < 0.6, 50)[:n, None]
    t = np.arange(n)[:, None] / rate_hz
    waves = [np.sin(2 * np.pi * (t * rng.uniform(0.1, 2, 3) + rng.random(3))) for _ in range(2)]
    gyr = lively * waves[0] * [0.3, 0.8, 0.2] + rng.normal(scale=0.01, size=(n, 3))
    acc = [0.0, 0.0, GRAVITY_MPS2] + lively * waves[1] * rng.uniform(0, 3) + rng.normal(scale=0.05, size=(n, 3))
    filtered = VQF(1 / rate_hz).updateBatch(gyr, acc)["quat6D"][::count]
    table = Strapdown(rate_hz, count).blocks(0, blocks, acc, gyr, np.zeros(3))
    return Blocks.of(table, count, rate_hz, (1.001, 9.79)), filtered


def smoothed(
    blocks: Blocks, filtered: Array, tilt: TiltSettings, drop: DropSettings, calm: CalmSettings
) -> tuple[Tilt, Heights]:
    found = smooth_tilt(blocks, filtered, tilt)
    return found, smooth_height(blocks, found, UP, AccErrors.unknown(drop.errors), drop, calm)


def by_numpy(monkeypatch: pytest.MonkeyPatch, *window: Any) -> tuple[Tilt, Heights]:
    with monkeypatch.context() as patch:
        patch.setattr(compiled, "LIBRARY", None)
        return smoothed(*window)


def assert_the_same(one: tuple[Tilt, Heights], other: tuple[Tilt, Heights]) -> None:
    for name in ("world", "heading", "gyr_offset", "vertical", "up"):
        np.testing.assert_allclose(getattr(one[0], name), getattr(other[0], name), atol=1e-9, err_msg=name)
    for name in ("velocity_mps", "height_m", "activity"):
        np.testing.assert_allclose(getattr(one[1], name), getattr(other[1], name), atol=1e-8, err_msg=name)
    assert (one[1].standing == other[1].standing).all()
    np.testing.assert_allclose(one[1].errors.mean, other[1].errors.mean, atol=1e-8)
    np.testing.assert_allclose(one[1].errors.precision, other[1].errors.precision, rtol=1e-7, atol=1e-6)
    last = len(one[1].height_m) - 1
    for edge in (0, last // 2, last):
        assert one[1].error_m(edge) == pytest.approx(other[1].error_m(edge), rel=1e-7)
    a, b = last // 4, max(last // 4, last - last // 4)
    parts = a, b, slice(a + 1, max(a + 1, b - 1))
    assert one[1].sunk_m(*parts) == pytest.approx(other[1].sunk_m(*parts), rel=1e-6, abs=1e-8)


@needs_library
@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6), blocks=st.integers(4, 400), rate=st.sampled_from([(2, 50.0), (5, 100.0), (10, 208.0)])
)
def test_whatever_the_window_both_say_the_same(seed: int, blocks: int, rate: tuple[int, float]) -> None:
    window = a_window(seed, blocks, *rate)
    about = TiltSettings(), DropSettings(), CalmSettings()
    with pytest.MonkeyPatch.context() as patch:
        assert_the_same(smoothed(*window, *about), by_numpy(patch, *window, *about))


@needs_library
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, field.name)
        for kind in (TiltSettings, DropSettings, StandingSettings, CalmSettings)
        for field in fields(kind)
        if isinstance(getattr(kind(), field.name), float)
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_each_setting_arrives(kind: type, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    default: Any = kind()
    changed = replace(default, **{name: getattr(default, name) * 1.7})
    about = {TiltSettings: TiltSettings(), DropSettings: DropSettings(), CalmSettings: CalmSettings()} | {kind: changed}
    if kind is StandingSettings:
        about[DropSettings] = replace(DropSettings(), standing=changed)
    for seed in range(3):
        window = a_window(seed, 300, 5, 100.0)
        these = about[TiltSettings], about[DropSettings], about[CalmSettings]
        assert_the_same(smoothed(*window, *these), by_numpy(monkeypatch, *window, *these))


@needs_library
@pytest.mark.parametrize("block", [1, 2, 5, 13])
def test_blocks_add_up_to_the_same(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(block)
    acc, gyr = rng.normal(scale=9, size=(20 * block + 1, 3)), rng.normal(size=(20 * block + 1, 3))
    tables = []
    for library in (compiled.LIBRARY, None):
        monkeypatch.setattr(compiled, "LIBRARY", library)
        tables.append(Strapdown(100.0, block).blocks(0, 20, acc, gyr, np.full(3, 0.01)))
    assert tables[0].shape == (QUANTITIES, 21)
    np.testing.assert_allclose(*tables, atol=1e-11)
    assert np.ptp(tables[0][GAINED]) > 0 < np.ptp(tables[0][ACC])


@needs_library
@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_is_judged_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = read(path)
    one = score(recording)
    monkeypatch.setattr(compiled, "LIBRARY", None)
    other = score(recording)
    assert len(one.lifts) == len(other.lifts)
    for a, b in zip(one.lifts, other.lifts, strict=True):
        for field in fields(a):
            if field.name == "curve":
                continue
            left, right = getattr(a, field.name), getattr(b, field.name)
            assert left == (pytest.approx(right, rel=1e-6, abs=1e-6) if isinstance(right, float) else right)


@needs_library
def test_what_is_not_determined_is_no_answer() -> None:
    blocks, filtered = a_window(1, 40, 5, 100.0)
    tilt, never = (
        smooth_tilt(blocks, filtered, TiltSettings()),
        replace(DropSettings(), velocity_walk_mps_rts=float("nan")),
    )
    with pytest.raises(np.linalg.LinAlgError, match="do not determine"):
        smooth_height(blocks, tilt, UP, AccErrors.unknown(never.errors), never, CalmSettings())


@needs_library
def test_a_library_made_of_other_files_or_of_none_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert compiled._load() is not None
    monkeypatch.setattr(compiling, "checksum", lambda: 1)
    assert compiled._load() is None
    (tmp_path / "smoothers.so").write_bytes(b"no library")
    monkeypatch.setattr(compiling, "LIBRARY", tmp_path / "smoothers.so")
    assert compiled._load() is None
    monkeypatch.setattr(compiling, "LIBRARY", tmp_path / "none")
    assert compiled._load() is None


def test_without_a_compiler_or_with_one_that_fails_it_is_said_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(compiling, "LIBRARY", tmp_path / "smoothers.so")
    monkeypatch.setenv("CC", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert compiling.compile_library().startswith("no C compiler was found")
    failing = tmp_path / "failing"
    failing.write_text("#!/bin/sh\necho no such machine >&2\nexit 1\n", encoding="utf-8")
    failing.chmod(0o755)
    monkeypatch.setenv("CC", f"{failing} -m64")
    monkeypatch.setenv("PATH", "/bin")
    assert compiling.compile_library() == f"{failing} -m64 failed: no such machine"
    assert not list(tmp_path.glob("smoothers*"))


@needs_library
def test_a_library_that_is_in_use_is_replaced_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(compiling, "LIBRARY", tmp_path / "smoothers.so")
    if compiling.compiler() is None:
        pytest.skip("there is no C compiler here: that a library in use can be replaced is not checked")
    assert compiling.compile_library() == ""
    loaded, before = compiled._load(), compiling.LIBRARY.stat().st_ino
    assert compiling.compile_library() == ""
    assert loaded is not None
    assert loaded.sources() == compiling.checksum()
    assert compiling.LIBRARY.stat().st_ino != before
    assert [path.name for path in tmp_path.iterdir()] == ["smoothers.so"]

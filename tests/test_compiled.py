"""The look back compiled says what numpy says: on made-up windows, whatever the settings, and on every recording."""

import errno
import os
import shutil
import subprocess
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
WITHOUT = "the look back is not compiled here (python liftcheck/compiled/compiling.py): it is not held against numpy's"

needs_library = pytest.mark.skipif(compiled.LIBRARY is None, reason=WITHOUT)
needs_compiler = pytest.mark.skipif(
    compiling.compiler() is None, reason="there is no C compiler: it is not checked that the C files compile"
)


def test_the_library_is_that_of_the_c_files_as_they_are() -> None:
    made = list(compiling.FOLDER.glob("smoothers-????????.so"))
    if not made:
        pytest.skip(WITHOUT)
    assert made == [compiling.shared_object()], (
        "the C files, or what they say again, have changed: python liftcheck/compiled/compiling.py"
    )
    assert compiled.LIBRARY is not None


def a_window(
    seed: int, blocks: int, count: int, rate_hz: float, lively: float = 0.6, tilt: float = 0.0, scale: float = 1.001
) -> tuple[Blocks, Array]:
    """Some turning and shaking with calm between: blocks, and a filter's orientation at their edges.

    lively: the share of time that is not calm. tilt: of all of it against upright, rad.
    """
    rng = np.random.default_rng(seed)
    n = blocks * count + 1
    moving = np.repeat(rng.random(n // 50 + 1) < lively, 50)[:n, None]
    t = np.arange(n)[:, None] / rate_hz
    waves = [np.sin(2 * np.pi * (t * rng.uniform(0.1, 2, 3) + rng.random(3))) for _ in range(2)]
    gyr = moving * waves[0] * [0.3, 0.8, 0.2] + rng.normal(scale=0.01, size=(n, 3))
    gravity = GRAVITY_MPS2 * np.array([-np.sin(tilt), 0.0, np.cos(tilt)])
    acc = gravity + moving * waves[1] * rng.uniform(0, 3) + rng.normal(scale=0.05, size=(n, 3))
    filtered = VQF(1 / rate_hz).updateBatch(gyr, acc)["quat6D"][::count]
    table = Strapdown(rate_hz, count).blocks(0, blocks, acc, gyr, np.zeros(3))
    return Blocks.of(table, count, rate_hz, (scale, 9.79)), filtered


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
    """Directions to a billionth; heights to a micrometre, or a millionth of their own doubt where that is metres."""
    for name in ("world", "heading", "gyr_offset", "vertical", "up"):
        np.testing.assert_allclose(getattr(one[0], name), getattr(other[0], name), atol=1e-9, err_msg=name)
    last = len(one[1].height_m) - 1
    edges = (0, last // 2, last)
    doubts = [[heights.error_m(edge) for edge in edges] for _, heights in (one, other)]
    assert doubts[0] == pytest.approx(doubts[1], rel=1e-5)
    close = 1e-6 * max(1.0, *doubts[0])
    for name in ("velocity_mps", "height_m", "activity"):
        np.testing.assert_allclose(getattr(one[1], name), getattr(other[1], name), atol=close, err_msg=name)
    assert (one[1].standing == other[1].standing).all()
    np.testing.assert_allclose(one[1].errors.mean, other[1].errors.mean, atol=1e-6)
    np.testing.assert_allclose(one[1].errors.precision, other[1].errors.precision, rtol=1e-6, atol=1e-5)
    a, b = last // 4, max(last // 4, last - last // 4)
    parts = a, b, slice(a + 1, max(a + 1, b - 1))
    assert one[1].sunk_m(*parts) == pytest.approx(other[1].sunk_m(*parts), rel=1e-5, abs=close)


@needs_library
@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    blocks=st.one_of(st.integers(4, 400), st.integers(1100, 1300)),
    rate=st.sampled_from([(2, 50.0), (5, 100.0), (10, 208.0)]),
    block_s=st.sampled_from([0.05, 0.13, 0.2, 0.25, 3.0]),
    lively=st.sampled_from([0.0, 0.3, 0.6, 1.0]),
    tilt=st.sampled_from([0.0, 0.0, 0.3, 1.2]),
    scale=st.sampled_from([1.0, 1.001]),
)
def test_whatever_the_window_both_say_the_same(
    seed: int, blocks: int, rate: tuple[int, float], block_s: float, lively: float, tilt: float, scale: float
) -> None:
    window = a_window(seed, blocks, *rate, lively, tilt, scale)
    about = TiltSettings(block_s=block_s), DropSettings(), CalmSettings()
    with pytest.MonkeyPatch.context() as patch:
        assert_the_same(smoothed(*window, *about), by_numpy(patch, *window, *about))


@needs_library
@pytest.mark.parametrize("tilt", [0.0, 1.2])
def test_where_nobody_stands_or_walks_both_say_the_same(tilt: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pose is long enough, and no line flat enough, to be taken for standing or walking."""
    never = replace(StandingSettings(), shortest_pose_s=99.0, step_residual_m=0.0)
    about = TiltSettings(), replace(DropSettings(), standing=never), CalmSettings()
    window = a_window(3, 300, 5, 100.0, tilt=tilt)
    found = smoothed(*window, *about)
    assert not found[1].standing.any()
    assert_the_same(found, by_numpy(monkeypatch, *window, *about))


@needs_library
@pytest.mark.parametrize("number", [2, np.float32(2), 2.0])
def test_a_setting_may_be_any_number(number: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    window = a_window(2, 300, 5, 100.0)
    about = TiltSettings(), replace(DropSettings(), loosest_velocity_mps=number), CalmSettings()
    assert_the_same(smoothed(*window, *about), by_numpy(monkeypatch, *window, *about))


@needs_library
def test_an_array_of_another_shape_is_refused_and_one_laid_out_otherwise_is_not() -> None:
    blocks, filtered = a_window(2, 40, 5, 100.0)
    with pytest.raises(ValueError, match="shape"):
        smooth_tilt(blocks, filtered[:-1], TiltSettings())
    otherwise = smooth_tilt(blocks, np.asfortranarray(filtered), TiltSettings())
    assert (otherwise.up == smooth_tilt(blocks, filtered, TiltSettings()).up).all()


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
def test_a_library_of_other_structs_or_none_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert compiled._load() is not None
    with monkeypatch.context() as patch:
        patch.setitem(compiled.SETTINGS, "DropSettings", 10)
        assert compiled._load() is None
    place = tmp_path / "smoothers.so"
    monkeypatch.setattr(compiling, "shared_object", lambda: place)
    assert compiled._load() is None
    place.write_bytes(b"no library")
    assert compiled._load() is None


@pytest.mark.parametrize("name", ["drop.c", "smoothers.h", "drop.py"])
def test_a_change_in_c_or_in_python_asks_for_another_library(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else a change of the Python alone would seem to do nothing."""
    for path in [*compiling.FOLDER.glob("*.[ch]"), *compiling.MEANT]:
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(compiling, "FOLDER", tmp_path)
    monkeypatch.setattr(compiling, "MEANT", [tmp_path / path.name for path in compiling.MEANT])
    before = compiling.shared_object()
    assert compiling.shared_object() == before
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes() + b"\n")
    assert compiling.shared_object().name != before.name


@needs_compiler
def test_a_library_in_use_is_replaced_whole_and_old_ones_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = compiling.shared_object(tmp_path)
    monkeypatch.setattr(compiling, "shared_object", lambda _=None: place)
    (tmp_path / "smoothers-01234567.so").write_bytes(b"of other files")
    assert compiling.compile_library(tmp_path) == ""
    loaded, before = compiled._load(), place.stat().st_ino
    assert compiling.compile_library(tmp_path) == ""
    assert loaded is not None
    assert place.stat().st_ino != before
    assert list(tmp_path.iterdir()) == [place]


@needs_compiler
@pytest.mark.skipif(os.name == "nt", reason="the compiler there may be another: its warnings are not looked at")
def test_the_c_files_compile_without_a_warning() -> None:
    sources = [str(path) for path in compiling.FOLDER.glob("*.c")]
    command = [*(compiling.compiler() or []), "-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-psabi", "-fsyntax-only"]
    done = subprocess.run([*command, *sources], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def failing(folder: Path, says: str) -> Path:
    """A compiler that only complains."""
    path = folder / "failing compiler"
    path.write_bytes(b"#!/bin/sh\nprintf '" + says.encode("latin-1") + b"' >&2\nexit 1\n")
    path.chmod(0o755)
    return path


@pytest.mark.skipif(os.name == "nt", reason="compilers made for this test are shell scripts: not checked here")
def test_what_keeps_from_compiling_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    compiler = failing(tmp_path, "nicht übersetzt")
    never = "the C files could not be compiled:"
    for cc, said in {
        str(compiler): f"'{compiler}' failed: nicht \ufffdbersetzt",  # one that does not speak UTF-8
        f"'{compiler}' -m64": f"'{compiler}' -m64 failed: nicht \ufffdbersetzt",
        "no-such-compiler": f"{never} [Errno 2] No such file or directory: 'no-such-compiler'",
        "it's": f"{never} No closing quotation",
    }.items():
        monkeypatch.setenv("CC", cc)
        assert compiling.compile_library(out) == said
    monkeypatch.setenv("CC", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert compiling.compile_library(out).startswith("no C compiler was found")
    assert not list(out.iterdir())


@needs_compiler
def test_where_a_disk_is_full_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(_: Path, there: Path) -> None:
        there.write_bytes(b"the beginning")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    assert "No space left" in compiling.compile_library(tmp_path)
    assert not list(tmp_path.iterdir())

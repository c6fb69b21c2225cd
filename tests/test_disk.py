"""Disks and folders that misbehave: one clear sentence each, and nothing lost that was written."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liftcheck.analysis import Update
from liftcheck.errors import RecordingError
from liftcheck.recording import read
from liftcheck.recording.file import RecordingWriter
from liftcheck.recording.fresh import fresh_file
from liftcheck.samples import Event, Samples
from liftcheck.sensors.link import LinkState
from liftcheck.session import Poll, Session


def some(seconds: float, begin: float = 0.0) -> Samples:
    t = begin + np.arange(round(seconds * 100)) / 100
    rng = np.random.default_rng(int(begin))
    acc = rng.normal(0, 2, (len(t), 3))
    acc[:, 2] += 9.8
    return Samples(t, acc, rng.normal(0, 1, (len(t), 3))).rounded()


def same_bits(a: Samples, b: Samples) -> bool:
    return all(getattr(a, name).tobytes() == getattr(b, name).tobytes() for name in ("t", "acc", "gyr"))


class Source:
    """Gives a second of samples a turn, for so many turns."""

    def __init__(self, turns: int) -> None:
        self.turns, self.turn = turns, 0

    def tell(self, event: Event) -> None:
        pass

    def poll(self, wait_s: float) -> Poll:
        self.turn += 1
        samples = some(1.0, self.turn - 1.0) if self.turn <= self.turns else Samples.empty()
        return Poll(samples, (), LinkState(connected=True))

    def flush(self) -> Poll:
        return Poll(Samples.empty(), (), LinkState(connected=False))


class Judge:
    """Counts what it was given to judge."""

    def __init__(self) -> None:
        self.samples = 0

    def push(self, samples: Samples, events: tuple[Event, ...] = ()) -> Update:
        self.samples += len(samples)
        return _nothing()

    def finish(self) -> Update:
        return _nothing()


def _nothing() -> Update:
    from liftcheck.trunk.motion import Motion

    return Update(Motion.empty())


PROGRAM = """
import resource, signal, sys
sys.path.insert(0, {tests!r})
from test_disk import Judge, Source, some
from liftcheck.recording.file import RecordingWriter
from liftcheck.session import Session
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full disk is an error, not the end of the program
writer = RecordingWriter(sys.argv[1], durable=False)
judge = Judge()
session = Session(Source(60), judge, recorder=writer, path=sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
messages = [update.message for update in (session.step() for _ in range(60)) if update.message]
last = session.finish()
print(len(messages), judge.samples, last.recording, sep="|")
print(*messages, sep="|")
print(session.problem)
"""


@pytest.mark.skipif(
    sys.platform == "win32", reason="a file that may not grow is not tested on Windows, which has no such limit"
)
def test_a_file_that_may_not_grow_keeps_what_it_has_and_the_session_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "full.mcap"
    program = PROGRAM.format(tests=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    counts, messages, problem = done.stdout.splitlines()
    assert counts == "1|6000|False", "told once, everything was judged, and nobody says that it is recording"
    assert messages.startswith(f"No longer recording: {path} cannot be written: ")
    assert str(path) in problem
    kept = read(path).samples
    assert len(kept) >= 500
    assert same_bits(kept, Samples.join([some(1.0, float(i)) for i in range(60)])[: len(kept)])


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 64 kB in memory."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "liftcheck", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("a small disk can be mounted by root alone")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk in memory is made with Linux's tmpfs")
def test_a_full_disk_keeps_all_that_was_said_to_be_on_it(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "full.mcap"
        writer = RecordingWriter(path, durable=False)
        on_disk, problem = 0, ""
        while not problem:
            try:
                writer.append(some(1.0, float(on_disk)))
                on_disk += 1
            except RecordingError as error:
                problem = str(error)
        assert problem == f"{path} cannot be written: No space left on device"
        assert len(read(path).samples) == 100 * on_disk, "what was refused is not there, all else is"
        with pytest.raises(RecordingError):
            writer.close()
        assert len(read(path).samples) >= 100 * on_disk
        with pytest.raises(RecordingError, match="No space left on device"), fresh_file(disk / "page.html") as part:
            part.write_bytes(bytes(100_000))
        assert [one.name for one in disk.iterdir()] == ["full.mcap"], "nothing half-written is left"


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk in memory is made with Linux's tmpfs")
def test_a_disk_that_is_too_full_to_compact_keeps_the_file_as_it_was_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "a.mcap"
        with RecordingWriter(path, durable=False) as writer:
            i = 0
            while path.stat().st_size < 40_000:
                writer.append(some(1.0, float(i)))
                i += 1
        recording = read(path)
        assert len(recording.samples) == 100 * i
        assert [one.name for one in disk.iterdir()] == ["a.mcap"]


def test_a_folder_that_may_not_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: Any, **more: Any) -> Any:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("builtins.open", refused)  # root may write anywhere
    with pytest.raises(RecordingError) as caught:
        RecordingWriter(tmp_path / "a.mcap")
    assert str(caught.value) == f"{tmp_path / 'a.mcap'} cannot be written: Permission denied"


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"the folder .*nowhere does not exist"):
        RecordingWriter(tmp_path / "nowhere" / "a.mcap")


def test_a_folder_in_place_of_the_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.mcap").mkdir()
    for force in (False, True):
        with pytest.raises(RecordingError) as caught:
            RecordingWriter(tmp_path / "a.mcap", force=force)
        assert str(caught.value).startswith(str(tmp_path / "a.mcap"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody move a file that is open")
def test_a_file_moved_while_it_is_written_is_complete_where_it_is_now(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    writer = RecordingWriter(tmp_path / "a.mcap", durable=False)
    writer.append(some(5.0))
    (tmp_path / "a.mcap").rename(tmp_path / "other" / "b.mcap")
    writer.append(some(5.0, 5.0))
    writer.close()
    assert len(read(tmp_path / "other" / "b.mcap").samples) == 1000
    assert not (tmp_path / "a.mcap").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody delete a file that is open")
@pytest.mark.parametrize("when", ["in the middle", "after the last block"])
def test_a_file_deleted_while_it_is_written_comes_back_whole(tmp_path: Path, when: str) -> None:
    path = tmp_path / "a.mcap"
    with RecordingWriter(path, durable=False, wearer="w7") as writer:
        for i in range(10):
            writer.append(some(1.0, float(i)))
            if i == 5 and when == "in the middle":
                path.unlink()
        if when != "in the middle":
            path.unlink()
    recording = read(path)
    assert (recording.wearer, recording.quality) == ("w7", ())
    assert same_bits(recording.samples, Samples.join([some(1.0, float(i)) for i in range(10)]))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody delete a file that is open")
def test_a_folder_deleted_while_its_file_is_written_is_told_once_and_the_session_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a.mcap"
    path.parent.mkdir()
    judge = Judge()
    session = Session(Source(20), judge, recorder=RecordingWriter(path, durable=False), path=str(path))
    for _ in range(5):
        assert session.step().message == ""
    path.unlink()
    path.parent.rmdir()
    messages = [message for message in (session.step().message for _ in range(10)) if message]
    assert messages == [f"No longer recording: {path} cannot be written: the folder {path.parent} does not exist"]
    assert judge.samples == 1500
    assert session.finish().ended


def test_two_recorders_never_write_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    with RecordingWriter(path, durable=False) as first:
        first.append(some(3.0))
        with pytest.raises(RecordingError, match="exists already and is left as it is"):
            RecordingWriter(path, durable=False)
        first.append(some(3.0, 3.0))
    assert len(read(path).samples) == 600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody replace a file that is open")
def test_a_second_recorder_that_was_told_to_replace_the_file_does_not_mix_with_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    first = RecordingWriter(path, durable=False)
    first.append(some(3.0))
    second = RecordingWriter(path, durable=False, force=True)
    for i in range(3, 6):
        first.append(some(1.0, float(i)))
        second.append(some(1.0, 100.0 + i))
    first.close()
    second.close()
    recording = read(path)
    assert recording.quality == ()
    assert same_bits(recording.samples, Samples.join([some(1.0, 100.0 + i) for i in range(3, 6)]))


def test_a_recording_may_lie_behind_a_link_and_a_loop_of_links_is_one_sentence(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.mcap", durable=False) as writer:
        writer.append(some(3.0))
    try:
        (tmp_path / "link.mcap").symlink_to(tmp_path / "a.mcap")
        (tmp_path / "x.mcap").symlink_to(tmp_path / "y.mcap")
        (tmp_path / "y.mcap").symlink_to(tmp_path / "x.mcap")
    except OSError:
        pytest.skip("this user may not make links")
    assert len(read(tmp_path / "link.mcap").samples) == 300
    with pytest.raises(RecordingError, match=r"x\.mcap cannot be read"):
        read(tmp_path / "x.mcap")
    with pytest.raises(RecordingError, match="exists already"):
        RecordingWriter(tmp_path / "link.mcap")

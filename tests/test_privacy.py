"""Nothing leaves the computer, nothing is written unasked, and nobody's name goes anywhere that nobody typed it.

Every command runs in a process of its own that the guard (tests/guarded/sitecustomize.py) watches: one socket to
anywhere, in it or in a process that it starts, fails the test.
"""

import json
import os
import re
import socket
import subprocess
import sys
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest

from liftcheck.recording import file_reader, read
from liftcheck.recording.file import RecordingWriter
from liftcheck.samples import Samples
from liftcheck.shipped import shipped

DEMO = str(shipped("recordings") / "demo.mcap")
LABELS = str(shipped("recordings") / "demo.labels.csv")
PERSON = {"USER": "mariacurie", "LOGNAME": "mariacurie", "USERNAME": "mariacurie"}


@dataclass(frozen=True)
class Done:
    """What a watched command did. asked: what it wanted of the network. left: files it wrote."""

    code: int
    stdout: str
    stderr: str
    asked: str
    left: tuple[str, ...]


class Watched:
    """A home and a folder that hold nothing, and commands that run there under the guard."""

    def __init__(self, root: Path) -> None:
        self.root, self.home, self.here = root, root / "home" / "mariacurie", root / "here"
        self.home.mkdir(parents=True)
        self.here.mkdir()

    def run(self, *command: str, without: str = "") -> Done:
        log = self.root / "asked.txt"
        log.unlink(missing_ok=True)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PYTEST", "COV"))},
            **PERSON,
            "HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join((str(Path(__file__).parent / "guarded"), str(Path(__file__).parents[1]))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LIFTCHECK_GUARD_LOG": str(log),
            "LIFTCHECK_GUARD_WITHOUT": without,
        }
        done = subprocess.run(
            [sys.executable, *command], cwd=self.here, env=environment, capture_output=True, text=True, check=False
        )
        left = sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())
        asked = log.read_text(encoding="utf-8") if log.exists() else ""
        return Done(done.returncode, done.stdout, done.stderr, asked, tuple(set(left) - {"asked.txt"}))


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "import asyncio; asyncio.run(asyncio.open_connection('127.0.0.1', 9))",
        "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', "
        "\"import socket; socket.create_connection(('127.0.0.1', 9), 1)\"]))",
    ],
)
def test_the_guard_itself_lets_nobody_out(watched: Watched, program: str) -> None:
    done = watched.run("-c", program)
    assert done.code != 0
    assert done.asked != ""
    assert "the guard lets nobody out" in done.stderr


@pytest.mark.parametrize(
    ("command", "without"),
    [
        (("score", DEMO, "--json"), ""),
        (("score", DEMO, DEMO, "--lifts", "-j", "2"), ""),
        (("evaluate", DEMO, "--labels", LABELS), ""),
        (("report", DEMO), ""),
        (("demo", "--headless", "--speed", "inf"), "bumble"),
        (("profiles", "check"), ""),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, tuple) else value,
)
def test_no_command_asks_for_the_network_or_writes_a_file_unasked(
    watched: Watched, command: tuple[str, ...], without: str
) -> None:
    done = watched.run("-m", "liftcheck", *command, without=without)
    assert done.code == 0, done.stderr
    assert done.stdout
    assert done.asked == ""
    assert done.left == ()


def test_a_replay_needs_no_network_either(watched: Watched) -> None:
    program = f"""
import math
from liftcheck.analysis import Analyzer
from liftcheck.recording import file_reader, read
from liftcheck.session import ReplaySource, Session
session = Session(ReplaySource(read({DEMO!r}), math.inf), Analyzer())
lifts = 0
while not (update := session.step()).ended:
    lifts += len(update.update.lifts) if update.update else 0
print(lifts)
"""
    done = watched.run("-c", program)
    assert done.code == 0, done.stderr
    assert int(done.stdout) >= 6
    assert (done.asked, done.left) == ("", ())


def test_a_recorded_session_holds_nothing_of_the_computer_or_its_user(watched: Watched) -> None:
    pytest.importorskip("bumble", reason="nothing is tested over the radio without the extra `virtual`")
    done = watched.run("-m", "liftcheck", "demo", "--headless", "--speed", "inf", "-o", "kept.mcap")
    assert done.code == 0, done.stderr
    assert done.asked == "", "a virtual radio is not the network"
    assert done.left == ("here/kept.mcap",)
    recording = read(watched.here / "kept.mcap")
    known = {field.name: getattr(recording, field.name) for field in fields(recording) if field.name != "samples"}
    told = json.dumps([known | {"path": None, "events": [dict(event.data) for event in recording.events]}])
    told += file_reader.profile_text(watched.here / "kept.mcap") or ""
    for name in ("mariacurie", socket.gethostname(), str(watched.home)):
        assert not re.search(rf"(?i)\b{re.escape(name)}\b", told)


def test_the_support_bundle_holds_no_name_of_a_person_a_file_or_a_computer(watched: Watched) -> None:
    """In a folder of somebody's recordings, by somebody whose name is that of the home folder."""
    name = watched.here / "Ignaz Semmelweis.mcap"
    samples = Samples(np.arange(300) / 100, np.zeros((300, 3)), np.zeros((300, 3)))
    with RecordingWriter(name, durable=False, wearer="Semmelweis", note="pain in the lower back") as writer:
        writer.append(samples)
    done = watched.run("-m", "liftcheck", "doctor", "-q", "--bundle", "help.zip")
    assert "Packed into" not in done.stdout
    with zipfile.ZipFile(watched.here / "help.zip") as archive:
        everything = "\n".join(archive.read(member).decode() for member in archive.namelist())
    for private in ("mariacurie", "semmelweis", "ignaz", "lower back", str(watched.root)):
        assert private not in everything.lower()
    assert not re.search(r"(?i)\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b", everything)
    assert "socket.__new__" not in done.asked, "the doctor asks the Bluetooth service of this computer, and nobody else"
    assert all("system_bus_socket" in line for line in done.asked.splitlines())


def test_the_report_fetches_nothing(watched: Watched) -> None:
    page = watched.run("-m", "liftcheck", "report", DEMO).stdout
    assert page.rstrip().endswith("</html>")
    assert not re.search(r"(?i)(src|href|action|data|poster|srcset)\s*=\s*[\"']?\s*(?!#|data:)[a-z]*:?//", page)
    assert not re.search(r"(?i)@import|url\(\s*[\"']?(?!#|data:)|<script[^>]+src|<link|<iframe|<object|<embed", page)
    assert str(watched.root) not in page

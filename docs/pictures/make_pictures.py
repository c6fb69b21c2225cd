"""Pictures of the trainee's window and the coach's desk, from the real windows on bundled recordings.

    python docs/pictures/make_pictures.py [--folder docs/pictures] [--size 1280x800] [--theme light] [--language en]

Plays recordings/ through the pipeline, cues and window, as `liftcheck live` does but with a clock of its own, and grabs
the window at moments that are found by what is on it, so that a picture is never older than the program. Nobody wore a
sensor for these: the recordings are simulated, and the sensors in range are examples.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QApplication

from liftcheck.analysis import Analyzer, Settings
from liftcheck.cues import Coach
from liftcheck.look.texts import LANGUAGES, texts
from liftcheck.look.theme import THEMES
from liftcheck.recording import read
from liftcheck.review.replayed import Replayed
from liftcheck.samples import Event
from liftcheck.scoring.one import settings_for
from liftcheck.session import LinkState, SessionUpdate
from liftcheck.shipped import shipped
from liftcheck.window.replay.desk import Desk
from liftcheck.window.sighting import Sighting, Wiring
from liftcheck.window.sounds import Sounds
from liftcheck.window.style import Style
from liftcheck.window.window import TraineeWindow

FRAME_S = 0.1
IN_RANGE = (
    Sighting("WT901BLE67", "1", -48, "witmotion-ble5", "WitMotion", 100.0),
    Sighting("Movella DOT", "2", -63, "movella-dot", "Movella DOT", 60.0),
    Sighting("Movesense 2042", "3", -81, "movesense", "Movesense", 104.0),
    Sighting("headphones", "4", -70),
)


class Played:
    """A recording as a session: `step` puts the next tenth of a second into the queue."""

    def __init__(self, name: str) -> None:
        self.recording = read(shipped("recordings") / f"{name}.mcap")
        self.updates: SimpleQueue[SessionUpdate] = SimpleQueue()
        self.error: BaseException | None = None
        self.alive = True
        site = self.recording.site or "mid-back"
        self._judge = Analyzer(Settings(site=site, height_m=self.recording.height_m), rate_hz=self.recording.rate_hz)
        self._coach = Coach()
        self._steps = self._play()

    def tell(self, event: Event) -> None:
        """The recording holds its own events."""

    def close(self) -> None:
        """The end, before the end of the recording."""
        self.alive = False
        self.updates.put(self._said(0.0, 0, LinkState(False, "stopped", loss_percent=0.2), ended=True))

    def step(self) -> bool:
        """Whether there was another tenth of a second."""
        return next(self._steps, False)

    def lose(self, seconds: float) -> None:
        """The link is gone for so long."""
        state = LinkState(False, "out of range", seconds, 0.0, 0.2, 82, 0, seconds)
        self.updates.put(self._said(self._t, self._count, state))

    def _play(self) -> Iterator[bool]:
        samples, events = self.recording.samples.rounded(), sorted(self.recording.events, key=lambda e: e.t)
        first = 0
        while first < len(samples):
            last = first
            while last < len(samples) and samples.t[last] < samples.t[first] + FRAME_S:
                last += 1
            self._t, self._count = float(samples.t[last - 1]), last
            due = tuple(event for event in events if event.t <= self._t)
            events = events[len(due) :]
            update = self._judge.push(samples[first:last], due)
            link = LinkState(True, "", self._t, self.recording.rate_hz, 0.2, 82, last, 0.02)
            cues = self._coach.hear(update, due)
            self.updates.put(SessionUpdate(self._t, last, link, update, cues, True, "session.mcap"))
            first = last
            yield True

    def _said(self, t: float, count: int, link: LinkState, *, ended: bool = False) -> SessionUpdate:
        return SessionUpdate(t, count, link, None, (), not ended, "session.mcap", "", ended)


class Nearby:
    """The sensors of the first picture."""

    def found(self) -> tuple[Sighting, ...]:
        """A few examples."""
        return IN_RANGE

    def trouble(self) -> str:
        """None."""
        return ""

    def close(self) -> None:
        """Nothing to stop."""


class Camera:
    """The window, a clock, and the recording that plays."""

    def __init__(
        self, app: QApplication, style: Style, size: tuple[int, int], save: Callable[[str, QPixmap], None]
    ) -> None:
        self.app, self.now, self.save = app, 0.0, save
        self.session = Played("demo")
        self.window = TraineeWindow(
            Wiring(lambda _: self.session, Nearby, report=lambda path, language: path),
            style=style,
            sounds=Sounds(lambda _: None),
            clock=lambda: self.now,
        )
        self.window.resize(*size)
        self.window.show()
        self.window.show_page("sensor")
        self.frame()

    def frame(self, seconds: float = FRAME_S) -> None:
        """One frame later."""
        self.now += seconds
        self.window.tick()
        self.app.processEvents()

    def play(self, until: Callable[[], bool]) -> bool:
        """Plays until something is seen; False if the recording ended before."""
        while not until():
            if not self.session.step():
                return False
            self.frame()
        return True

    def shows(self, mark: str) -> bool:
        """Whether the band shows this verdict, and the figure has reached the lowest point."""
        settled = self.now - self.window.board.verdict_at > 0.5
        return self.window.work.band.state.mark == mark and settled

    def take(self, name: str) -> None:
        """A picture."""
        self.save(name, self.window.grab())

    def begin(self, recording: str) -> None:
        """Another session."""
        self.window.session.running = None
        self.session = Played(recording)
        self.window.begin(None)


def shoot(camera: Camera) -> None:
    """All pictures, in the order of a session."""
    window = camera.window
    camera.take("sensor")
    camera.begin("demo")
    calibration = window.calibration
    camera.play(lambda: calibration.state.known and 0.5 < calibration.state.arcs[0] < 1.0)
    camera.take("calibrate-still")
    camera.play(lambda: len(calibration.state.arcs) == 3 and calibration.state.arcs[1] > 0.7)
    camera.take("calibrate-bend")
    camera.begin("improving")
    camera.play(lambda: window.page == "work" and window.work.band.state.mark == "ready")
    camera.take("ready")
    camera.play(lambda: len(window.board.lifts) > 2 and camera.shows("back"))
    camera.take("back")
    camera.play(lambda: len(window.board.lifts) > 11 and camera.shows("legs"))
    camera.take("legs")
    camera.play(lambda: window.board.lean_deg > 40)
    for _ in range(5):
        camera.session.lose(4.0)
        camera.frame()
    camera.take("lost-link")
    camera.play(lambda: False)
    window.end()
    while window.page != "summary":
        camera.frame()
    camera.take("summary")
    for recording, mark in (("semi_squatter", "mixed"), ("lossy_link", "unclear")):
        camera.begin(recording)
        if camera.play(lambda mark=mark: len(window.board.lifts) > 2 and camera.shows(mark)):
            camera.take(mark)
    window.session.running = None
    window.close()


def desk(style: Style, save: Callable[[str, QPixmap], None]) -> None:
    """The coach's desk: the improving session, judged, at one of its lifts."""
    recording = read(shipped("recordings") / "improving.mcap")
    session = Replayed(recording, settings_for(recording, Settings()), "coach")
    session.start()
    session.join()
    window = Desk([session], style=style, clock=lambda: 100.0, report=lambda path, language: path)
    window.resize(1600, 1000)
    window.show()
    window.tick()
    for _ in range(17):
        window.go_by(1)
    window.show_all()
    QApplication.processEvents()
    save("replay", window.grab())
    window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent)
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--theme", choices=THEMES, default="light")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    width, height = (int(part) for part in options.size.split("x"))
    app = QApplication([])

    def save(name: str, picture: QPixmap) -> None:
        path = options.folder / f"window-{name}.png"
        picture.toImage().convertToFormat(QImage.Format.Format_RGB888).save(str(path), "PNG", 0)  # 0: smallest
        print(path)

    style = Style(THEMES[options.theme], texts(options.language))
    shoot(Camera(app, style, (width, height), save))
    desk(style, save)


if __name__ == "__main__":
    main()

"""The foot of the trainee's window: the bar that tells how the session is, and its buttons."""

from typing import TYPE_CHECKING

from liftcheck.look.texts import clock
from liftcheck.look.theme import TOUCH
from liftcheck.window.board import Board
from liftcheck.window.buttons import Button
from liftcheck.window.passing import SNOOZE_MIN, Notice, Snooze
from liftcheck.window.status import StatusView, status_of

if TYPE_CHECKING:
    from liftcheck.window.window import TraineeWindow

SHARE = 0.08  # of the window's height
BUTTON_WIDTH, GAP = 110, 12  # px at 800; the least width


class Foot:
    """Silence and the end at work; back and on while calibrating."""

    def __init__(self, window: "TraineeWindow") -> None:
        style = self._style = window.style_
        self._window = window
        self._notice, self._snooze = Notice(), Snooze()
        self.status = StatusView(style, window)
        self.snoozer = Button(style, "outlined", window.snooze, window)
        self.ender = Button(style, "quiet", window.end, window, "status.end")
        self.backer = Button(style, "quiet", window.back, window, "status.back")
        self.skipper = Button(style, "outlined", window.skip_calibration, window, "calibrate.skip")
        self._say_snooze(0)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """From the right to the left."""
        return (self.ender, self.snoozer, self.backer, self.skipper)

    def show_for(self, page: str) -> None:
        """What belongs to a page; the choice of a sensor and the summary have no bar."""
        at_work, calibrating = page == "work", page == "calibrate"
        self.status.setVisible(at_work or calibrating)
        for button, shown in zip(self.buttons, (at_work, at_work, calibrating, calibrating), strict=True):
            button.setVisible(shown)

    @property
    def height(self) -> int:
        """In screen pixels."""
        return round(SHARE * self._window.height())

    def lay_out(self) -> None:
        """The bar, and its buttons from the right; the bar writes in what is left."""
        px, width, bottom, bar = self._style.px, self._window.width(), self._window.height(), self.height
        self.status.setGeometry(0, bottom - bar, width, bar)
        size, right = round(px(TOUCH)), width - px(GAP)
        for button in self.buttons:
            if button.isVisibleTo(self._window):
                room = round(max(px(BUTTON_WIDTH), button.natural_width() + px(8)))
                right -= room
                button.setGeometry(round(right), bottom - bar + (bar - size) // 2, room, size)
        self.status.taken = width - right + px(GAP)
        self.status.update()

    def dress(self, now: float) -> None:
        """Another theme, language or size."""
        for button in (self.ender, self.backer, self.skipper):
            button.speak()
        self._say_snooze(self._snooze.left_s(now) or 0)
        self.status.update()

    def refresh(self, board: Board, now: float) -> None:
        """How the session is now."""
        left = self._snooze.left_s(now)
        if left is not None:
            self._say_snooze(left)
        self.status.show_state(status_of(board, now, self._notice.text(now)))

    def notify(self, text: str, now: float) -> None:
        """One sentence for a while."""
        self._notice.show(text, now)

    def press_snooze(self, now: float) -> int:
        """Silence from now on, or no longer; for how many minutes."""
        minutes = SNOOZE_MIN if self._snooze.press(now) else 0
        self._say_snooze(60 * minutes)
        return minutes

    def end_snooze(self) -> None:
        """No silence: a session begins."""
        self._snooze.end()
        self._say_snooze(0)

    def _say_snooze(self, left_s: float) -> None:
        """How much of the silence is left; the bar is laid out anew where the button needs another width."""
        words, before = self._style.words, self.snoozer.text()
        self.snoozer.chosen = left_s > 0
        self.snoozer.say(words("status.snoozed", time=clock(left_s)) if left_s > 0 else words("status.snooze"))
        if len(before) != len(self.snoozer.text()):
            self.lay_out()

"""Where everything is in the trainee's window: a page, and the bar at its foot with its buttons."""

from typing import TYPE_CHECKING

from liftcheck.look.theme import TOUCH

if TYPE_CHECKING:
    from liftcheck.window.window import TraineeWindow

STATUS_SHARE = 0.08  # of the height
BUTTON_WIDTH, GAP = 110, 12  # px at 800; the least width


def lay_out(window: "TraineeWindow") -> None:
    """Puts every part of the window into its place."""
    style, width, height = window.style_, window.width(), window.height()
    bar = round(STATUS_SHARE * height)
    for name, page in window.pages.items():
        page.setGeometry(0, 0, width, height - bar if name in ("work", "calibrate") else height)
    window.status.setGeometry(0, height - bar, width, bar)
    window.panel.setGeometry(0, 0, width, height)
    _lay_out_buttons(window, width, height, bar)
    left = round(window.calibration.text_left() - style.px(4))
    window.again.setGeometry(left, round(style.px(544)), round(style.px(288)), round(style.px(88)))
    window.status.update()


def _lay_out_buttons(window: "TraineeWindow", width: int, height: int, bar: int) -> None:
    """The buttons of the bar, from the right; the bar writes in what is left."""
    px = window.style_.px
    size, right = round(px(TOUCH)), width - px(GAP)
    for button in (window.ender, window.snoozer, window.backer, window.skipper):
        if button.isVisibleTo(window):
            room = round(max(px(BUTTON_WIDTH), button.natural_width() + px(8)))
            right -= room
            button.setGeometry(round(right), height - bar + (bar - size) // 2, room, size)
    window.status.taken = width - right + px(GAP)

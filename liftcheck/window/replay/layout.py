"""Where everything is on the coach's window: list and figure keep their width, the plots take the rest."""

from typing import TYPE_CHECKING

from liftcheck.window.replay.stage import Stage
from liftcheck.window.replay.transport import PickButton

if TYPE_CHECKING:
    from liftcheck.window.replay.desk import Desk

DESIGN_HEIGHT = 1000.0
HEADER, FIGURE, LIST, TOP, MIDDLE, MAP = 64, 400, 320, 484, 104, 560  # px at 1000


def lay_out(desk: "Desk") -> None:
    """Puts every part of the window into its place."""
    px, width, height = desk.style_.px, desk.width(), desk.height()
    head, figure, right = round(px(HEADER)), round(px(FIGURE)), width - round(px(LIST))
    desk.panels.header.setGeometry(0, 0, width, head)
    _lay_out_header(desk, width, head)
    rest = height - head - round(px(MIDDLE)) - 2
    top = round(rest * TOP / (TOP + 348)) if not desk.compares else rest // 2
    y = head
    _place(desk.stages[desk.active if len(desk.stages) == 1 else 0], figure, y, right, top)
    y += top + 1
    _lay_out_transport(desk, figure, y, right, round(px(MIDDLE)))
    y += round(px(MIDDLE)) + 1
    lower = height - y
    if len(desk.stages) > 1:
        _place(desk.stages[1], figure, y, right, lower)
        for widget in (desk.stages[1].figure, desk.stages[1].timeline):
            widget.setVisible(desk.compares)
    map_width = round(px(MAP) + 0.35 * max(0.0, right - px(1280)))
    desk.panels.map.setGeometry(0, y, map_width, lower)
    desk.panels.overlay.setGeometry(map_width + 1, y, right - map_width - 1, lower)
    for panel in (desk.panels.map, desk.panels.overlay):
        panel.setVisible(not desk.compares)
    lay_out_picks(desk)
    _lay_out_list(desk, right, head, height)
    desk.panels.keys.setGeometry(0, 0, width, height)


def _place(stage: Stage, figure: int, y: int, right: int, height: int) -> None:
    stage.figure.setGeometry(0, y, figure, height)
    stage.timeline.setGeometry(figure + 1, y, right - figure - 1, height)


def _lay_out_header(desk: "Desk", width: int, height: int) -> None:
    px = desk.style_.px
    x, size = width - px(18), round(px(54))
    for button in reversed(desk.panels.header_buttons):
        if button.isVisibleTo(desk):
            wide = round(max(px(86), button.natural_width() + px(8)))
            x -= wide
            button.setGeometry(round(x), (height - size) // 2, wide, size)
    desk.panels.header.taken = width - x


def _lay_out_transport(desk: "Desk", figure: int, y: int, right: int, height: int) -> None:
    px, size = desk.style_.px, round(desk.style_.px(56))
    x, middle = px(24), y + (height - size) // 2
    for button, wide in (
        (desk.panels.before_button, 64),
        (desk.panels.play_button, 80),
        (desk.panels.next_button, 64),
        (desk.panels.loop_button, 64),
    ):
        button.setGeometry(round(x), middle, round(px(wide)), size)
        x += px(wide + 8)
    desk.panels.speed.setGeometry(round(x), y, figure - round(x), height)
    desk.panels.overview.setGeometry(figure + 1, y, right - figure - 1, height)


def lay_out_picks(desk: "Desk") -> None:
    """At the right of the overlay's title, as many as there is room for."""
    px, area, gap = desk.style_.px, desk.panels.overlay.geometry(), desk.style_.px(6)
    room = area.width() - px(24 + 8 + 20) - desk.panels.overlay.title_width()
    shown: list[PickButton] = []
    for button in desk.panels.picks:
        room -= button.natural_width() + gap
        button.setVisible(bool(button.text()) and room > 0 and not desk.compares)
        shown += [button] * button.isVisibleTo(desk)
    x = area.right() - px(20)
    for button in reversed(shown):
        x -= button.natural_width()
        button.setGeometry(round(x), area.top() + round(px(14)), round(button.natural_width()), round(px(36)))
        button.raise_()
        x -= gap
    desk.panels.keys.raise_()


def _lay_out_list(desk: "Desk", right: int, head: int, height: int) -> None:
    px = desk.style_.px
    foot = round(px(128))
    desk.panels.list.setGeometry(right + 1, head, desk.width() - right - 1, height - head - foot)
    wide, tall = (desk.width() - right - px(20 + 8 + 8)) / 2, px(46)
    for i, button in enumerate(desk.panels.words):
        x = right + px(20) + (i % 2) * (wide + px(8))
        button.setGeometry(
            round(x), round(height - foot + px(16) + (i // 2) * (tall + px(8))), round(wide), round(tall)
        )

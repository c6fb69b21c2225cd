"""The link's health under the timeline: solid where it was good, light where weak, framed where nothing came."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from liftcheck.look.theme import AXIS
from liftcheck.review.link_health import LinkHealth
from liftcheck.samples import Array
from liftcheck.window.replay.view import View
from liftcheck.window.style import RIGHT, Style, width_of, write

RIBBON_PX = 16


def paint_ribbon(
    painter: QPainter, style: Style, link: LinkHealth, view: View, x: Callable[[float], float], y: float
) -> None:
    """The ribbon from its upper edge `y`. x: where a moment is, pixels."""
    high, ink2 = style.px(RIBBON_PX), style.colour("ink2")
    left_end = x(view.start)
    write(
        painter, (left_end - style.px(10), y + style.px(14)), style.words("replay.link"), style.font(AXIS), ink2, RIGHT
    )
    low, end = max(left_end, x(link.start_s)), min(x(view.end), x(link.end_s))
    if end <= low:
        return
    painter.fillRect(QRectF(low, y, end - low, high), ink2)
    for since, until in seen(link.weak, view):
        left, right = max(low, x(since)), min(end, x(until))
        painter.fillRect(QRectF(left, y, max(1.0, right - left), high), style.colour("ctx"))
    painter.setPen(QPen(style.colour("ink"), style.px(2)))
    painter.setBrush(style.colour("surface"))
    for since, until in seen(link.gaps, view):
        left, right = max(low, x(since)), min(end, x(until))
        painter.drawRect(QRectF(left, y, max(style.px(4), right - left), high))


def seen(stretches: Array, view: View) -> list[tuple[float, float]]:
    """The stretches that reach into a view. stretches: (n, 2) in order, s."""
    first = int(np.searchsorted(stretches[:, 1], view.start))
    last = int(np.searchsorted(stretches[:, 0], view.end, side="right"))
    return [(low, high) for low, high in stretches[first:last].tolist()]


def paint_link_here(painter: QPainter, style: Style, link: LinkHealth, t: float, right: float, y: float) -> None:
    """Rate and loss at a moment in numbers, ending at `right`, on the baseline `y`."""
    rate, loss = link.rate_at(t), link.loss_at(t)
    if rate is None:
        return
    text = style.words("status.rate", rate=style.words.number(rate))
    if loss is not None:
        text += f", {style.words('status.loss', loss=style.words.number(100 * loss, 1))}"
    font = style.font(AXIS)
    wide = width_of(text, font)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.colour("bg"))
    ground = QRectF(right - wide - style.px(4), y - style.px(17), wide + style.px(8), style.px(23))
    painter.drawRoundedRect(ground, style.px(4), style.px(4))
    write(painter, (right, y), text, font, style.colour("ink2"), RIGHT)

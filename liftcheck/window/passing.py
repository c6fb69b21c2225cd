"""What the window shows for a while: a sentence in the bar, and silence."""

NOTICE_S = 4.0
SNOOZE_MIN = 5


class Notice:
    """A sentence that leaves by itself."""

    def __init__(self) -> None:
        self._text, self._until = "", 0.0

    def show(self, text: str, now: float) -> None:
        """From now on, for a few seconds."""
        self._text, self._until = text, now + NOTICE_S

    def text(self, now: float) -> str:
        """The sentence, "" when its time is over."""
        return self._text if now <= self._until else ""


class Snooze:
    """Silence for five minutes, and back."""

    def __init__(self) -> None:
        self._until: float | None = None

    def press(self, now: float) -> bool:
        """On if it was off, and off if it was on; whether it is on now."""
        self._until = None if self._until is not None else now + 60 * SNOOZE_MIN
        return self._until is not None

    def end(self) -> None:
        """Sounds again."""
        self._until = None

    def left_s(self, now: float) -> float | None:
        """Seconds that are left of it, at least 0; None if it is off. Once over, it is off."""
        if self._until is None:
            return None
        left = max(0.0, self._until - now)
        if not left:
            self._until = None
        return left

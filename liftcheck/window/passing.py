"""What the window shows for a while: a sentence in the bar, and silence."""

NOTICE_S = 4.0
SNOOZE_MIN = 5


class Notice:
    """A sentence that leaves by itself after some seconds."""

    def __init__(self, seconds: float = NOTICE_S) -> None:
        self._seconds = seconds
        self._text, self._until = "", 0.0

    def show(self, text: str, now: float) -> None:
        """From now on."""
        self._text, self._until = text, now + self._seconds

    def text(self, now: float) -> str:
        """The sentence, "" when its time is over."""
        return self._text if now <= self._until else ""

    def leaves(self, now: float) -> bool:
        """Whether its time is over; said once."""
        over = bool(self._text) and now > self._until
        if over:
            self._text = ""
        return over


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

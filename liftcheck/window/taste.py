"""How the window looks and sounds, as the person before it wants it: language, colours, size, loudness."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from liftcheck.look.texts import LANGUAGES, texts

if TYPE_CHECKING:
    from liftcheck.window.window import TraineeWindow

LOUDER = 0.1  # of the full volume, a key press


class Taste:
    """Changes the window's style and sounds."""

    def __init__(self, window: "TraineeWindow") -> None:
        self._window, self._style, self._sounds = window, window.style_, window.sounds
        self._sounds.trouble = lambda: window.notify(self._style.words("sound.none"))

    def next_language(self) -> None:
        """The next language."""
        place = LANGUAGES.index(self._style.words.language)
        self._style.words = texts(LANGUAGES[(place + 1) % len(LANGUAGES)])
        self._window.notify(self._style.words("language.name"))
        self._window.dress()

    def swap_theme(self) -> None:
        """Light to dark and back."""
        self._style.swap_theme()
        self._window.dress()

    def full_screen(self) -> None:
        """Full screen and back."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def louder(self, steps: int) -> None:
        """Changes the volume, -1 down, and lets it be heard."""
        sounds = self._sounds
        sounds.volume = min(1.0, max(0.0, round(sounds.volume + steps * LOUDER, 1)))
        sounds.play("legs")
        self._window.notify(self._style.words("sound.volume", percent=round(100 * sounds.volume)))

    def hear_sounds(self) -> None:
        """All sounds after each other."""
        self._sounds.test()

"""Looks for sensors while the choice of one is open, and shows what is in range."""

from collections.abc import Callable

from liftcheck.window.choose import SensorPage
from liftcheck.window.sighting import Scanner
from liftcheck.window.style import Style


class Search:
    """make: begins to look; None where there is nothing to look for."""

    def __init__(self, style: Style, page: SensorPage, make: Callable[[], Scanner] | None) -> None:
        self._style, self._page, self._make = style, page, make
        self._scanner: Scanner | None = None
        self._why_not = ""  # why the last session could not be had

    def start(self) -> None:
        """Looks from now on."""
        if self._scanner is None and self._make is not None:
            self._scanner = self._make()

    def stop(self) -> None:
        """Looks no longer: a sensor was chosen, or the window closes."""
        self._why_not = ""
        if self._scanner is not None:
            self._scanner.close()
            self._scanner = None

    def show(self) -> None:
        """What is in range now, or why nothing can be found."""
        if self._scanner is None:
            return
        reason, words = self._scanner.trouble(), self._style.words
        key = f"link.{reason.replace(' ', '-')}"
        notice = words(key) if reason and words.has(key) else reason
        self._page.show_found(self._scanner.found(), searching=not reason, notice=notice or self._why_not)

    def tell(self, why_not: str) -> None:
        """Why the session that was wanted could not be had; it stays until another begins."""
        self._why_not = why_not
        found = self._scanner.found() if self._scanner else ()
        self._page.show_found(found, searching=False, notice=why_not)

"""What the coach says of the lifts: agree, another word, no lift, cut, join, undo; kept beside the recording."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from liftcheck.errors import LiftcheckError, sentence
from liftcheck.review.labelling import Review, ReviewError, Row

if TYPE_CHECKING:
    from liftcheck.window.replay.desk import Desk


class Coaching:
    """Each word is about the chosen lift of the desk's session; what cannot be kept is told in the header."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def accept(self) -> None:
        """The coach agrees, and goes on to the next."""
        stage = self._desk.stage
        if self._on_row(lambda review, row: review.accepted(row)):
            stage.go_on()
            self._desk.show_all()

    def label(self, word: str) -> None:
        """The coach's own word."""
        self._on_row(lambda review, row: review.labelled(row, word))

    def delete(self) -> None:
        """No lift, says the coach."""
        self._on_row(lambda review, row: review.deleted(row))

    def split(self) -> None:
        """Cuts the lift at the cursor."""
        self._try(self._desk.stage.split)

    def join(self) -> None:
        """Joins the lift with the next."""
        self._try(self._desk.stage.join)

    def undo(self) -> None:
        """Without the last step."""
        self._try(lambda: self._desk.stage.change(lambda review: review.undone()))

    def mark(self) -> None:
        """Marks this moment, or unmarks it."""
        stage = self._desk.stage
        try:
            if stage.session.mark(stage.head.t):
                self._desk.tell(self._desk.style_.words("help.marked"))
        except LiftcheckError as error:
            self._desk.tell(sentence(error))
        stage.show()

    def _on_row(self, step: Callable[[Review, Row], Review]) -> bool:
        stage, row = self._desk.stage, self._desk.stage.row
        return row is not None and self._try(lambda: stage.change(lambda review: step(review, row)))

    def _try(self, what: Callable[[], object]) -> bool:
        """Does it, or tells why not."""
        try:
            what()
        except ReviewError as error:
            self._desk.tell(self._desk.style_.words(f"review.{error.key}"))
            return False
        except LiftcheckError as error:
            self._desk.tell(sentence(error))
            return False
        self._desk.show_all()
        return True

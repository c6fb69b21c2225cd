"""What can go wrong that a person can mend: each error is one sentence that says what to do."""


def sentence(said: object) -> str:
    """What an error or a part of the program says, as it is shown: on one line, with its full stop.

    Errors carry none: one may become a part of another's sentence, after a colon.
    """
    text = " ".join(str(said).split())
    return text if text.endswith((".", "?", "!", ":")) or not text else f"{text}."


class LiftcheckError(Exception):
    """Anything the user can mend. Its text is one sentence, shown by `sentence` and without a traceback."""


class RecordingError(LiftcheckError):
    """A file cannot be used as a recording; the sentence names the file and, where there is one, the place."""


class ProfileError(LiftcheckError):
    """A firmware profile cannot be used; the sentence names the file and the key."""


class SensorError(LiftcheckError):
    """The link to a sensor cannot be made or has ended; the sentence says what to do."""

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class SettingsError(LiftcheckError):
    """A setting or an option is unknown or impossible; the sentence names it and what is allowed."""


class MissingExtraError(LiftcheckError):
    """Something needs an optional part that is not installed; the sentence holds the command that installs it."""

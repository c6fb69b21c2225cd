"""Tells from one inertial sensor on the back whether a lift came from the legs or from the back."""

from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "Analyzer": "liftcheck.analysis",
    "Settings": "liftcheck.analysis",
    "Update": "liftcheck.analysis",
    "Samples": "liftcheck.samples",
    "Event": "liftcheck.samples",
    "Recording": "liftcheck.recording.recording",
    "read": "liftcheck.recording",
    "Score": "liftcheck.scoring",
    "score": "liftcheck.scoring",
    "LiftcheckError": "liftcheck.errors",
    "RecordingError": "liftcheck.errors",
    "ProfileError": "liftcheck.errors",
    "SensorError": "liftcheck.errors",
    "SettingsError": "liftcheck.errors",
    "MissingExtraError": "liftcheck.errors",
}

__all__ = ["__version__", *_WHERE]


def __getattr__(name: str) -> Any:  # PEP 562: `import liftcheck` alone costs nothing
    if name not in _WHERE:
        raise AttributeError(f"module 'liftcheck' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)

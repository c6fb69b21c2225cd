"""The screen: what the trainee sees and hears. The only part that knows Qt; import it where a window is opened."""

import os
import sys
from importlib import import_module


def why_no_window() -> str:
    """Why no window can be opened here, in a sentence; "" if one can. Qt itself would end the program instead."""
    for name in ("PySide6.QtGui", "PySide6.QtWidgets", "pyqtgraph"):  # Qt first: pyqtgraph hides what Qt misses
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            return f"No window: {error.name} is not installed; `pip install 'liftcheck[live]'` brings it"
        except ImportError as error:
            return f"No window: Qt misses a library of the system ({error}); `liftcheck doctor` names its package"
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        return "No window: this computer has no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    return ""

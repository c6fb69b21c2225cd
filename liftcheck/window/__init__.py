"""The screen: what the trainee sees and hears. The only part that knows Qt; import it where a window is opened."""

import os
import sys


def why_no_window() -> str:
    """Why no window can be opened here, in a sentence; "" if one can. Qt itself would end the program instead."""
    try:
        import pyqtgraph
        from PySide6 import QtGui, QtWidgets

        del pyqtgraph, QtGui, QtWidgets
    except ImportError as error:
        missing = "a library that Qt needs is missing" if error.name is None else f"{error.name} is not installed"
        return f"no window: {missing} ({error}); `pip install 'liftcheck[live]'` and `liftcheck doctor` help"
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        return "no window: this computer has no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    return ""

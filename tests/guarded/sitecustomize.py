"""Stands at the door of a Python process: whoever asks for the network is written down, and gets nothing.

Python imports this file at its start when its folder is in PYTHONPATH, in the processes that a command starts too.
LIFTCHECK_GUARD_LOG: the file that is appended to. LIFTCHECK_GUARD_WITHOUT: modules that are to be missing.
Sockets of the file system (AF_UNIX) that have no name join the threads and processes of one program and go nowhere
else: those are let through, and so are named ones of Python's own multiprocessing.
"""

import os
import sys

CALLS = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "socket.getnameinfo",
    "urllib.Request",
    "http.client.connect",
    "ftplib.connect",
    "smtplib.connect",
    "webbrowser.open",
}


def _forbidden(event: str, arguments: "tuple[object, ...]") -> bool:
    if event == "socket.__new__":
        return arguments[1] != 1 and arguments[1] != -1  # AF_UNIX; -1: a socket that another process handed over
    address = arguments[1] if event in ("socket.connect", "socket.bind") and len(arguments) > 1 else None
    return event in CALLS and not (isinstance(address, (str, bytes)) and b"pymp-" in os.fsencode(address))


def _guard(event: str, arguments: "tuple[object, ...]") -> None:
    if event.startswith(("socket.", "urllib", "http", "ftplib", "smtplib", "webbrowser")) and _forbidden(
        event, arguments
    ):
        with open(os.environ["LIFTCHECK_GUARD_LOG"], "a", encoding="utf-8") as log:
            log.write(f"{event} {arguments[1:]!r}\n")
        raise PermissionError(f"the guard lets nobody out: {event}")


if "LIFTCHECK_GUARD_LOG" in os.environ:
    sys.addaudithook(_guard)
for name in os.environ.get("LIFTCHECK_GUARD_WITHOUT", "").split():
    sys.modules[name] = None  # type: ignore[assignment]

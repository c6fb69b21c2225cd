"""A bundle for whoever helps: what the doctor found and which versions run, with no person in it."""

import getpass
import hashlib
import io
import json
import re
import secrets
import socket
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from liftcheck.sensors.doctor import Finding, as_text


@dataclass(frozen=True)
class Redaction:
    """Takes persons out of a text: user, computer, home folder; Bluetooth addresses become numbers that mean nothing.

    salt: drawn anew for each bundle and kept nowhere, so that no address can be found by trying all of them.
    """

    names: tuple[str, ...]
    home: str
    salt: bytes

    @staticmethod
    def of_this_computer() -> "Redaction":
        """With the names of whoever is logged in here."""
        names = {socket.gethostname(), socket.gethostname().split(".")[0]}
        with suppress(OSError, KeyError):
            names.add(getpass.getuser())
        return Redaction(tuple(name for name in names if len(name) > 2), str(Path.home()), secrets.token_bytes(16))

    def of(self, text: str) -> str:
        """The text without them."""
        if self.home not in ("", "/"):
            text = text.replace(self.home, "~")
        for name in sorted(self.names, key=len, reverse=True):
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", "somebody", text)
        return re.sub(r"(?i)\b[0-9a-f]{2}(?:[:_-][0-9a-f]{2}){5}\b", lambda found: self.hashed(found[0]), text)

    def hashed(self, address: str) -> str:
        """A number for an address: the same for the same one within this bundle."""
        plain = re.sub("[^0-9a-f]", "", address.lower()).encode()
        return "address-" + hashlib.blake2b(plain, key=self.salt, digest_size=4).hexdigest()


def bundle(findings: Sequence[Finding], redaction: Redaction, sensors: Sequence[Mapping[str, object]] = ()) -> bytes:
    """A zip for whoever helps: findings, versions, and sensors in range (profile, signal, hashed address; no names)."""
    packages = ("liftcheck", "bleak", "bumble", "dbus-fast", "numpy", "scipy", "vqf", "mcap", "PySide6-Essentials")
    files = {
        "findings.txt": "\n".join(map(as_text, findings)) + "\n",
        "findings.json": json.dumps([asdict(finding) for finding in findings], indent=1),
        "versions.json": json.dumps({name: _version(name) for name in (*packages, "pyqtgraph", "miniaudio")}, indent=1),
        "sensors.json": json.dumps(list(sensors), indent=1),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, redaction.of(text))
    return out.getvalue()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None

"""Where the data that comes with the program lies: inside the wheel, or beside the package in a checkout."""

from pathlib import Path


def shipped(folder: str) -> Path:
    """The folder of files shipped with liftcheck: "firmware_profiles" or "recordings"."""
    package = Path(__file__).parent
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder

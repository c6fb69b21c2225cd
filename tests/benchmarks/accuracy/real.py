"""Real motion, read in place from LIFTCHECK_DATA: three data sets that are no part of the project."""

import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from liftcheck.analysis import Settings
from liftcheck.recording import read
from liftcheck.samples import Array
from liftcheck.trunk.mounting import SITE_ALIASES
from tests.benchmarks.accuracy.case import Case, Curves, Episode, Label, Material

SUFFIXES = {"mid-back": "", "low-back": "__lumbar", "waist-back": "__pelvis"}
NUMBERS = ("bottom_s", "peak_flexion_deg", "flexion_at_bottom_deg", "drop_m", "hip_drop_m", "knee_deg")


def data() -> Path | None:
    """The folder of the data sets, or None where there is none."""
    said = os.environ.get("LIFTCHECK_DATA")
    return Path(said) if said and Path(said).is_dir() else None


@dataclass(frozen=True)
class File:
    """One recording of a data set."""

    folder: str
    name: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        root = data()
        assert root is not None, "LIFTCHECK_DATA names no folder"
        return root / self.folder / f"{self.name}.csv.gz"

    def material(self) -> Material:
        """The recording with its labels, distractors and, for the sessions with known truth, its curves."""
        labels = tuple(_label(row) for row in _table(self.folder, "labels").get(self.name, ()))
        episodes = tuple(
            Episode(float(row["start_s"]), float(row["end_s"]), row["kind"])
            for row in _table(self.folder, "distractors").get(self.name, ())
        )
        return Material(read(self.path), labels, episodes, self._curves(), self.folder == "midback_sessions")

    def _curves(self) -> Curves | None:
        if self.folder != "midback_sessions":
            return None
        session, site, _ = self.name.split("__")
        suffix = SUFFIXES[SITE_ALIASES[site]]
        part = "trunk" if not suffix else "segment"
        table = truth_table(session + suffix)
        height = table["sensor_height_m"]
        return Curves(
            table["time_s"],
            table[f"{part}_flexion_deg"],
            table[f"{part}_lean_deg"],
            np.median(height[:400]) - height,  # every session begins with five seconds of standing
        )


def truth_table(name: str) -> dict[str, Array]:
    """A table of the sessions' truth by column."""
    root = data()
    assert root is not None
    with gzip.open(root / "midback_sessions" / "truth" / f"{name}.csv.gz", "rt") as file:
        columns = file.readline().strip().split(",")
        values = np.loadtxt(file, delimiter=",")
    return dict(zip(columns, values.T, strict=True))


def heights() -> dict[str, float]:
    """Wearer -> height in metres."""
    return {row["wearer"]: float(row["height_m"]) for folder in FOLDERS for row in _rows(folder, "wearers")}


FOLDERS = ("midback_sessions", "waist_bends", "ble_daily")


def sessions(site: str, noise: str, rate: int, passes: int = 2, *, height: bool = False) -> list[Case]:
    """The sessions with known truth: three people."""
    wanted = next(alias for alias, name in SITE_ALIASES.items() if name == site)
    root = data()
    names = (
        sorted(p.name[:-7] for p in (root / "midback_sessions").glob(f"*__{wanted}__{noise}.csv.gz")) if root else []
    )
    tall = heights()
    return [
        Case(
            File("midback_sessions", name),
            Settings(site=site, height_m=tall[name[:6]] if height else None),
            passes,
            _about(name[:6], site, noise, rate, passes),
        )
        for name in names
        if ("_50hz" in name) == (rate == 50)
    ]


def waist_bends(axes: str | None, passes: int = 2) -> list[Case]:
    """One bend or one everyday movement each, seven people, a belt in front."""
    return [
        Case(
            File("waist_bends", name),
            Settings(site="waist-front", axes=axes),
            passes,
            _about(who, site, "real", 200, passes),
        )
        for name, who, site in _recordings("waist_bends")
    ]


def ble_daily() -> list[Case]:
    """One bend or one everyday movement each, three people, 20 Hz over the air."""
    return [
        Case(File("ble_daily", name), Settings(site=site), 2, _about(who, site, "real", 20, 2))
        for name, who, site in _recordings("ble_daily")
    ]


def _about(wearer: str, site: str, noise: str, rate: int, passes: int) -> tuple[tuple[str, str], ...]:
    facts = {"wearer": wearer, "site": site, "noise": noise, "rate": f"{rate} Hz", "passes": str(passes)}
    return tuple(facts.items())


def _recordings(folder: str) -> Iterator[tuple[str, str, str]]:
    root = data()
    if root is None:
        return
    for row in _rows(folder, "recordings"):
        if (root / folder / f"{row['recording']}.csv.gz").exists():
            yield row["recording"], row["wearer"], row["site"]


def _label(row: dict[str, str]) -> Label:
    numbers = {name: float(row[name]) if row.get(name) else None for name in NUMBERS}
    return Label(
        start_s=float(row["start_s"]), end_s=float(row["end_s"]), label=row["label"], action=row["action"], **numbers
    )


@cache
def _table(folder: str, name: str) -> dict[str, list[dict[str, str]]]:
    rows = defaultdict(list)
    for row in _rows(folder, name):
        rows[row["recording"]].append(row)
    return rows


def _rows(folder: str, name: str) -> list[dict[str, str]]:
    root = data()
    if root is None:
        return []
    with open(root / folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

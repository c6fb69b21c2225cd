"""Inputs that once broke a reader, read again, and a few hundred fresh ones; the long run is in docs/reliability.md."""

import random
from pathlib import Path

import pytest
from reliability.inputs import TARGETS, damaged, one, seeds

CORPUS = Path(__file__).parent / "corpus"
KEPT = sorted(path for path in CORPUS.rglob("*") if path.is_file())
FEW = {"recording": 60, "events": 40, "profile": 200, "decoder": 60, "table": 300, "settings": 300, "page": 8}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_once_broke_a_reader_gives_a_value_or_one_sentence(tmp_path: Path, path: Path) -> None:
    one(path.parent.name, path.read_bytes(), tmp_path)


@pytest.mark.parametrize("target", TARGETS)
def test_damaged_input_gives_a_value_or_one_sentence(tmp_path: Path, target: str) -> None:
    rng, good = random.Random(2), seeds(target, tmp_path)
    assert any(one(target, data, tmp_path) for data in good), "the good ones are taken"
    for _ in range(FEW[target]):
        one(target, damaged(rng.choice(good), good, rng), tmp_path)


def test_a_profile_may_not_do_anything_but_name_bytes_and_characteristics(tmp_path: Path) -> None:
    """Words of a stranger's profile that a program could obey stay words."""
    from liftcheck.shipped import shipped

    marker = tmp_path / "done"
    text = (shipped("firmware_profiles") / "witmotion-ble5.toml").read_text(encoding="utf-8")
    for evil in (f"__import__('os').system('touch {marker}')", "$(touch done)", "../../etc/passwd", "{{7*7}}", "%n%n"):
        one("profile", text.replace("WitMotion", evil.replace('"', "")).encode(), tmp_path)
    assert not marker.exists()
    assert not (tmp_path / "done").exists()

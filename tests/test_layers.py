"""Who may know whom: the table of the house, held against every import in the package."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "liftcheck"

# part -> the parts it may import. Everybody may import errors and samples; those two know nobody.
SCIENCE = {"trunk", "lifts", "analysis", "settings"}
RIM = {"sensors", "recording", "simulation", "shipped"}
MAY_KNOW: dict[str, set[str]] = {
    "errors": set(),
    "samples": set(),
    "shipped": set(),
    "compiled": set(),
    "trunk": {"compiled"},
    "lifts": {"trunk"},
    "analysis": {"lifts", "trunk"},
    "settings": {"analysis", "lifts", "trunk", "cues"},
    "cues": {"lifts", "analysis", "trunk"},
    "recording": {"shipped", "trunk", "lifts"},
    "sensors": {"shipped", "recording", "compiled"},
    "simulation": {"shipped", "recording", "trunk"},
    "session": SCIENCE | RIM | {"cues"},
    "scoring": SCIENCE | RIM,
    "history": SCIENCE | {"scoring"},
    "review": SCIENCE | {"recording"},
    "look": {"shipped"},
    "report": SCIENCE | {"look", "scoring", "recording"},
    "window": SCIENCE | RIM | {"look", "session", "scoring", "cues", "review"},
    "cli": SCIENCE | RIM | {"look", "session", "scoring", "cues", "review", "history", "report", "window"},
    "__main__": {"cli"},
    "__init__": SCIENCE | RIM | {"scoring"},
}


def part_of(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0].removesuffix(".py")


def imported_parts(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "liftcheck" and len(parts) > 1:
                found.add(parts[1])
    known = {p.stem if p.suffix else p.name for p in PACKAGE.iterdir() if p.suffix in ("", ".py")}
    return found & known


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_part_imports_only_the_parts_below_it(path: Path) -> None:
    part = part_of(path)
    allowed = MAY_KNOW[part] | {"errors", "samples", part} if part not in ("errors", "samples") else {part}
    assert imported_parts(path) <= allowed


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 310  # about 300: then it becomes a package


def test_the_science_does_no_input_or_output_and_reads_no_clock() -> None:
    banned = {"os", "io", "pathlib", "time", "datetime", "socket", "threading", "asyncio", "json", "click", "rich"}
    for part in ("trunk", "lifts"):
        for path in (PACKAGE / part).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {alias.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
            names |= {n.module.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
            assert not names & banned, path

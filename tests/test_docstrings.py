"""Everything public says in a first sentence what it is: modules, classes, functions, methods."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "liftcheck"
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# Methods whose meaning is fixed elsewhere: by threading, click and Qt (whose other names are in camel case).
FIXED = {"run", "convert", "invoke", "list_commands", "get_command", "format_commands", "paint", "data"}


def public(tree: ast.Module) -> Iterator[tuple[str, Documented]]:
    """The module, and what it offers by name, at the top and in its public classes."""
    yield "", tree
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            methods = [inner for inner in node.body if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)]
            methods = [method for method in methods if is_told_here(method)]
            if len(methods) > 1:  # what a class with one method does, the class says
                yield from ((f"{node.name}.{method.name}", method) for method in methods)


def is_told_here(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    name, body = method.name, method.body[-1]
    only_promised = isinstance(body, ast.Expr) and isinstance(body.value, ast.Constant) and body.value.value is ...
    from_qt = name != name.lower()
    return not (name.startswith("_") or from_qt or name in FIXED or only_promised)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_what_is_public_is_told_in_a_sentence(path: Path) -> None:
    missing = []
    for name, node in public(ast.parse(path.read_text(encoding="utf-8"))):
        text = (ast.get_docstring(node) or "").strip()
        first = text.partition("\n\n")[0].replace("\n", " ")
        if not first:
            missing.append(f"{name or 'the module'} has none")
        elif not first.endswith((".", "?", ":", "!", ".)")):
            missing.append(f"{name or 'the module'}: {first!r} is no sentence")
    assert not missing, f"{path.relative_to(PACKAGE)}: {'; '.join(missing)}"

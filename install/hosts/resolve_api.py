"""Our use of Resolve's scripting interface beside the description that an installed Resolve brings. Nothing is run, and
nothing is kept: both are only parsed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .machine import listed

_METHOD = re.compile(r"[A-Z][a-z]+(?:[A-Z0-9]\w*)?$")
"""How Resolve spells methods; constants in capitals are not among them."""

_LARGEST = 8 << 20


def missing_names(adapter: Path, description: Path) -> tuple[int, list[str]]:
    """How many methods the adapter's source uses, and which of them `description` does not know: of any class, and of
    the class of the same name where the adapter says by a protocol of its own whose they are.

    Raises `OSError`, and `ValueError` where either cannot be parsed.
    """
    if description.stat().st_size > _LARGEST:
        raise ValueError(f"{description} is too large for what it should be")
    tree = _parsed(description)
    known, classes = set(defined(tree)), _classes(tree)
    sources = [_parsed(path) for path in listed(adapter, "**/*.py")]
    used = {name for source in sources for name in methods_used(source)}
    missing = used - known
    for source in sources:
        for name, methods in _classes(source).items():
            if name in classes:
                missing |= {f"{name}.{method}" for method in methods & used - classes[name] - missing}
    return len(used), sorted(missing)


def methods_used(tree: ast.Module) -> Iterator[str]:
    """Names spelled like Resolve's methods that are asked of objects, called at once or handed on; not of what the file
    imports or defines.
    """
    own = {alias.asname or alias.name.split(".")[0] for alias in _aliases(tree)}
    own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and _METHOD.match(node.attr):
            origin = node.value
            while isinstance(origin, ast.Attribute):
                origin = origin.value
            if not (isinstance(origin, ast.Name) and origin.id in own):
                yield node.attr


def defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _classes(tree: ast.Module) -> dict[str, set[str]]:
    """What each class defines, with what it takes over from others in the same file."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
            found[node.name] = set(defined(ast.Module(node.body, []))).union(*(found.get(base, ()) for base in bases))
    return found


def _aliases(tree: ast.Module) -> Iterator[ast.alias]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from node.names


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), filename=str(path))
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"{path} cannot be parsed: {error}") from error

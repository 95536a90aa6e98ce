"""The source of Rounds as tests read it: its modules, what each imports, and what each says in dotted names.

Reads the text and runs nothing, so an import inside a function or under `TYPE_CHECKING` counts like any other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOP = ("config", "consumers", "optimizer", "scheduler", "web")
ENTRY_POINTS = ("scheduler.cli", "scheduler.bootstrap")
"""Composition roots, beside every `__main__`: they may import all rooms, and nothing imports them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file. `imports` are full dotted names: `from a import b` is `a.b`. `says` are dotted names in its code."""

    name: str
    path: str
    imports: frozenset[str]
    says: frozenset[str]
    calls: frozenset[str]

    @property
    def is_entry_point(self) -> bool:
        return self.name.endswith(".__main__") or lies_in(self.name, *ENTRY_POINTS)

    def imports_of(self, *rooms: str) -> list[str]:
        return sorted(name for name in self.imports if lies_in(name, *rooms))


def lies_in(name: str, *rooms: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@cache
def modules() -> tuple[Module, ...]:
    return tuple(_module(path) for top in TOP for path in sorted((ROOT / top).rglob("*.py")))


def _module(path: Path) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = path.relative_to(ROOT).with_suffix("").parts
    nodes = list(ast.walk(tree))
    return Module(
        name=".".join(parts[:-1] if parts[-1] == "__init__" else parts),
        path=path.relative_to(ROOT).as_posix(),
        imports=frozenset(name for node in nodes for name in _imported(node)),
        says=frozenset(name for node in nodes if (name := _dotted(node))),
        calls=frozenset(name for node in nodes if isinstance(node, ast.Call) and (name := _dotted(node.func))),
    )


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _dotted(node: ast.AST) -> str:
    """`dt.datetime.now` of an expression made of names only, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""

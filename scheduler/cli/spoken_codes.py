"""Every code Rounds can say, collected from its code: error classes by importing, problems by reading the source.

A problem is wherever a code stands with its sentence, and a remedy where there is one: `Problem(code=…, sentence=…)`,
`fault(code, sentence, remedy)`, or a triple of texts in a table. Codes of rules are not among them (`docs/rules.md`).
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import config
import consumers
import optimizer
import scheduler
import web
from optimizer.errors import EngineError
from scheduler.domain.errors import RoundsError
from scheduler.planning.rules import codes

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = (scheduler, consumers, optimizer, web, config)
RUN_NOT_IMPORTED: Final = re.compile(r"\.__main__$|^scheduler\.store\.migrations\.(env|versions)")

_CODE: Final = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_0-9]*")
_Text = str | None
FACTS: Final = "…"
UNTOLD: Final = "The sentence gives the facts."


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Said:
    """One code with what is said; facts are `…`. Without a remedy, there is nothing for the reader to do."""

    code: str
    sentence: str
    remedy: str


def every_error() -> list[type[RoundsError | EngineError]]:
    """Every class with a code of its own, by code; the roots of the two trees apart."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not RUN_NOT_IMPORTED.search(module.name):
                importlib.import_module(module.name)
    found: set[type[RoundsError | EngineError]] = {*_below(RoundsError), *_below(EngineError)}
    ours = {package.__name__ for package in PACKAGES}  # a test may have errors of its own
    own = (error for error in found if "code" in vars(error) and error.__module__.partition(".")[0] in ours)
    return sorted(own, key=lambda error: (error.code, error.__name__))


def sentence_of(error: type[Exception]) -> str:
    """What the error says of itself, with `…` for facts; nothing when its class does not show it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(error)))
    reader = _Reader(tree, {})
    return next((text for node in ast.walk(tree) if (text := reader.own_sentence(node))), "")


def every_problem() -> list[tuple[str, Said]]:
    """(path of the file, what it says), without the codes of rules."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _sources()}
    constants = dict(pair for tree in trees.values() for pair in _constants(tree))
    found = {
        (path.relative_to(ROOT).as_posix(), said)
        for path, tree in trees.items()
        for said in (*_Reader(tree, constants).problems(), *_named_codes(tree))
        if said.code not in codes()
    }
    told = {said.code for _, said in found if said.sentence != UNTOLD}
    return sorted((path, said) for path, said in found if said.sentence != UNTOLD or said.code not in told)


def _below(error: type[RoundsError | EngineError]) -> Iterator[type[RoundsError | EngineError]]:
    for child in error.__subclasses__():
        yield child
        yield from _below(child)


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package.__name__).rglob("*.py"))


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names in capitals that stand for a code, in whatever file they are used."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                if _CODE.fullmatch(text):
                    yield name, text


def _named_codes(tree: ast.Module) -> Iterator[Said]:
    """Codes with a name of their own, told by the text below the name; their sentence is made elsewhere."""
    for node, below in pairwise([*tree.body, ast.Pass()]):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(code))):
                if name.endswith("_CODE") and _CODE.fullmatch(code):
                    yield Said(code=code, sentence=_text_below(below) or UNTOLD, remedy="")


def _text_below(node: ast.stmt) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(text.split())
        case _:
            return ""


class _Reader:
    """What one file says. A name is read as the text last given to it above."""

    def __init__(self, tree: ast.Module, constants: dict[str, str]) -> None:
        self._tree, self._constants = tree, constants
        self._named = sorted(
            (node.lineno, node.targets[0].id, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        )  # fmt: skip

    def problems(self) -> Iterator[Said]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call):
                yield from self._by_keyword(node)
                yield from self._in_a_row(node.args)
            elif isinstance(node, ast.Tuple):
                yield from self._in_a_row(node.elts)

    def own_sentence(self, node: ast.AST) -> str:
        """The text of `super().__init__(…)`, or of the class attribute `_sentence`."""
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="super"))), args=[said]):
                return self._text(said) or ""
            case ast.Assign(targets=[ast.Name(id="_sentence")], value=said):
                return f"{self._text(said) or ''}."
            case _:
                return ""

    def _by_keyword(self, call: ast.Call) -> Iterator[Said]:
        said = {keyword.arg: self._text(keyword.value) for keyword in call.keywords}
        code = said.get("code")
        if code and "sentence" in said and _CODE.fullmatch(code):
            yield Said(code=code, sentence=said["sentence"] or UNTOLD, remedy=said.get("remedy") or "")

    def _in_a_row(self, nodes: Sequence[ast.expr]) -> Iterator[Said]:
        texts = [self._text(node) for node in nodes]
        for code, sentence, remedy in zip(texts, texts[1:], texts[2:], strict=False):
            if code and sentence and remedy and _CODE.fullmatch(code) and " " in sentence:
                yield Said(code=code, sentence=sentence, remedy=remedy)

    def _text(self, node: ast.expr) -> _Text:
        match node:
            case ast.Constant(value=str(text)):
                return re.sub(r"\{\w+\}", FACTS, text)
            case ast.JoinedStr(values=parts):
                return "".join(self._text(part) or FACTS for part in parts)
            case ast.Name(id=name):
                return self._constants.get(name) or self._last(name, before=node.lineno)
            case _:
                return None

    def _last(self, name: str, *, before: int) -> _Text:
        given = [value for line, known, value in self._named if known == name and line < before]
        return self._text(given[-1]) if given and not isinstance(given[-1], ast.Name) else None

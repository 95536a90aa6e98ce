"""`docs/settings.md` and `docs/errors.md`, written from the code. `python -m scheduler.cli.documents` writes both.

An entry point: nothing imports it but its test, which says when a page is out of date.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from config.settings import Settings
from optimizer.errors import EngineError
from scheduler.cli.spoken_codes import Said, every_error, every_problem, sentence_of
from scheduler.domain.errors import Conflict, Invalid, NotFound, RoundsError, Unavailable
from scheduler.planning.reasons import OF_LIMITS
from web.errors import Refusal

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
NONE: Final = "-"

SETTINGS_HEAD: Final = """# Settings

What a process can be told from outside, as environment variables. All are read once, at the start, and every wrong one
is reported then. Written from `config/settings.py` by `python -m scheduler.cli.documents`; do not edit.

- A secret may be left out when the same name with `_FILE` behind it names a file that holds it: UTF-8, blanks around it
  do not count.
- Prices and limits are not settings: they stand in [`config/policy.toml`](../config/policy.toml), each line with its
  comment, and what each visit type needs in [`config/visit_types.toml`](../config/visit_types.toml). Name files of your
  own with `ROUNDS_POLICY_FILE` and `ROUNDS_VISIT_TYPES_FILE`. A day file may override any line of the policy.

| variable | default | takes | what it is |
| --- | --- | --- | --- |
"""

ERRORS_HEAD: Final = """# Errors and reasons

Everything Rounds says no with has a code, one sentence with the facts, and a remedy. Codes are stable; sentences may
change. Written from the code by `python -m scheduler.cli.documents`; do not edit. What rules say is in
[rules.md](rules.md). `…` stands for a fact.

The command line ends with 1 when something is wrong with the data or the plan, 2 when it was called wrongly, 3 when
something outside failed, 130 when a second Ctrl-C gave it up, else 0.
"""

BRANCHES: Final = (
    (Invalid, "What was given cannot be right", "Exit code 1, HTTP 422. Giving it again will not help."),
    (Conflict, "No longer fits the present state", "Exit code 1, HTTP 409. Load the present state, decide again."),
    (NotFound, "Names something that is not there", "Exit code 1, HTTP 404."),
    (Unavailable, "Something outside failed", "Exit code 3, HTTP 503. The same may work later."),
    (Refusal, "Refused at the HTTP door", "Each with a status of its own."),
    (RoundsError, "Faults of ours", "Exit code 1, HTTP 500. Report them."),
    (EngineError, "The engine", "Inside Rounds only: the planner answers them, or hands the day back with the code."),
)

ROOMS: Final = (
    ("scheduler/files", "In files", "Every problem of a day file, a plan file or the policy at once, with its path."),
    ("consumers", "In events", "Every problem of an event at once. The event is kept as a dead letter with them."),
    (
        "scheduler/planning",
        "In plans",
        "Why a visit is unassigned or stays where it is, and what is wrong with a plan.",
    ),
    ("web", "In requests", "Every problem of a request at once."),
    ("config", "In settings", "Every fault of the settings at once. What is `weak` is refused in production only."),
    ("scheduler", "Elsewhere", "Settings and files of the installation."),
)

OF_FIELDS: Final = Said(
    code="field.…",
    sentence="A field has another kind, size or form than allowed; the rest of the code names which.",
    remedy="Correct the field at the path.",
)


def settings_page() -> str:
    return SETTINGS_HEAD + "".join(f"{_setting(name, field)}\n" for name, field in Settings.model_fields.items())


def errors_page() -> str:
    return "\n".join([ERRORS_HEAD, *_errors(), *_problems()]).rstrip() + "\n"


def pages() -> dict[Path, str]:
    """Path and text of each."""
    return {DOCS / "settings.md": settings_page(), DOCS / "errors.md": errors_page()}


def _setting(name: str, field: FieldInfo) -> str:
    return _row(f"`ROUNDS_{name.upper()}`", _default(field.default), _taken(field), field.description or "")


def _default(value: object) -> str:
    if value is None or value == "":
        return NONE
    if isinstance(value, Path) and value.is_relative_to(ROOT):
        return f"`{value.relative_to(ROOT).as_posix()}`"
    return f"`{value}`"


def _taken(field: FieldInfo) -> str:
    kinds = [kind for kind in (get_args(field.annotation) or (field.annotation,)) if kind is not NoneType]
    if get_origin(field.annotation) is Literal:
        return " ".join(f"`{each}`" for each in kinds)
    words = {"ge": "from {}", "gt": "over {}", "le": "to {}", "lt": "below {}"}
    bounds = [
        said.format(bound)
        for limit in field.metadata
        for name, said in words.items()
        if (bound := getattr(limit, name, None)) is not None
    ]
    return " ".join(bounds) or _kind(kinds[0])


def _kind(kind: Any) -> str:
    return {SecretStr: "secret", Path: "file"}.get(kind, "text")


def _errors() -> Iterator[str]:
    left = list(every_error())
    for branch, title, note in BRANCHES:
        own = [error for error in left if issubclass(error, branch)]
        left = [error for error in left if error not in own]
        rows = sorted(_row(f"`{error.code}`", _meaning(error), error.remedy) for error in own)
        yield from _section(title, note, ("code", "what it means", "what to do"), rows)


def _problems() -> Iterator[str]:
    left = every_problem()
    for room, title, note in ROOMS:
        own = {said for path, said in left if path.startswith(f"{room}/")}
        left = [(path, said) for path, said in left if not path.startswith(f"{room}/")]
        own |= {OF_FIELDS} if room != "scheduler/planning" else set(_of_limits())
        rows = [_row(f"`{said.code}`", said.sentence, said.remedy or NONE) for said in sorted(own)]
        yield from _section(title, note, ("code", "sentence", "what to do"), rows)


def _of_limits() -> Iterator[Said]:
    """What keeps a visit off one case manager's route, where no rule forbids the pair."""
    for limit, sentence in OF_LIMITS.items():
        code = f"route.{limit.value.removeprefix('relation.')}"
        yield Said(code=code, sentence=sentence.format(label="…"), remedy="")


def _meaning(error: type[Exception]) -> str:
    own = vars(error).get("__doc__")
    if own:
        return " ".join(inspect.cleandoc(own).split("\n\n")[0].split())
    return sentence_of(error) or error.__name__


def _section(title: str, note: str, head: tuple[str, ...], rows: list[str]) -> Iterator[str]:
    if rows:
        yield f"## {title}\n\n{note}\n"
        yield _row(*head)
        yield _row(*("---" for _ in head))
        yield from rows
        yield ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")

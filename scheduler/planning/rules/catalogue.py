"""`docs/rules.md`: every code a rule can say, written from the rules themselves.

Write it with `python -m scheduler.planning.rules.catalogue > docs/rules.md`; a test says when it is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from scheduler.planning.rules import RULES
from scheduler.planning.rules.rule import sayings

HEAD = """# Rules

Every rule is one file in `scheduler/planning/rules/`: it tells the engine what it means, checks any plan, and says
what is wrong in one sentence with one of these codes. *Hard*: a plan that breaks it is not published. *Soft*: it has
a price. `prices.` and `limits.` are in `config/policy.toml`; the other names are facts of a day. Written from the
rules by `python -m scheduler.planning.rules.catalogue`; do not edit.

| code | severity | what it asks | governed by |
| --- | --- | --- | --- |
"""


def catalogue() -> str:
    return HEAD + "".join(f"{row}\n" for row in _rows())


def _rows() -> Iterator[str]:
    for rule in RULES:
        for code, said in sayings(rule).items():
            governed_by = ", ".join(f"`{name}`" for name in said.governed_by.split(", "))
            yield f"| `{code}` | {said.severity} | {said.title} | {governed_by} |"


if __name__ == "__main__":
    sys.stdout.write(catalogue())

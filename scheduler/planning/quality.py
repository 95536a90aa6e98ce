"""How good a plan is proven to be and what ended its search, in words for people. Judges nothing itself.

Everything comes from the plan's record; a record of an older version that knows less is told as what it knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from optimizer.answer import StoppedBy
from scheduler.domain.plan import Plan, SolveRecord
from scheduler.domain.visit import Priority
from scheduler.planning.record import INSERTION, NO_ENGINE

_ENDED: Final[Mapping[str, str]] = {
    StoppedBy.EFFORT: "The search ended when its effort was spent.",
    StoppedBy.OPTIMAL: "The search ended because nothing better is possible.",
    StoppedBy.GAP: "The search ended within the {asked:g} % asked for.",
    StoppedBy.STALLED: "The search ended when nothing better was found for long.",
    StoppedBy.TIME: "The search ended when its time was over; another run may end elsewhere.",
    StoppedBy.CANCELLED: "The search was told to end; this is the best it had found.",
}
_ENGINES: Final[Mapping[str, str]] = {
    INSERTION: "The search failed; this was put together by insertion instead.",
    NO_ENGINE: "There was nothing to search.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Value and proof of a plan, by name; `sentences` say the same. Cents, percent, visits by priority."""

    price_cents: int
    bound_cents: int | None
    gap_percent: float | None
    unserved: Mapping[str, int]
    unserved_bound: Mapping[str, int] | None
    stopped_by: str
    sentences: tuple[str, ...]


def quality_of(plan: Plan) -> Quality:
    solve = plan.solve
    return Quality(
        price_cents=plan.totals.price_cents,
        bound_cents=solve.bound_cents,
        gap_percent=solve.gap_percent,
        unserved=_named(solve.unserved),
        unserved_bound=None if solve.unserved_bound is None else _named(solve.unserved_bound),
        stopped_by=solve.stopped_by,
        sentences=(how_good(plan), how_it_ended(solve)),
    )


def how_good(plan: Plan) -> str:
    """One or two sentences: could more be served, and could it be cheaper?"""
    return " ".join([*_about_serving(plan.solve), _about_price(plan)])


def how_it_ended(solve: SolveRecord) -> str:
    said = _ENGINES.get(solve.engine) or _ENDED.get(solve.stopped_by) or f"The search ended: {solve.stopped_by}."
    return said.format(asked=solve.gap_asked_percent)


def unserved_in_words(counts: Sequence[int]) -> str:
    """`(0, 1, 2, 0)` is "1 high, 2 normal"."""
    return ", ".join(f"{count} {name}" for name, count in _named(counts).items() if count) or "none"


def money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}${abs(cents) / 100:,.2f}"


def _about_serving(solve: SolveRecord) -> Iterator[str]:
    if not any(solve.unserved):
        return
    if solve.unserved_bound is None:
        yield "Whether more visits could be served was not proven."
    elif solve.unserved == solve.unserved_bound:
        yield "No plan can serve more."
    else:
        unserved, least = _named(solve.unserved), _named(solve.unserved_bound)
        name = next(name for name in unserved if unserved[name] != least[name])
        more = unserved[name] - least[name]
        visits = "visit" if more == 1 else "visits"
        yield f"It is not proven that no plan can serve more: {more} {name} {visits} more at the very most."


def _about_price(plan: Plan) -> str:
    """A plan that serves fewer may well be cheaper, and is worse; one that serves more is better at any price."""
    bound, gap = plan.solve.bound_cents, plan.solve.gap_percent
    if bound is None:
        return "How near the price is to the lowest possible was not proven."
    none = "no plan that serves everybody" if _serves_all(plan.solve) else "no plan that serves as many"
    if gap is None:
        return f"{none.capitalize()} costs less than {money(bound)}."
    is_best = _serves_all(plan.solve) or plan.solve.unserved == plan.solve.unserved_bound
    best = "best possible" if is_best else "cheapest that serves as many"
    if not gap:
        return f"It is the {best}: {none} costs less."
    return f"It is at most {gap:g} % from the {best}: {none} costs less than {money(bound)}."


def _serves_all(solve: SolveRecord) -> bool:
    return bool(solve.unserved) and not any(solve.unserved)


def _named(counts: Sequence[int]) -> dict[str, int]:
    return {priority.value: count for priority, count in zip(Priority, counts, strict=False)}

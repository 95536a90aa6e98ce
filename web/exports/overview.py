"""A whole plan as one page: what it is worth, what was proven, who goes where, and who waits. Ids, no patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.domain.plan import Plan, Reason, Unassigned
from scheduler.planning.quality import money, quality_of, unserved_in_words
from web.exports.templates import PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedReason:
    """`others` are the case managers it holds for, besides the one the sentence names."""

    code: str
    sentence: str
    others: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    visit: str
    reasons: tuple[SharedReason, ...]


def overview_page(plan: Plan, *, revision: int | None) -> str:
    """HTML with its own style, no script, nothing loaded from elsewhere. Same inputs, same bytes."""
    return PAGES.get_template("plan.html").render(
        plan=plan,
        revision=revision,
        routes=[route for route in plan.routes if route.stops],
        free=sorted({r.case_manager for r in plan.routes} - {r.case_manager for r in plan.routes if r.stops}),
        sentences=quality_of(plan).sentences,
        figures=_figures(plan),
        waiting=[_waiting(missing) for missing in plan.unassigned],
    )


def _waiting(missing: Unassigned) -> Waiting:
    """Reasons that several case managers share are told once, with those they hold for."""
    shared: dict[str, list[Reason]] = {}
    for reason in missing.reasons:
        shared.setdefault(reason.code, []).append(reason)
    reasons = (
        SharedReason(code=code, sentence=same[0].sentence, others=[r.case_manager for r in same[1:] if r.case_manager])
        for code, same in shared.items()
    )
    return Waiting(visit=missing.visit, reasons=tuple(reasons))


def _figures(plan: Plan) -> list[Figure]:
    solve, totals = plan.solve, plan.totals
    hours, minutes = divmod(round(totals.drive_seconds / 60), 60)
    return [
        Figure(name="value", value=money(totals.price_cents)),
        Figure(name="lower bound", value="not proven" if solve.bound_cents is None else money(solve.bound_cents)),
        Figure(name="gap", value="not proven" if solve.gap_percent is None else f"{solve.gap_percent:g} %"),
        Figure(name="served", value=str(totals.served)),
        Figure(name="unserved", value=unserved_in_words(solve.unserved) if solve.unserved else str(totals.unassigned)),
        Figure(name="driving", value=f"{hours}:{minutes:02d} h, {totals.drive_metres / 1000:.1f} km"),
        Figure(name="continuity", value=f"{totals.continuity_per_mille / 10:.1f} %"),
    ]

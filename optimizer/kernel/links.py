"""Who may serve what, given who serves the visits it is related to; and when, given when they start."""

from __future__ import annotations

from optimizer.kernel.frame import W_IS_OPEN, Frame
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import (
    BOND_SAME,
    BOND_WIDTH,
    GAP_WIDTH,
    R_DAY,
    R_PERSON,
    V_BOND_COUNT,
    V_BONDS,
    V_GAP_COUNT,
    V_GAPS,
    Int64,
    Packed,
)
from optimizer.kernel.state import BEGIN, ROUTE
from optimizer.problem import NEVER


@inner
def quarrels(problem: Packed, nodes: Int64, visit: int, route: int) -> bool:
    """Does a relation to a served visit keep this one off the route?"""
    at = problem.visits[visit, V_BONDS]
    for _ in range(problem.visits[visit, V_BOND_COUNT]):
        other = nodes[ROUTE, problem.flat[at]]
        if other >= 0 and parts(problem, problem.flat[at + 1], problem.flat[at + 2], route, other):
            return True
        at += BOND_WIDTH
    return False


@inner
def parts(problem: Packed, people: int, days: int, route: int, other: int) -> bool:
    """May two visits with these likenesses not be on these routes?"""
    if people:
        same = problem.routes[route, R_PERSON] == problem.routes[other, R_PERSON]
        if same != (people == BOND_SAME):
            return True
    if days:
        same = problem.routes[route, R_DAY] == problem.routes[other, R_DAY]
        if same != (days == BOND_SAME):
            return True
    return False


@inner
def pair_parts(problem: Packed, visit: int, other: int, route: int, beside: int) -> bool:
    """As `quarrels`, for two visits of which neither is served yet."""
    at = problem.visits[visit, V_BONDS]
    for _ in range(problem.visits[visit, V_BOND_COUNT]):
        if problem.flat[at] == other and parts(problem, problem.flat[at + 1], problem.flat[at + 2], route, beside):
            return True
        at += BOND_WIDTH
    return False


@inner
def misses_a_mate(problem: Packed, nodes: Int64, visit: int) -> bool:
    """Is there an unserved visit without which this one is worth nothing?"""
    at = problem.visits[visit, V_BONDS]
    for _ in range(problem.visits[visit, V_BOND_COUNT]):
        if problem.flat[at + 3] and nodes[ROUTE, problem.flat[at]] < 0:
            return True
        at += BOND_WIDTH
    return False


@inner
def soonest_by_partners(problem: Packed, nodes: Int64, visit: int) -> int:
    """The earliest start that the present starts of its served partners leave to a visit."""
    soonest = 0
    at = problem.visits[visit, V_GAPS]
    for _ in range(problem.visits[visit, V_GAP_COUNT]):
        partner = problem.flat[at]
        if nodes[ROUTE, partner] >= 0 and problem.flat[at + 2] < NEVER:
            soonest = max(soonest, nodes[BEGIN, partner] - problem.flat[at + 2])
        at += GAP_WIDTH
    return soonest


@inner
def pushes_somebody(problem: Packed, nodes: Int64, visit: int, start: int) -> bool:
    """Would this start of `visit` make a served partner start later than it does?"""
    at = problem.visits[visit, V_GAPS]
    for _ in range(problem.visits[visit, V_GAP_COUNT]):
        partner = problem.flat[at]
        if nodes[ROUTE, partner] >= 0 and start + problem.flat[at + 1] > nodes[BEGIN, partner]:
            return True
        at += GAP_WIDTH
    return False


@inner
def open_partner(problem: Packed, frame: Frame, nodes: Int64, visit: int) -> int:
    """An unserved visit that this one is linked to by a gap or needs as a mate; -1 when there is none."""
    at = problem.visits[visit, V_GAPS]
    for _ in range(problem.visits[visit, V_GAP_COUNT]):
        if nodes[ROUTE, problem.flat[at]] < 0 and frame.visits[problem.flat[at], W_IS_OPEN]:
            return problem.flat[at]
        at += GAP_WIDTH
    at = problem.visits[visit, V_BONDS]
    for _ in range(problem.visits[visit, V_BOND_COUNT]):
        if problem.flat[at + 3] and nodes[ROUTE, problem.flat[at]] < 0 and frame.visits[problem.flat[at], W_IS_OPEN]:
            return problem.flat[at]
        at += BOND_WIDTH
    return -1


@inner
def gap_between(problem: Packed, visit: int, other: int) -> tuple[int, int]:
    """The least and the largest of start of `other` - start of `visit`."""
    least, most = -NEVER, NEVER
    at = problem.visits[visit, V_GAPS]
    for _ in range(problem.visits[visit, V_GAP_COUNT]):
        if problem.flat[at] == other:
            least, most = max(least, problem.flat[at + 1]), min(most, problem.flat[at + 2])
        at += GAP_WIDTH
    return least, most

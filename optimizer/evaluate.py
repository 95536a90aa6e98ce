"""Judges any solution from first principles: every hard limit, every measure, every cent.

Shares no code with timing or search, and is what every answer, published plan and test goes through.
Never repairs: a solution that does not belong to the problem is refused, a bad one is told its faults.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from optimizer.errors import InvalidSolution
from optimizer.evaluation import Evaluation, Fault, Price
from optimizer.limits import Limit
from optimizer.problem import Alike, Problem, Relation
from optimizer.solution import Solution, Tour
from optimizer.tour_account import TourAccount, tour_account


def evaluate(problem: Problem, solution: Solution) -> Evaluation:
    """Recompute everything from the visits, their starts and the breaks taken.

    Raises `InvalidSolution` when the solution was not made for this problem.
    """
    if misfits := tuple(_misfits(problem, solution)):
        raise InvalidSolution(misfits)
    accounts = [tour_account(problem, index, tour) for index, tour in enumerate(solution.tours)]
    faults = [fault for account in accounts for fault in account.faults]
    faults += [*_served_twice(solution), *_relation_faults(problem, solution)]
    return Evaluation(
        faults=tuple(faults),
        unserved=_unserved(problem, solution),
        price=_price(problem, accounts, solution.served()),
        measures=tuple(tuple(account.measures) for account in accounts),
    )


def _price(problem: Problem, accounts: Sequence[TourAccount], served: frozenset[int]) -> Price:
    routes = sum(
        curve(account.measures[measure])
        for route, account in zip(problem.routes, accounts, strict=True)
        for measure, curve in route.prices
    )
    routes += sum(
        route.unused_price for route, account in zip(problem.routes, accounts, strict=True) if not account.used
    )
    worst = 0
    for term in problem.worst_prices:
        counted = (account for account in accounts if account.used or term.includes_empty)
        worst += term.curve(max((account.measures[term.measure] for account in counted), default=0))
    return Price(
        pairs=sum(account.pairs for account in accounts),
        starts=sum(account.starts for account in accounts),
        routes=routes,
        breaks=sum(account.breaks for account in accounts),
        worst=worst,
        unserved=sum(visit.unserved_price or 0 for index, visit in enumerate(problem.visits) if index not in served),
    )


def _unserved(problem: Problem, solution: Solution) -> tuple[int, ...]:
    served = solution.served()
    counts = [0] * problem.classes
    for index, visit in enumerate(problem.visits):
        counts[visit.unserved_class] += index not in served and visit.unserved_price is None
    return tuple(counts)


def _served_twice(solution: Solution) -> Iterator[Fault]:
    times = Counter(visit for tour in solution.tours for visit in tour.visits)
    for visit, count in sorted(times.items()):
        if count > 1:
            yield Fault(code=Limit.SERVED_TWICE.value, visit=visit, detail=f"served {count} times")


def _relation_faults(problem: Problem, solution: Solution) -> Iterator[Fault]:
    where = {
        visit: (route, start)
        for route, tour in enumerate(solution.tours)
        for visit, start in zip(tour.visits, tour.starts, strict=True)
    }
    for relation in problem.relations:
        first, second = where.get(relation.first), where.get(relation.second)
        if first is not None and second is not None:
            yield from _pair_faults(problem, relation, first, second)
        elif relation.both_or_none and (first is None) != (second is None):
            yield _relation_fault(relation, Limit.BOTH_OR_NONE, "only one of the two is served")


def _pair_faults(
    problem: Problem, relation: Relation, first: tuple[int, int], second: tuple[int, int]
) -> Iterator[Fault]:
    gap = second[1] - first[1]
    too_near = relation.min_gap is not None and gap < relation.min_gap
    too_far = relation.max_gap is not None and gap > relation.max_gap
    if too_near or too_far:
        yield _relation_fault(relation, Limit.GAP, f"{gap} apart, not {relation.min_gap} to {relation.max_gap}")
    one, other = problem.routes[first[0]], problem.routes[second[0]]
    if not _is_kept(relation.people, one.person == other.person):
        yield _relation_fault(relation, Limit.PEOPLE, f"persons {one.person} and {other.person}")
    if not _is_kept(relation.days, one.day == other.day):
        yield _relation_fault(relation, Limit.DAYS, f"days {one.day} and {other.day}")


def _is_kept(wanted: Alike, same: bool) -> bool:
    return wanted is Alike.ANY or (wanted is Alike.SAME) == same


def _relation_fault(relation: Relation, limit: Limit, detail: str) -> Fault:
    return Fault(code=limit.value, visit=relation.second, detail=f"with visit {relation.first}: {detail}")


def _misfits(problem: Problem, solution: Solution) -> Iterator[str]:
    if len(solution.tours) != len(problem.routes):
        yield f"{len(solution.tours)} tours for {len(problem.routes)} routes"
        return
    for index, tour in enumerate(solution.tours):
        yield from (f"tour {index}: {misfit}" for misfit in _tour_misfits(problem, index, tour))


def _tour_misfits(problem: Problem, index: int, tour: Tour) -> Iterator[str]:
    if len(tour.visits) != len(tour.starts):
        yield f"{len(tour.visits)} visits but {len(tour.starts)} starts"
    if any(not 0 <= visit < len(problem.visits) for visit in tour.visits):
        yield "a visit's index is not of this problem"
    known = len(problem.routes[index].breaks)
    if any(not (0 <= taken.which < known and 0 <= taken.before <= len(tour.visits)) for taken in tour.breaks):
        yield "a break's index or position is not of this tour"

"""Between the engine's tours and the routes of a plan, both ways. Decides nothing.

A route is the decided prefix of its shift followed by what the engine chose. Times are aware, in the branch's
zone; the engine's seconds are elapsed ones, so a night that loses or gains an hour comes out right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from optimizer.problem import NO_PLACE, Problem
from optimizer.problem import Route as EngineRoute
from optimizer.solution import BreakTaken, Solution, Tour
from scheduler.domain.day import Shift
from scheduler.domain.ids import ShiftId
from scheduler.domain.plan import BreakTime, Plan, Route, Stop
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.freeze import shift_at
from scheduler.planning.prefix import Prefix


def routes_of(draft: ProblemDraft, problem: Problem, solution: Solution) -> tuple[Route, ...]:
    """One route for each shift of the day, in its order; a shift without stops stays at its start."""
    return tuple(_route(draft, problem, solution, shift) for shift in draft.day.shifts)


def solution_of(draft: ProblemDraft, problem: Problem, plan: Plan) -> Solution:
    """The free part of a plan as a start for the search. It may well be infeasible by now.

    Stops whose visit or shift the engine does not decide about are left out.
    """
    numbers: dict[ShiftId, list[tuple[int, int]]] = defaultdict(list)
    breaks: dict[ShiftId, list[BreakTime]] = defaultdict(list)
    for route, stop in plan.stops():
        number = draft.visit_number(stop.visit)
        shift = shift_at(draft.day, route.case_manager, stop.starts)
        if number is not None and shift is not None and draft.shift_number(shift.id) is not None:
            numbers[shift.id].append((draft.second(stop.starts), number))
    for route in plan.routes:
        for pause in route.breaks:
            if shift := shift_at(draft.day, route.case_manager, pause.starts):
                breaks[shift.id].append(pause)
    tours = (
        _tour(draft, problem, index, numbers[shift.id], breaks[shift.id]) for index, shift in enumerate(draft.shifts)
    )
    return Solution(tours=tuple(tours))


def _route(draft: ProblemDraft, problem: Problem, solution: Solution, shift: Shift) -> Route:
    prefix, number = draft.frozen.prefixes.get(shift.id), draft.shift_number(shift.id)
    behind = prefix.stops if prefix else ()
    pauses = prefix.breaks if prefix else ()
    if number is None or (prefix is None and not solution.tours[number].visits):
        return _idle(shift, prefix)
    tour, facts = solution.tours[number], problem.routes[number]
    ahead = tuple(_stops(draft, problem, number, tour))
    home = _leg(problem, facts, _last_place(problem, facts, tour), facts.end_place)
    return Route(
        shift=shift.id,
        case_manager=shift.case_manager.id,
        leaves=prefix.leaves if prefix else draft.moment(tour.leaves),
        returns=draft.moment(tour.returns),
        stops=(*behind, *ahead),
        breaks=(*pauses, *_breaks(draft, facts, tour, len(behind))),
        home_seconds=home[0],
        home_metres=home[1],
    )


def _idle(shift: Shift, prefix: Prefix | None) -> Route:
    """A shift the engine has no say in, or that serves nobody."""
    return Route(
        shift=shift.id,
        case_manager=shift.case_manager.id,
        leaves=prefix.leaves if prefix else shift.starts,
        returns=prefix.free_from if prefix else shift.starts,
        stops=prefix.stops if prefix else (),
        breaks=prefix.breaks if prefix else (),
    )


def _stops(draft: ProblemDraft, problem: Problem, number: int, tour: Tour) -> Iterator[Stop]:
    facts = problem.routes[number]
    here, clock = facts.start_place, tour.leaves
    for index, start in zip(tour.visits, tour.starts, strict=True):
        there = problem.visits[index].place
        seconds, metres = (0, 0) if there == NO_PLACE else _leg(problem, facts, here, there)
        visit, service = draft.visits[index], int(problem.service_seconds[index, number])
        yield Stop(
            visit=visit.id,
            patient=visit.patient,
            arrives=draft.moment(clock + seconds),
            starts=draft.moment(start),
            ends=draft.moment(start + service),
            drive_seconds=seconds,
            drive_metres=metres,
        )
        here, clock = here if there == NO_PLACE else there, start + service


def _breaks(draft: ProblemDraft, facts: EngineRoute, tour: Tour, behind: int) -> Iterator[BreakTime]:
    for taken in sorted(tour.breaks, key=lambda taken: taken.starts):
        pause = facts.breaks[taken.which]
        yield BreakTime(
            before=behind + taken.before,
            starts=draft.moment(taken.starts),
            ends=draft.moment(taken.starts + pause.seconds),
            is_paid=pause.is_paid,
        )


def _tour(
    draft: ProblemDraft,
    problem: Problem,
    number: int,
    stops: list[tuple[int, int]],
    pauses: Sequence[BreakTime],
) -> Tour:
    """Its starts as planned; leaving as late as still reaches the first stop, as a plan on paper would."""
    facts = problem.routes[number]
    if not stops:
        returns = facts.opens + _leg(problem, facts, facts.start_place, facts.end_place)[0]
        is_out = facts.departed is not None
        return Tour(leaves=facts.opens, returns=returns) if is_out else Tour()
    starts, visits = zip(*sorted(stops), strict=True)
    taken = tuple(_taken(draft, facts, starts, pauses))
    first = problem.visits[visits[0]].place
    drive = 0 if first == NO_PLACE else _leg(problem, facts, facts.start_place, first)[0]
    before_first = [pause.starts for pause in taken if pause.before == 0]
    leaves = max(facts.opens, min([starts[0], *before_first]) - drive)
    tour = Tour(visits=visits, starts=starts, breaks=taken, leaves=leaves)
    free = starts[-1] + int(problem.service_seconds[visits[-1], number])
    free = max([free, *(p.starts + facts.breaks[p.which].seconds for p in taken if p.before == len(visits))])
    home = _leg(problem, facts, _last_place(problem, facts, tour), facts.end_place)[0]
    return Tour(visits=visits, starts=starts, breaks=taken, leaves=leaves, returns=free + home)


def _taken(
    draft: ProblemDraft, facts: EngineRoute, starts: Sequence[int], pauses: Sequence[BreakTime]
) -> Iterator[BreakTaken]:
    """Breaks of the plan that the engine still asks for, each matched to the first that fits."""
    free = list(enumerate(facts.breaks))
    for begins in sorted(draft.second(pause.starts) for pause in pauses):
        fitting = next((w for w, pause in free if pause.opens <= begins <= pause.closes), None)
        if fitting is not None and begins >= facts.opens:
            free = [(w, pause) for w, pause in free if w != fitting]
            yield BreakTaken(which=fitting, before=sum(start < begins for start in starts), starts=begins)


def _last_place(problem: Problem, facts: EngineRoute, tour: Tour) -> int:
    places = (problem.visits[index].place for index in reversed(tour.visits))
    return next((place for place in places if place != NO_PLACE), facts.start_place)


def _leg(problem: Problem, facts: EngineRoute, origin: int, destination: int) -> tuple[int, int]:
    return (
        int(problem.travel_seconds[facts.profile, origin, destination]),
        int(problem.travel_metres[facts.profile, origin, destination]),
    )

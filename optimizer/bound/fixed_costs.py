"""What a route costs beyond what its labels count: when it serves somebody, and when it serves nobody. Fine costs.

Both are rounded down, so a relaxed route never costs more than the real one.
"""

from __future__ import annotations

from fractions import Fraction

from optimizer.bound.minorant import Minorant, fine
from optimizer.bound.price_lines import PriceLines, highest
from optimizer.bound.relaxed_route import RelaxedRoute
from optimizer.bound.route_prices import SUMS, RoutePrices
from optimizer.kernel import label_layout as lay
from optimizer.problem import Measure
from optimizer.route_timing import resting
from optimizer.tables import tables_of


def fixed_cost(relaxed: RelaxedRoute, prices: RoutePrices, lines: PriceLines) -> int:
    """What the first unit of each measure stands on."""
    if relaxed.free:
        return 0
    total = Fraction(0)
    for measure, found in prices.minorants.items():
        if measure is Measure.IDLE:
            total += _idle(relaxed, found)
        elif measure is not Measure.LATE_RETURN and (prices.rate(measure) or measure is Measure.WAIT):
            total += found.start + _behind(relaxed, measure, found)
        elif measure in SUMS and measure not in lines.tracked:
            total += found.start
    sums = (highest(lines.rows[number], relaxed.base[measure]) for number, measure in enumerate(lines.tracked))
    return total.numerator * relaxed.scale // total.denominator + sum(sums)


def _behind(relaxed: RelaxedRoute, measure: Measure, found: Minorant) -> Fraction:
    if measure is not Measure.PAID:
        return Fraction(0)
    return found.slope * (relaxed.base[measure] + relaxed.began - found.first)


def _idle(relaxed: RelaxedRoute, found: Minorant) -> Fraction:
    """The price of the idle time of a route that neither drives nor serves, by its first slope."""
    opens, closes = relaxed.route.shift
    idle = max(0, closes - opens) - relaxed.began
    if not relaxed.models_breaks:
        idle -= sum(pause.seconds for pause in relaxed.route.breaks)
    return found.start + found.slope * idle


def resting_cost(relaxed: RelaxedRoute, case: lay.RouteCase, lines: PriceLines, fixed: int) -> int:
    """The least cost of serving nobody."""
    if relaxed.free:
        return 0
    route, tables = relaxed.route, tables_of(relaxed.problem)
    least = fine(resting(tables, tables.routes[relaxed.index]).price, relaxed.scale)
    if route.departed is None:
        return least
    home = int(case.seconds[route.start_place, route.end_place])
    cost = fixed + int(case.way[route.start_place, route.end_place])
    if lines.late >= 0:
        returns = max(0, route.opens + home - route.soft_closes)
        cost += highest(lines.rows[lines.late], relaxed.base[Measure.LATE_RETURN] + returns)
    return min(least, cost)

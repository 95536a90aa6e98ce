"""When a visit may start, in parts on each of which its price is one number or rises. Seconds and fine costs."""

from __future__ import annotations

from itertools import pairwise

from optimizer.bound.minorant import fine
from optimizer.curves import StartPricing
from optimizer.problem import StartPrice, Visit

Piece = tuple[int, int, int]
"""(first start, last start, fine cost; -1: it rises, read it at the start)."""
_PARTS = 4
"""A part on which the price falls is cut into so many: nobody starts early there at the price of starting late."""
_SHORTEST = 60


def pieces_of(visit: Visit, service: int, opens: int, closes: int, scale: int) -> list[Piece]:
    """The starts of a visit on a route that may serve it between `opens` and `closes`."""
    latest = min(visit.latest_end, closes) - service
    windows = [(max(begin, opens), min(end, latest)) for begin, end in visit.windows]
    windows = [(begin, end) for begin, end in windows if begin <= end]
    if not visit.start_prices:
        return [(begin, end, 0) for begin, end in windows]
    pricing = StartPricing(visit.start_prices)
    if pricing.is_late_only:
        return [(begin, end, -1) for begin, end in windows]
    pieces: list[Piece] = []
    for begin, end in windows:
        edges = [begin, *(corner for corner in pricing.corners if begin < corner <= end), end + 1]
        for one, other in pairwise(edges):
            pieces += _parts(visit.start_prices, one, other - 1, scale)
    return _joined(pieces)


def _parts(prices: tuple[StartPrice, ...], begin: int, end: int, scale: int) -> list[Piece]:
    """Between two corners each term is straight, so it only rises or only falls."""
    changes = [price(end) - price(begin) for price in prices]
    if not any(changes):
        return [(begin, end, fine(sum(price(begin) for price in prices), scale))]
    if min(changes) >= 0:
        return [(begin, end, -1)]
    # Where some rise and others fall, the rounding of each may hide a cent between the two ends.
    hidden = len(prices) if max(changes) > 0 else 0
    step = max(_SHORTEST, -(-(end + 1 - begin) // _PARTS))
    pieces = []
    for start in range(begin, end + 1, step):
        last = min(start + step - 1, end)
        least = min(sum(price(moment) for price in prices) for moment in (start, last))
        pieces.append((start, last, fine(max(0, least - hidden), scale)))
    return pieces


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of one price as one."""
    joined: list[Piece] = []
    for begin, end, price in pieces:
        if joined and price >= 0 and joined[-1][2] == price and joined[-1][1] + 1 == begin:
            joined[-1] = joined[-1][0], end, price
        else:
            joined.append((begin, end, price))
    return joined

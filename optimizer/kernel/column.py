"""A single route worth remembering: what pool, route selection and lower bound exchange."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """Stops in order and the price of the route alone, in cents: no worst values, nothing for who is unserved."""

    route: int
    stops: tuple[int, ...]
    price: int

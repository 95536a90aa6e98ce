"""Chance that is the same on every machine: two multiplicative generators combined, in 64-bit whole numbers only.

Source: L'Ecuyer (1988), "Efficient and Portable Combined Random Number Generators", Communications of the ACM 31(6).
"""

from __future__ import annotations

import numpy as np

from optimizer.kernel.jit import kernel
from optimizer.kernel.packed import Int64

_FIRST, _FIRST_FACTOR = 2147483563, 40014
_SECOND, _SECOND_FACTOR = 2147483399, 40692
_BITS = 31


def dice_of(seed: int, number: int) -> Int64:
    """The dice of one chain: equal seeds and numbers roll alike, others have nothing in common."""
    mixed = (seed * 1_000_003 + number * 7919 + 12345) & (2**62 - 1)
    return np.array([1 + mixed % (_FIRST - 1), 1 + (mixed * 48271 + 11) % (_SECOND - 1)], dtype=np.int64)


@kernel
def roll(dice: Int64, sides: int) -> int:
    """A whole number from 0 to `sides` - 1; `sides` at most 2**31."""
    first = (dice[0] * _FIRST_FACTOR) % _FIRST
    second = (dice[1] * _SECOND_FACTOR) % _SECOND
    dice[0] = first
    dice[1] = second
    mixed = first - second
    if mixed <= 0:
        mixed += _FIRST - 1
    return (mixed * sides) >> _BITS


@kernel
def shuffle(dice: Int64, items: Int64, count: int) -> None:
    for last in range(count - 1, 0, -1):
        other = roll(dice, last + 1)
        kept = items[last]
        items[last] = items[other]
        items[other] = kept

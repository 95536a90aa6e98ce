"""Reads the text of an order piece by piece and says exactly where it stops making sense.

Positions are characters counted from 1; the end of the text is the place right after its last visible
character. Knows pieces, not grammar: that is `orders.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scheduler.domain.errors import Invalid
from scheduler.domain.order_phases import Limits

# The lookahead splits `dailyx5` and `PRNx2` before the `x`. The last branch takes any one character, so
# every text can be cut up and complaints are left to the grammar, which knows what it expected.
_PIECE = re.compile(r"[0-9]+|[A-Za-z]+?(?=[xX][0-9])|[A-Za-z]+|\S")
_TYPOGRAPHY = str.maketrans({"\N{MULTIPLICATION SIGN}": "x", "\N{EN DASH}": "-"})
_MOST_DIGITS = 4  # no limit has more, and Python refuses to read thousands of them


class OrderSyntaxError(Invalid):
    """The text of an order cannot be read from this character on."""

    code = "order.syntax"
    remedy = (
        "Write visits and weeks such as `2w4 1w5`, `1x/wk x 9 wks`, `q2w x3`, `daily x5` or "
        "`PRN x2 for pain`, one discipline to an order."
    )

    def __init__(self, *, expected: str, position: int, after: str = "") -> None:
        self.expected, self.position, self.after = expected, position, after
        place = f"after {after} at character {position}" if after else f"at character {position}"
        super().__init__(f"expected {expected} {place}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A number, a word or a single sign. `word` is folded for comparing, `text` is as it was written."""

    text: str
    word: str
    position: int


class OrderReader:
    """Walks once through the pieces of an order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces = [_piece(found) for found in _PIECE.finditer(text)]
        self._next = 0

    @property
    def is_at_end(self) -> bool:
        return self._next == len(self._pieces)

    @property
    def position(self) -> int:
        """Where the next piece starts."""
        return len(self._text.rstrip()) + 1 if self.is_at_end else self._pieces[self._next].position

    def sees(self, *words: str, ahead: int = 0) -> bool:
        place = self._next + ahead
        return place < len(self._pieces) and self._pieces[place].word in words

    def sees_number(self) -> bool:
        return not self.is_at_end and self._pieces[self._next].word[0] in "0123456789"

    def take(self, *words: str) -> str | None:
        """The next piece, folded, if it is one of `words`; it is then behind us."""
        if not self.sees(*words):
            return None
        self._next += 1
        return self._pieces[self._next - 1].word

    def expect(self, *words: str, saying: str) -> None:
        if self.take(*words) is None:
            raise self.error(saying)

    def number(self, limits: Limits, *, saying: str) -> int:
        """The next number. Raises `OrderSyntaxError` on its first digit when it is beyond `limits`."""
        if not self.sees_number():
            raise self.error(saying)
        number = _whole_number(self._pieces[self._next].word)
        if number is None or not limits.admit(number):
            raise self.error(f"{saying} from {limits.least} to {limits.most}")
        self._next += 1
        return number

    def rest(self) -> tuple[str, int]:
        """Everything not yet read, trimmed, and where it starts; nothing is left to read."""
        position = self.position
        self._next = len(self._pieces)
        return self._text[position - 1 :].rstrip(), position

    def error(self, expected: str) -> OrderSyntaxError:
        after = self._pieces[self._next - 1].text if self._next else ""
        return OrderSyntaxError(expected=expected, position=self.position, after=after)


def _piece(found: re.Match[str]) -> Piece:
    return Piece(text=found[0], word=found[0].translate(_TYPOGRAPHY).lower(), position=found.start() + 1)


def _whole_number(digits: str) -> int | None:
    significant = digits.lstrip("0") or "0"
    return int(significant) if len(significant) <= _MOST_DIGITS else None

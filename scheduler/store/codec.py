"""Domain values as JSON text and back.

The text is canonical: sorted keys, no spaces, UTF-8 as is, every field written. Encoding what was decoded gives
the same text again. An aware datetime keeps its instant and its offset ("08:00-05:00"), not the name of its zone:
it comes back with a fixed offset, and the domain puts it into `day.zone` where wall time matters. A field this
version does not know is skipped on reading, so that two versions may run side by side (`docs/database.md`).

The domain stays free of pydantic: schemas are made here from its type hints. `TypeAdapter` alone cannot, because
it looks names up in the class first, where `date: date` in a class with slots means the slot.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter
from pydantic_core import CoreConfig, CoreSchema, SchemaSerializer, SchemaValidator, ValidationError
from pydantic_core import core_schema as shape

from scheduler.domain.errors import RoundsError

Value = TypeVar("Value")


class BodyUnreadable(RoundsError):
    """A stored body does not fit the type it was stored as. The values stay out: they may be a patient's."""

    code: ClassVar[str] = "store.unreadable"
    remedy: ClassVar[str] = "Check that this version of Rounds is not older than the one that wrote the row."

    def __init__(self, kind: str, fields_wrong: tuple[str, ...]) -> None:
        self.kind, self.fields_wrong = kind, fields_wrong
        super().__init__(f"A stored {kind} cannot be read: {', '.join(fields_wrong)}.")


def to_json(value: Any) -> str:
    """The canonical text of a domain dataclass."""
    kind: Any = type(value)
    plain = _serializer(kind).to_python(value, mode="json")
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_json(kind: type[Value], text: str) -> Value:
    """The value `to_json` was given. Raises `BodyUnreadable`."""
    described: Any = kind
    try:
        value: Value = _validator(described).validate_json(text)
    except ValidationError as error:
        wrong = tuple(".".join(map(str, e["loc"])) or e["type"] for e in error.errors(include_input=False))
        raise BodyUnreadable(kind.__name__, wrong) from None
    return value


@cache
def _serializer(kind: type) -> SchemaSerializer:
    return SchemaSerializer(_schema(kind))


@cache
def _validator(kind: type) -> SchemaValidator:
    return SchemaValidator(_schema(kind), CoreConfig(hide_input_in_errors=True))


def _schema(kind: Any) -> CoreSchema:
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind)
    if origin is tuple:
        item, _ = get_args(kind)  # the domain's tuples are all of one type and any length
        return shape.tuple_schema([_schema(item)], variadic_item_index=0)
    if origin in (Union, UnionType):
        (inner,) = (part for part in get_args(kind) if part is not NoneType)
        return shape.nullable_schema(_schema(inner))
    return TypeAdapter(kind).core_schema


def _dataclass(kind: type) -> CoreSchema:
    hints = get_type_hints(kind)
    parts = [_field(part, hints[part.name]) for part in fields(kind) if part.init]
    return shape.dataclass_schema(
        kind,
        shape.dataclass_args_schema(kind.__name__, parts),
        [part.name for part in fields(kind) if part.init],
        post_init=hasattr(kind, "__post_init__"),
        slots=True,
    )


def _field(part: Field[Any], hint: Any) -> shape.DataclassField:
    schema = _schema(hint)
    if part.default is not MISSING:
        schema = shape.with_default_schema(schema, default=part.default)
    elif part.default_factory is not MISSING:
        schema = shape.with_default_schema(schema, default_factory=part.default_factory)
    return shape.dataclass_field(part.name, schema, kw_only=True)

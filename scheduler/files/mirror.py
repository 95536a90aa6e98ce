"""A strict pydantic model with the fields of a domain dataclass, so that each setting is written down once."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model
from pydantic import Field as Bounds


def mirror(shape: type[Any]) -> type[BaseModel]:
    """Fields, types and defaults of `shape`, nested ones too; a field nobody knows is refused, and so is a negative
    number. A field's `metadata` holds further bounds, as pydantic's `Field` names them."""
    hints = get_type_hints(shape)
    described: dict[str, Any] = {}
    for field in fields(shape):
        kind = hints[field.name]
        default = ... if field.default is MISSING else field.default
        if is_dataclass(kind) and isinstance(kind, type):
            kind = mirror(kind)
            default = kind()
        elif kind in (int, float):
            kind = Annotated[kind, Bounds(**{"ge": 0, **field.metadata})]
        described[field.name] = (kind, default)
    config = ConfigDict(extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)
    return create_model(shape.__name__, __config__=config, __doc__=shape.__doc__, **described)

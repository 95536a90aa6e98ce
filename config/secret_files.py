"""Secrets from files: each secret setting may be given as `ROUNDS_<NAME>_FILE`, the name of a file that holds it.

A file that gives no secret becomes a fault of its setting, told together with all others. What stands in it is never
told.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

PREFIX: Final = "ROUNDS_"
MOST_BYTES: Final = 64 * 1024
"""No secret is longer; a file that is was named by mistake."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands in a secret's place when its file gave none."""

    code: str
    sentence: str
    remedy: str


def secret_names(fields: Mapping[str, FieldInfo]) -> Iterator[str]:
    """The settings that are secret, in their order."""
    for name, field in fields.items():
        if SecretStr in (field.annotation, *get_args(field.annotation)):
            yield name


def secret_paths(fields: Mapping[str, FieldInfo]) -> Iterator[tuple[str, Path]]:
    """Each secret that comes from a file, with that file."""
    for name in secret_names(fields):
        if path := os.environ.get(f"{PREFIX}{name.upper()}_FILE"):
            yield name, Path(path)


class SecretFiles(PydanticBaseSettingsSource):
    """Asked before the environment, so that a secret given both ways is noticed."""

    def __call__(self) -> dict[str, Any]:
        return {name: _secret(name, path) for name, path in secret_paths(self.settings_cls.model_fields)}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Part of the library's protocol; `__call__` answers for all fields at once."""
        return None, field_name, False


def sources(
    settings: type[BaseSettings], given: PydanticBaseSettingsSource, environment: PydanticBaseSettingsSource
) -> tuple[PydanticBaseSettingsSource, ...]:
    return given, SecretFiles(settings), environment


def _secret(name: str, path: Path) -> str | Unread:
    if os.environ.get(f"{PREFIX}{name.upper()}"):
        return _unread("secret.given_twice", "It is given both by itself and by a file.", "Keep one of the two.")
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        why = f"Its file {path} cannot be read: {error.strerror}."
        return _unread("secret.no_file", why, "Correct the path, or who may read the file.")
    return _text(raw, path)


def _text(raw: bytes, path: Path) -> str | Unread:
    if len(raw) > MOST_BYTES:
        return _unread(
            "secret.too_long", f"Its file {path} is too long to be a secret.", "Name the file of the secret."
        )
    try:
        secret = raw.decode().strip()
    except UnicodeDecodeError:
        return _unread("secret.not_text", f"Its file {path} is no text.", "Write the secret into it as UTF-8.")
    return secret or _unread("secret.empty", f"Its file {path} is empty.", "Write the secret into it.")


def _unread(code: str, sentence: str, remedy: str) -> Unread:
    return Unread(code, sentence, remedy)

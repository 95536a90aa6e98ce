"""The body of a request as events: bytes, counted before they are looked at.

A batch is cut into the bytes of its events, untouched, so that each is judged by the contracts as if it came alone.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Request

from scheduler.files.strict_json import depth
from web.errors import Refusal

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_EVENTS: Final = 1000
MOST_DEPTH: Final = 64  # far more than an event may have; each is judged by itself later
ONE, BATCH, PLAIN = "application/cloudevents+json", "application/cloudevents-batch+json", "application/json"

_SPACE: Final = re.compile(r"[ \t\r\n]*")
# Values are not used, so digits stay text: a number of a million digits costs nothing here.
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str)


class BodyTooLarge(Refusal):
    code = "body.too_large"
    remedy = "Send smaller batches."
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        self.most_bytes = MOST_BYTES
        super().__init__(f"The body has more than {MOST_BYTES} bytes.")


class TooManyEvents(Refusal):
    code = "batch.too_many"
    remedy = "Send smaller batches."
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        self.most_events = MOST_EVENTS
        super().__init__(f"The batch has more than {MOST_EVENTS} events.")


class UnknownMedia(Refusal):
    code = "body.unknown_media"
    remedy = f"Send {ONE}, {BATCH} or {PLAIN}."
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE

    def __init__(self) -> None:
        super().__init__("The body's media type is not one that holds events.")


class MalformedBatch(Refusal):
    """Where one event ends and the next begins cannot be told, so none was taken in."""

    code = "batch.malformed"
    remedy = "Send a JSON array of events, encoded as UTF-8. Nothing of this batch was taken in."

    def __init__(self, fault: str) -> None:
        super().__init__(f"The batch is not a JSON array: {fault}.")


def media_type(request: Request) -> str:
    """Raises `UnknownMedia`. A form or plain text is refused, so no page can post events from somebody's browser."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in (ONE, BATCH, PLAIN):
        raise UnknownMedia
    return media


async def capped_body(request: Request) -> bytes:
    """Raises `BodyTooLarge` as soon as that is clear: before the first byte where the length is declared."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 20 and int(declared) > MOST_BYTES:
        raise BodyTooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise BodyTooLarge
    return bytes(body)


Media = Annotated[str, Depends(media_type)]
Body = Annotated[bytes, Depends(capped_body)]


def holds_many(media: str, body: bytes) -> bool:
    return media == BATCH or (media == PLAIN and body.lstrip()[:1] == b"[")


def events_of(body: bytes) -> list[bytes]:
    """The bytes of each event of a batch. Raises `MalformedBatch` or `TooManyEvents`."""
    if depth(body) > MOST_DEPTH:
        raise MalformedBatch("it is nested too deeply")
    try:
        return _events(body.decode())
    except UnicodeDecodeError as error:
        raise MalformedBatch(f"byte {error.start + 1} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise MalformedBatch(f"{error.msg} at line {error.lineno}, column {error.colno}") from None


def _events(text: str) -> list[bytes]:
    at = _expect(text, 0, "[")
    events: list[bytes] = []
    is_over = text[at : at + 1] == "]"
    while not is_over:
        ends = _DECODER.raw_decode(text, at)[1]
        if len(events) == MOST_EVENTS:
            raise TooManyEvents
        events.append(text[at:ends].encode())
        at = _skip(text, ends)
        is_over = text[at : at + 1] == "]"
        at = at if is_over else _expect(text, at, ",")
    at = _skip(text, at + 1)
    if at < len(text):
        raise json.JSONDecodeError("Extra data", text, at)
    return events


def _expect(text: str, at: int, sign: str) -> int:
    """The place of the next value after `sign`."""
    at = _skip(text, at)
    if text[at : at + 1] != sign:
        raise json.JSONDecodeError(f"Expecting '{sign}'", text, at)
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at

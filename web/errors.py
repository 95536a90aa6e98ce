"""Errors as answers: one shape, `{"error": {code, sentence, remedy, problems | facts}}`, whatever went wrong.

The edge owns status codes. What a caller sent is never repeated, and a fault of ours is told without its details.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, Final

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from scheduler.domain.errors import Conflict, Invalid, NotFound, RoundsError, Unavailable
from scheduler.files.problems import Problem, counted
from web.headers import SAFE_HEADERS

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS: Final = 5


class Refusal(RoundsError):
    """What only HTTP knows: a request that is refused before the core hears of it."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    headers: ClassVar[Mapping[str, str]] = {}


class UnfitRequest(Refusal):
    """The path or the query is not as documented."""

    code = "request.unfit"
    remedy = "Correct what is listed; the API is described at /openapi.json."
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"The request has {counted(len(self.problems), 'problem')}.")


class ErrorFacts(BaseModel):
    code: str
    sentence: str
    remedy: str
    problems: list[Problem] | None = None
    facts: dict[str, Any] | None = None


class ErrorAnswer(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorFacts = Field(description="What is wrong, and what to do about it.")


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """For the OpenAPI description of a route."""
    return {status.value: {"model": ErrorAnswer, "description": status.phrase} for status in statuses}


def install(app: FastAPI) -> None:
    app.add_exception_handler(RoundsError, _rounds_error)
    app.add_exception_handler(RequestValidationError, _unfit_request)
    app.add_exception_handler(HTTPException, _no_route)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _fault)


def answer(error: RoundsError) -> JSONResponse:
    return _answer(_status_of(error), described(error), _headers_of(error))


def described(error: RoundsError) -> dict[str, Any]:
    said: dict[str, Any] = {"code": error.code, "sentence": str(error), "remedy": error.remedy}
    facts = error.facts()
    if (problems := facts.pop("problems", None)) is not None:
        said["problems"] = problems
    if facts:
        said["facts"] = facts
    return said


def _answer(status: int, said: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = jsonable_encoder({"error": said})
    return JSONResponse(body, status_code=status, headers={**SAFE_HEADERS, **(headers or {})})


def _status_of(error: RoundsError) -> HTTPStatus:
    if isinstance(error, Refusal):
        return error.status
    branches: Mapping[type[RoundsError], HTTPStatus] = {
        NotFound: HTTPStatus.NOT_FOUND,
        Conflict: HTTPStatus.CONFLICT,
        Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
        Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    }
    known = (status for branch, status in branches.items() if isinstance(error, branch))
    return next(known, HTTPStatus.INTERNAL_SERVER_ERROR)


def _headers_of(error: RoundsError) -> Mapping[str, str]:
    if isinstance(error, Refusal):
        return error.headers
    return {"Retry-After": str(RETRY_AFTER_SECONDS)} if isinstance(error, Unavailable) else {}


def _rounds_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RoundsError):
        raise error
    response = answer(error)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("http.failed", extra={"code": error.code, "path_template": _template(request)})
    return response


def _unfit_request(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return answer(UnfitRequest([_problem(detail) for detail in error.errors()]))


def _problem(detail: Mapping[str, Any]) -> Problem:
    path = ".".join(str(part) for part in detail["loc"])
    sentence = f"{detail['msg'].rstrip('.')}."
    return Problem(path=path, code=f"field.{detail['type']}", sentence=sentence, remedy="Correct this field.")


def _no_route(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    code = "http." + status.phrase.lower().replace(" ", "_").replace("-", "_")
    remedy = "The API is described at /openapi.json."
    return _answer(status, {"code": code, "sentence": f"{status.phrase}.", "remedy": remedy}, error.headers)


def _gone(_: Request, error: Exception) -> Response:
    """Nobody hears this answer; nothing was taken in."""
    del error
    return Response(status_code=HTTPStatus.BAD_REQUEST)


def _fault(request: Request, error: Exception) -> Response:
    """A fault of ours. The server logs its trace; the caller learns no more than that it happened."""
    log.error("http.fault", extra={"kind": type(error).__name__, "path_template": _template(request)})
    return answer(RoundsError("Something went wrong inside Rounds."))


def _template(request: Request) -> str:
    """The path with its parameters' names instead of their values."""
    return str(getattr(request.scope.get("route"), "path", ""))

"""HTTP routes of follow-up: a visit as a file for one's own calendar, its whole trace, and the files sent to it."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Literal
from urllib.parse import quote, unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from health_cloud.core.actors import Actor, acting
from health_cloud.core.db import transact
from health_cloud.core.downloads import kept_page
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound, Unavailable
from health_cloud.core.i18n import say
from health_cloud.core.policy import Need
from health_cloud.core.words import Language
from health_cloud.followup.service import attaching, calendar_of
from health_cloud.followup.service.pictures import LARGEST, made_of
from health_cloud.followup.service.trace import trace_of

ROUTES = {
    "GET /calendar/{appointment}": Need.PATIENT,
    "GET /visit-file/{appointment}": Need.SIGNED_IN,
    "POST /visit-attachments/{appointment}": Need.SIGNED_IN,
    "GET /visit-attachments/{appointment}/{file}": Need.SIGNED_IN,
    "GET /visit-attachments/{appointment}/{file}/small": Need.SIGNED_IN,
}
_TYPES = {"photo": "image/jpeg", "pdf": "application/pdf"}
_STATUS: dict[type[HealthCloudError], int] = {Denied: 403, NotFound: 404, Conflict: 409, Invalid: 400, Unavailable: 503}
_TOO_LARGE = 413
_SECONDS = 180
"""So long a file may take to arrive."""
_AT_ONCE = 2
"""So many files of one account are taken in at once."""
_arriving: Counter[str] = Counter()


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/calendar/{appointment}", _calendar, methods=["GET"]),
        Route("/visit-file/{appointment}", _trace, methods=["GET"]),
        Route("/visit-attachments/{appointment}", _attach, methods=["POST"]),
        Route("/visit-attachments/{appointment}/{file}", _file, methods=["GET"]),
        Route("/visit-attachments/{appointment}/{file}/small", _small, methods=["GET"]),
    ]


async def _calendar(request: Request) -> Response:
    language: Language = "en" if request.query_params.get("language") == "en" else "zh"
    made = await transact(calendar_of, acting(), request.path_params["appointment"], language)
    headers = {
        "content-type": "text/calendar; charset=utf-8",
        "content-disposition": 'attachment; filename="follow-up.ics"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(made, headers=headers)


async def _trace(request: Request) -> Response:
    language: Language = "en" if request.query_params.get("language") == "en" else "zh"
    made = await transact(trace_of, acting(), request.path_params["appointment"], language)
    name = f"{say('followup.trace.file', language)}.html"
    return Response(made, headers=kept_page(name))


async def _attach(request: Request) -> Response:
    """Take a file, the body itself, into a visit; answers what is wrong in both languages."""
    actor, appointment = acting(), request.path_params["appointment"]
    if _arriving[actor.account_id] >= _AT_ONCE:
        return _refused(Conflict("followup.attach.error.busy"))
    _arriving[actor.account_id] += 1
    try:
        await transact(attaching.may_attach, actor, appointment)
        async with asyncio.timeout(_SECONDS):
            raw = await _body(request)
        stored = await asyncio.to_thread(_stored, raw)
        await _attached(actor, appointment, request, stored)
    except TimeoutError:
        return _refused(Invalid("followup.attach.error.slow"))
    except ClientDisconnect:
        return _refused(Invalid("followup.attach.error.broken"))
    except HealthCloudError as problem:
        return _refused(problem)
    finally:
        _arriving[actor.account_id] -= 1
        if not _arriving[actor.account_id]:
            del _arriving[actor.account_id]
    return JSONResponse({}, headers={"cache-control": "no-store"})


async def _attached(actor: Actor, appointment: str, request: Request, stored: attaching.Stored) -> None:
    """Attach what is stored; what is not attached in the end does not stay."""
    key, name = request.headers.get("x-file-key", ""), unquote(request.headers.get("x-file-name", ""))
    new = False
    try:
        new = await transact(attaching.attach, actor, appointment, key, name, stored)
    finally:
        if not new:
            await asyncio.to_thread(attaching.drop, stored)


async def _body(request: Request) -> bytes:
    """Return the body.

    Raises:
        Invalid: it is larger than a file may be; no more of it is read.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise Invalid("followup.attach.error.large", megabytes=LARGEST // 1_000_000)
        parts.append(part)
    return b"".join(parts)


def _stored(raw: bytes) -> attaching.Stored:
    return attaching.store(made_of(raw))


def _refused(problem: HealthCloudError) -> Response:
    told = {"zh": say(problem.key, "zh", **problem.params), "en": say(problem.key, "en", **problem.params)}
    status = next((code for kind, code in _STATUS.items() if isinstance(problem, kind)), 400)
    if problem.key == "followup.attach.error.large":
        status = _TOO_LARGE
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return JSONResponse({"problem": told}, status, headers=headers)


async def _file(request: Request) -> Response:
    return await _handed_out(request, "whole")


async def _small(request: Request) -> Response:
    return await _handed_out(request, "small")


async def _handed_out(request: Request, size: Literal["whole", "small"]) -> Response:
    """Hand out a file for our own viewer, or to be kept; a browser shows nothing of it by itself."""
    appointment, file = request.path_params["appointment"], request.path_params["file"]
    found = await transact(attaching.open_file, acting(), appointment, file, size)
    content = await asyncio.to_thread(attaching.bytes_of, found)
    headers = {
        "content-type": _TYPES[found.kind],
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(content, headers=headers)

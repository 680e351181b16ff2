"""HTTP routes of links, by SMART Health Links 1.0: any viewer anywhere may ask, and gets ciphertext or nothing.

They know no session: the edge takes cookies away from them and lets other origins read the answers (web/apart.py).
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from health_cloud.core.actors import NOBODY, visitor
from health_cloud.core.db import transact
from health_cloud.core.errors import NotFound
from health_cloud.core.policy import Need
from health_cloud.core.settings import settings
from health_cloud.links.service import opening
from health_cloud.links.service.judging import is_right
from health_cloud.links.service.payload import FHIR, PATH
from health_cloud.links.views import Attempt, SealedFile

ROUTES = {
    "POST /shl/{token}": Need.ANYONE,
    "GET /shl/files/{ticket}": Need.ANYONE,
    "GET /shl/viewer/hosts": Need.ANYONE,
}
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_EMBEDDED = 65_536
"""A file is put into the manifest up to so many characters, where whoever asks does not say."""
_LONGEST_BODY: Final = 8_192
_LONGEST_PASSCODE = 100
_PATIENCE, _PAUSE = 20, 0.1


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/shl/{token}", _manifest, methods=["POST"]),
        Route("/shl/files/{ticket}", _file, methods=["GET"]),
        Route("/shl/viewer/hosts", _hosts, methods=["GET"]),
    ]


async def _manifest(request: Request) -> Response:
    """Answer the manifest; 401 with the attempts that are left for a wrong passcode, 404 for all that does not live."""
    said = await _said(request)
    recipient, passcode, longest = said.get("recipient"), said.get("passcode", ""), said.get("embeddedLengthMax")
    if not isinstance(recipient, str) or not recipient.strip() or not isinstance(passcode, str):
        return PlainTextResponse("", 400, headers=_HEADERS)
    try:
        attempt = await _counted(request.path_params["token"])
        if attempt.passcode and not passcode:
            return _not_yet(await transact(opening.give_back, NOBODY, attempt))
        right = await asyncio.to_thread(is_right, attempt, passcode[:_LONGEST_PASSCODE])
        answer = await transact(opening.settle, NOBODY, visitor(), attempt, recipient.strip(), right=right)
    except NotFound:
        return _nothing()
    if not answer.right:
        return _not_yet(answer.left)
    most = longest if isinstance(longest, int) and not isinstance(longest, bool) else _EMBEDDED
    return JSONResponse({"files": [_described(each, most) for each in answer.files]}, headers=_HEADERS)


async def _counted(token: str) -> Attempt:
    """Count an attempt; where as many as the link bears are being judged, wait until one of them is.

    Raises:
        NotFound: no such link lives, or those before it never came to an end.
    """
    for _ in range(_PATIENCE):
        with suppress(opening.Busy):
            return await transact(opening.begin, NOBODY, token)
        await asyncio.sleep(_PAUSE)
    raise NotFound


async def _said(request: Request) -> dict[str, Any]:
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > _LONGEST_BODY:
            return {}
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _described(file: SealedFile, most: int) -> dict[str, str]:
    made = {"contentType": FHIR, "fhirVersion": "4.0.1", "lastUpdated": file.at, "status": "finalized"}
    if len(file.jwe) <= most:
        return made | {"embedded": file.jwe}
    return made | {"location": f"{settings().origin}{PATH}files/{file.ticket}"}


def _not_yet(left: int) -> Response:
    return JSONResponse({"remainingAttempts": left}, 401, headers=_HEADERS)


def _nothing() -> Response:
    return PlainTextResponse("", 404, headers=_HEADERS)


async def _file(request: Request) -> Response:
    try:
        jwe = await transact(opening.file_of, NOBODY, request.path_params["ticket"])
    except NotFound:
        return _nothing()
    return Response(jwe, media_type="application/jose", headers=_HEADERS)


async def _hosts(_request: Request) -> Response:
    """Say which other hosts our own viewer may fetch from, so that it can name one that it may not."""
    return JSONResponse({"hosts": list(settings().link_hosts)}, headers=_HEADERS)

"""HTTP routes of the emergency card: the phone takes it, and asks later whether it still may have it."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from health_cloud.card.service import card_now, keep_card
from health_cloud.core.actors import NOBODY, Actor, acting
from health_cloud.core.db import transact
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Need
from health_cloud.identity.service import kept

ROUTES = {
    "POST /emergency-card/keep": Need.PATIENT,
    "GET /emergency-card/now": Need.PATIENT,
    "GET /emergency-card/holds": Need.ANYONE,
}
_TOKEN = "x-emergency-card"  # noqa: S105 - the name of a header
_GONE = 410
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/emergency-card/keep", _keep, methods=["POST"]),
        Route("/emergency-card/now", _now, methods=["GET"]),
        Route("/emergency-card/holds", _holds, methods=["GET"]),
    ]


async def _keep(request: Request) -> Response:
    return JSONResponse(asdict(await transact(keep_card, acting(), _parts(request))), headers=_HEADERS)


async def _now(request: Request) -> Response:
    """Say what would stand on the card by now, for the phone to compare; no sign of life."""
    return JSONResponse(asdict(await transact(card_now, acting(), _parts(request))), headers=_HEADERS)


def _parts(request: Request) -> list[str]:
    return [name for name in request.query_params.get("parts", "").split(",") if name]


async def _holds(request: Request) -> Response:
    """Answer 204 while the card may stay, 410 when it has to go; anything else says nothing of it."""
    stays = await transact(kept.holds, _signed_in(), request.headers.get(_TOKEN, ""))
    return Response(status_code=204 if stays else _GONE, headers=_HEADERS)


def _signed_in() -> Actor:
    try:
        return acting()
    except Denied:
        return NOBODY

"""HTTP routes of identity: the browser trades its entry code for the cookie, and gives the cookie back."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from health_cloud.core import cookies, db
from health_cloud.core.actors import NOBODY, Actor, acting, visitor
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.policy import Need, Role
from health_cloud.identity.api import single_sign_on
from health_cloud.identity.service import guardians, sessions
from health_cloud.identity.service.single_sign_on import started
from health_cloud.identity.views import SessionEnds

ROUTES: dict[str, Need] = {
    "GET /auth/enter": Need.ANYONE,
    "POST /auth/sign-out": Need.ANYONE,
    **single_sign_on.ROUTES,
    "POST /auth/act-for": Need.PATIENT,
    "GET /auth/ends": Need.ANYONE,
    "POST /auth/stay": Need.ANYONE,
}

_SEE_OTHER = 303
_FIRST_PAGES = {
    Role.PHYSICIAN.value: "/physician",
    Role.PHARMACIST.value: "/pharmacist",
    Role.STAFF.value: "/desk",
    Role.AUDITOR.value: "/me",
}


async def enter(request: Request) -> Response:
    """Set the session's cookie; what was in this browser before ends (R6: new at sign-in)."""
    before, where = _signed_in(), visitor()
    try:
        entered = await asyncio.to_thread(
            db.perform, sessions.enter, NOBODY, request.query_params.get("code", ""), where
        )
    except Invalid:
        return RedirectResponse("/sign-in", _SEE_OTHER)
    await _end(before, where.session_id)
    answer = RedirectResponse(_FIRST_PAGES.get(entered.role, "/"), _SEE_OTHER)
    answer.headers.append("set-cookie", cookies.set_cookie(cookies.session_cookie(), entered.secret))
    answer.headers["cache-control"] = "no-store"
    return answer


async def sign_out(request: Request) -> Response:
    """End the session and take the cookie away; without one, just the latter.

    A script that asks for JSON is told where to go on: after a single sign-on that is the provider, to sign out there.
    """
    actor, token = _signed_in(), ""
    if actor is not None:
        token = await asyncio.to_thread(db.perform, started.farewell, actor)
    await _end(actor, visitor().session_id)
    answer: Response = RedirectResponse("/welcome", _SEE_OTHER)
    if request.headers.get("accept") == "application/json":
        answer = JSONResponse({"to": await asyncio.to_thread(started.way_out, token) or "/welcome"})
    answer.headers.append("set-cookie", cookies.set_cookie(cookies.session_cookie(), "", seconds=0))
    answer.headers["cache-control"] = "no-store"
    return answer


async def act_for(request: Request) -> Response:
    """Let this session act for somebody whose guardian its owner is, or for themselves again."""
    relation = request.query_params.get("relation", "")
    await db.transact(guardians.act_for, acting(), relation)
    return Response(status_code=204, headers={"cache-control": "no-store"})


async def ends(request: Request) -> Response:
    """Say how long the session goes on; asking by GET is no sign of life, by POST it is one."""
    del request
    actor = _signed_in()
    left = await db.transact(sessions.ends_of, actor) if actor is not None else SessionEnds()
    content = {"signed_in": actor is not None, "idle": left.idle, "total": left.total, "lock": left.lock}
    return JSONResponse(content, headers={"cache-control": "no-store"})


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/auth/enter", enter, methods=["GET"]),
        Route("/auth/sign-out", sign_out, methods=["POST"]),
        *single_sign_on.routes(),
        Route("/auth/act-for", act_for, methods=["POST"]),
        Route("/auth/ends", ends, methods=["GET"]),
        Route("/auth/stay", ends, methods=["POST"]),
    ]


async def _end(actor: Actor | None, row_id: str) -> None:
    if actor is not None:
        await asyncio.to_thread(db.perform, sessions.sign_out, actor)
    elif row_id:
        await asyncio.to_thread(db.perform, sessions.abandon, NOBODY, row_id)


def _signed_in() -> Actor | None:
    try:
        return acting()
    except Denied:
        return None

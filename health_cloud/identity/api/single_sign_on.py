"""HTTP routes of single sign-on: to the provider, back from it, and its word that a session is over."""

from __future__ import annotations

import asyncio
from html import escape
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from health_cloud.core import cookies, db
from health_cloud.core.actors import acting, visitor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.i18n import say
from health_cloud.core.policy import Need
from health_cloud.identity.service.single_sign_on import anew, flow, provider, started
from health_cloud.identity.service.single_sign_on.refusals import Refused

ROUTES: dict[str, Need] = {
    "GET /auth/oidc/start": Need.ANYONE,
    "GET /auth/oidc/back": Need.ANYONE,
    "POST /auth/oidc/ended": Need.ANYONE,
}

_SEE_OTHER = 303
_SECONDS = int(flow.LIFE.total_seconds())
_MOST_BYTES = 20_000


async def start(request: Request) -> Response:
    """Send the browser to the provider, with a cookie that binds the answer to it."""
    _require_configured()
    again = request.query_params.get("again") == "1"
    proof = await _proof(request.query_params.get("to", "")) if again else None
    try:
        begun = await asyncio.to_thread(flow.begin, visitor(), again=again, proof=proof)
    except Refused as refused:
        return _told(refused.why)
    answer = RedirectResponse(begun.address, _SEE_OTHER)
    return _with_cookie(answer, begun.secret, _SECONDS)


async def back(request: Request) -> Response:
    """Judge the provider's answer; whatever it is, the cookie has served."""
    _require_configured()
    given = request.query_params
    answer = flow.Answer(given.get("state", ""), given.get("code", ""), given.get("iss", ""), given.get("error", ""))
    secret = cookies.read_cookie(request.headers.get("cookie", ""), cookies.sign_on_cookie())
    try:
        finished = await asyncio.to_thread(flow.finish, visitor(), answer, secret)
    except Refused as refused:
        return _with_cookie(_told(refused.why), "", 0) if secret else _told(refused.why)
    entered = f"/auth/enter?code={quote(finished.entry)}" if finished.entry else "/single-sign-on"
    return _with_cookie(_onward(finished.to or entered), "", 0)


async def ended(request: Request) -> Response:
    """Take the provider's word that sessions are over; it comes from its server, not from a browser."""
    _require_configured()
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return _unfit()
    try:
        (token,) = parse_qs(body.decode("latin-1"), max_num_fields=20).get("logout_token", [])
        await asyncio.to_thread(started.provider_ends, token)
    except (Refused, ValueError):
        return _unfit()
    return Response(status_code=200, headers={"cache-control": "no-store"})


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/auth/oidc/start", start, methods=["GET"]),
        Route("/auth/oidc/back", back, methods=["GET"]),
        Route("/auth/oidc/ended", ended, methods=["POST"]),
    ]


async def _proof(page: str) -> anew.Proof | None:
    """Return what somebody who is signed in is to prove anew; None where they sign in anew instead."""
    try:
        actor = acting()
    except Denied:
        return None
    return await db.transact(anew.proof_of, actor, page)


def _require_configured() -> None:
    if not provider.configured():
        raise NotFound


def _told(why: str) -> Response:
    """Lead to the page that says it."""
    return _with_cookie(RedirectResponse(f"/single-sign-on?why={why}", _SEE_OTHER), "", None)


def _onward(target: str) -> Response:
    """Go on by a page of our own: a redirect would still count as the provider's link, without our Strict cookie."""
    text = escape(say("identity.single_sign_on.onward", visitor().language))
    language = "zh-CN" if visitor().language == "zh" else "en"
    where = escape(target, quote=True)
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{text}</title>'
        f'<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="0;url={where}"></head>'
        f'<body><main><h1><a href="{where}">{text}</a></h1></main></body></html>'
    )


def _unfit() -> Response:
    return JSONResponse({"error": "invalid_request"}, 400, headers={"cache-control": "no-store"})


def _with_cookie(answer: Response, secret: str, seconds: int | None) -> Response:
    """Keep an answer out of every cache, and set the cookie unless there is nothing to set."""
    answer.headers["cache-control"] = "no-store"
    if seconds is not None:
        line = cookies.set_cookie(cookies.sign_on_cookie(), secret, seconds=seconds, same_site="Lax")
        answer.headers.append("set-cookie", line)
    return answer

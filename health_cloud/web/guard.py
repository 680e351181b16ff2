"""HTTP routes: each behind the same policy table and the same lookup of the session as an event.

The gate does not see them, so every route is wrapped here; a route that is not in the table is not mounted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from health_cloud.core.actors import Visitor, act_as
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound, Unavailable
from health_cloud.core.i18n import say
from health_cloud.core.policy import Need, Role
from health_cloud.core.settings import settings
from health_cloud.web.errors import note_unexpected
from health_cloud.web.sessions import sessions, visitor_of

Endpoint = Callable[[Request], Awaitable[Response]]

_STATUS: dict[type[HealthCloudError], int] = {Denied: 403, NotFound: 404, Invalid: 400, Conflict: 409, Unavailable: 503}
_SAFE = frozenset({"GET", "HEAD"})
_NO_SIGN_OF_LIFE = frozenset({"/lease", "/auth/ends", "/emergency-card/holds", "/emergency-card/now"})
_FROM_SERVERS = frozenset({"/auth/oidc/ended", "/shl/{token}", "/api/payments"})
"""Posted by another server, whose word is signed, or by a viewer that knows a link; all else that
changes something comes from our own pages."""


class UnlistedRouteError(RuntimeError):
    """A route that its feature's `ROUTES` does not name."""


def guarded_app(routes: Iterable[Route], needs: Mapping[str, Need]) -> Starlette:
    """Return the application of all HTTP routes, each guarded.

    Raises:
        UnlistedRouteError: a route is not in the policy table.
    """
    return Starlette(routes=[_guarded(route, needs) for route in routes])


def route_keys(route: Route) -> list[str]:
    """Return "METHOD /path" of a route, as `ROUTES` names it; HEAD goes with GET."""
    return [f"{method} {route.path}" for method in sorted(route.methods or ()) if method != "HEAD"]


def _guarded(route: Route, needs: Mapping[str, Need]) -> Route:
    unlisted = [key for key in route_keys(route) if key not in needs]
    if unlisted:
        raise UnlistedRouteError(", ".join(unlisted))
    endpoint: Endpoint = route.endpoint

    async def guarded(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        visitor = visitor_of(request.client.host if request.client else "", dict(request.headers))
        nameless = request.method not in _SAFE and "origin" not in request.headers
        if nameless and route.path not in _FROM_SERVERS:
            return _refusal(Denied(), visitor)  # every browser names the origin of a form; nobody else posts here
        row = request.headers.get("x-session", "")
        actor = await sessions.actor_of(row, visitor, touch=route.path not in _NO_SIGN_OF_LIFE)
        act_as(actor, visitor)
        need = needs[f"{method} {route.path}"]
        if not need.met_by(actor.role if actor else Role.VISITOR, demo=settings().mode == "demo"):
            return _turned_away(request, visitor, signed_in=actor is not None)
        try:
            return await endpoint(request)
        except HealthCloudError as error:
            return _refusal(error, visitor)
        except Exception as error:  # noqa: BLE001 - the outermost edge of our code: nothing internal goes out
            number = note_unexpected(error, route.path)
            return PlainTextResponse(say("web.error.unexpected", visitor.language, id=number), 500)

    return Route(route.path, guarded, methods=sorted(route.methods or ()), name=route.name)


def _turned_away(request: Request, visitor: Visitor, *, signed_in: bool) -> Response:
    """Send a person who follows a link to sign in; answer everything else by status."""
    if signed_in:
        return PlainTextResponse(say("core.error.denied", visitor.language), 403)
    if request.method in _SAFE and request.headers.get("sec-fetch-mode") == "navigate":
        return RedirectResponse("/sign-in", 303)
    return PlainTextResponse(say("core.error.sign_in", visitor.language), 401)


def _refusal(error: HealthCloudError, visitor: Visitor) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
    return PlainTextResponse(say(error.key, visitor.language, **error.params), status)

"""HTTP routes of the frame: the lease that open screens renew."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from health_cloud.core.actors import Actor, acting
from health_cloud.core.db import transact
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Need

Holds = Callable[..., bool]
"""`(session, actor, id) -> bool`: whether a ground, such as a grant, still holds for this actor."""

grounds: dict[str, Holds] = {}
"""Kind of ground -> its check; features bring them as `LEASES`."""

ROUTES: dict[str, Need] = {"GET /lease": Need.SIGNED_IN}


async def lease(request: Request) -> Response:
    """Answer 204 while the session and every ground named in the query hold, 401 or 403 otherwise."""
    actor: Actor = acting()
    for kind, ground in request.query_params.items():
        if kind not in grounds or not await transact(grounds[kind], actor, ground):
            raise Denied
    return Response(status_code=204)


def routes() -> list[Route]:
    """Return the frame's own routes."""
    return [Route("/lease", lease, methods=["GET"])]

"""HTTP routes of follow-up: a visit as a file for one's own calendar, and its whole trace."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.downloads import kept_page
from health_cloud.core.i18n import say
from health_cloud.core.policy import Need
from health_cloud.core.words import Language
from health_cloud.followup.service import calendar_of
from health_cloud.followup.service.trace import trace_of

ROUTES = {"GET /calendar/{appointment}": Need.PATIENT, "GET /visit-file/{appointment}": Need.SIGNED_IN}


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/calendar/{appointment}", _calendar, methods=["GET"]),
        Route("/visit-file/{appointment}", _trace, methods=["GET"]),
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

"""HTTP route of access: one's own ledger as a file that can be checked without us."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from health_cloud.access.service.ledger_file import ledger_file, note_taken, proved_head
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor, acting
from health_cloud.core.db import transact
from health_cloud.core.downloads import kept_page
from health_cloud.core.i18n import say
from health_cloud.core.policy import Need
from health_cloud.core.settings import settings
from health_cloud.core.words import Language

ROUTES = {"GET /ledger/file": Need.PATIENT}


def routes() -> list[Route]:
    """Return the route."""
    return [Route("/ledger/file", _file, methods=["GET"])]


async def _file(request: Request) -> Response:
    """Note it, have the head signed and sent out, and only then hand out the lines up to it."""
    actor = acting()
    language: Language = "en" if request.query_params.get("language") == "en" else "zh"
    await transact(note_taken, actor)
    made = await asyncio.to_thread(_made, actor, language)
    day = clock.now().astimezone(ZoneInfo(settings().timezone)).date().isoformat()
    name = f"{say('access.proof.file', language)}-{day}.html"
    return Response(made, headers=kept_page(name))


def _made(actor: Actor, language: Language) -> str:
    """Make the file; the head is signed in a transaction of its own, in which nobody writes a line."""
    proved = db.perform(proved_head, actor)
    with db.reading() as session:
        return ledger_file(session, actor, language, proved)

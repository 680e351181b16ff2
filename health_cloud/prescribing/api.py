"""HTTP routes of prescribing: a formulary's file from the desk, and the reports of a hospital's cashier."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from health_cloud.core.actors import NOBODY, acting
from health_cloud.core.db import transact
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound, Unavailable
from health_cloud.core.i18n import say
from health_cloud.core.policy import Need
from health_cloud.prescribing.service import paying
from health_cloud.prescribing.service.formulary import load_formulary
from health_cloud.prescribing.service.reading import LARGEST, Unreadable
from health_cloud.prescribing.service.unfit import KEPT

ROUTES = {"POST /desk/formulary/file": Need.STAFF, "POST /api/payments": Need.ANYONE}
_STATUS: dict[type[HealthCloudError], int] = {Denied: 403, NotFound: 404, Conflict: 409, Invalid: 400, Unavailable: 503}
_TOO_LARGE = 413


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/desk/formulary/file", _load, methods=["POST"]),
        Route("/api/payments", _pay, methods=["POST"]),
    ]


async def _load(request: Request) -> Response:
    """Load a formulary's file, the body itself; answers what is wrong, by line, in both languages."""
    raw = await _body(request, LARGEST)
    if raw is None:
        problem = Invalid("prescribing.formulary.error.large", megabytes=LARGEST // 1_000_000)
        return _answer({"problem": _said(problem)}, _TOO_LARGE)
    try:
        made = await transact(load_formulary, acting(), raw)
    except Unreadable as unread:
        lines = [
            {"line": each.line, "column": each.column, "zh": each.words.zh, "en": each.words.en}
            for each in unread.problems
        ]
        return _answer({"problem": _said(unread), "lines": lines}, 400)
    except (Invalid, Conflict) as problem:
        return _answer({"problem": _said(problem)}, _status(problem))
    return _answer({"number": made.number}, 200)


async def _pay(request: Request) -> Response:
    """Take what a hospital's cashier reports; see docs/prescribing.md for the format, its signature and answers."""
    body = await _body(request, paying.LARGEST)
    if body is None:
        return _answer({"error": "too_large"}, _TOO_LARGE)
    hospital, at, signature = (
        request.headers.get(f"x-health-cloud-{name}", "") for name in ("hospital", "time", "signature")
    )
    try:
        answer = await transact(paying.take_signed, NOBODY, hospital, at, signature, body)
    except HealthCloudError as problem:
        if problem.key.rpartition(".")[2] in KEPT:
            await transact(paying.note_refused, NOBODY, hospital, at, signature, body, problem.key)
        words = _said(problem)
        error = {"error": problem.key.rpartition(".")[2], "field": getattr(problem, "field", ""), **words}
        return _answer(error, _status(problem))
    return _answer({"prescription": answer.number, "state": answer.state, "again": answer.again}, 200)


async def _body(request: Request, largest: int) -> bytes | None:
    """Return the body, or nothing as soon as it is larger than it may be."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            return None
        parts.append(part)
    return b"".join(parts)


def _said(problem: HealthCloudError) -> dict[str, str]:
    return {"zh": say(problem.key, "zh", **problem.params), "en": say(problem.key, "en", **problem.params)}


def _status(problem: HealthCloudError) -> int:
    return next((code for kind, code in _STATUS.items() if isinstance(problem, kind)), 500)


def _answer(told: dict[str, object], status: int) -> Response:
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return JSONResponse(told, status, headers=headers)

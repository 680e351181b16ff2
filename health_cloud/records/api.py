"""HTTP routes of records: originals, each behind the same door as the screens."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.policy import Need
from health_cloud.records.service.documents import open_document
from health_cloud.records.views.screens import DocumentBytes

ROUTES = {"GET /documents/{document}": Need.SIGNED_IN}

_SHOWN = {
    "application/pdf": "application/pdf",
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/gif": "image/gif",
    "image/webp": "image/webp",
    "image/svg+xml": "image/svg+xml",
    "text/html": "text/html; charset=utf-8",
    "application/xhtml+xml": "text/html; charset=utf-8",
    "text/plain": "text/plain; charset=utf-8",
    "text/xml": "text/plain; charset=utf-8",
    "application/xml": "text/plain; charset=utf-8",
    "application/hl7-sda+xml": "text/plain; charset=utf-8",
    "application/json": "text/plain; charset=utf-8",
}
"""What a browser may show by itself; all else is handed out as a file. XML is shown as the text that it is."""

_ENDINGS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/dicom": ".dcm",
}

_SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Foreign HTML keeps its layout, but no script of it runs and nothing leaves it. PDF viewers need no sandbox."""


def routes() -> list[Route]:
    """Return the routes."""
    return [Route("/documents/{document}", _document, methods=["GET"])]


async def _document(request: Request) -> Response:
    found = await transact(open_document, acting(), request.path_params["document"])
    return Response(found.content, headers=_headers(found))


def _headers(found: DocumentBytes) -> dict[str, str]:
    essence = found.content_type.partition(";")[0].strip().lower()
    shown = _SHOWN.get(essence)
    name = PurePath(found.name.replace("/", "-").replace("\\", "-")).name or "document"
    ending = _ENDINGS.get(essence, "")
    if not name.lower().endswith(ending):
        name += ending
    headers = {
        "content-type": shown or "application/octet-stream",
        "content-disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    if essence != "application/pdf":
        headers["content-security-policy"] = _SANDBOX
    return headers

"""HTTP routes of records: originals, each behind the same door as the screens."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import NotFound
from health_cloud.core.policy import Need
from health_cloud.core.words import Language
from health_cloud.records.service import cda, kinds, pictures
from health_cloud.records.service.documents import open_document
from health_cloud.records.views.screens import DocumentBytes

ROUTES = {
    "GET /documents/{document}": Need.SIGNED_IN,
    "GET /documents/{document}/body": Need.SIGNED_IN,
    "GET /documents/{document}/frame": Need.SIGNED_IN,
    "GET /documents/{document}/pages/{number}": Need.SIGNED_IN,
}

_SHOWN = {
    "application/pdf": "application/pdf",
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/gif": "image/gif",
    "image/webp": "image/webp",
    "image/svg+xml": "image/svg+xml",
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/plain": "text/plain",
    "text/csv": "text/plain",
    "text/markdown": "text/plain",
    "text/xml": "text/plain",
    "application/xml": "text/plain",
    "application/hl7-sda+xml": "text/plain",
    "application/fhir+xml": "text/plain",
    "application/json": "text/plain",
    "application/fhir+json": "text/plain",
}
"""What a browser may show by itself; all else is handed out as a file. XML is shown as the text that it is."""

_ENDINGS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/dicom": ".dcm",
}

_SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors {ancestors}; base-uri 'none'; form-action 'none'"
)
"""Foreign HTML keeps its layout, but no script of it runs and nothing leaves it. PDF viewers need no sandbox."""

_DIGITS = 4


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/documents/{document}", _document, methods=["GET"]),
        Route("/documents/{document}/body", _body, methods=["GET"]),
        Route("/documents/{document}/frame", _frame, methods=["GET"]),
        Route("/documents/{document}/pages/{number}", _page, methods=["GET"]),
    ]


async def _document(request: Request) -> Response:
    found = await _found(request)
    return Response(found.content, headers=_headers(found, kept=request.query_params.get("as") == "file"))


async def _frame(request: Request) -> Response:
    """Hand out what brings its own layout, for a frame of our own page and for nothing else."""
    found = await _found(request)
    essence = kinds.type_of(found.content_type, found.content)
    headers = _headers(found, kept=False)
    if kinds.is_xml(essence) and cda.is_document(found.content):
        language: Language = "en" if request.query_params.get("language") == "en" else "zh"
        made = await asyncio.to_thread(cda.page_of, found.content, language)
        own = {"content-type": "text/html; charset=utf-8", "content-security-policy": cda.POLICY}
        return Response(made, headers={**headers, **own})
    if kinds.look_of(essence) != "frame":
        raise NotFound
    return Response(found.content, headers={**headers, "content-security-policy": _SANDBOX.format(ancestors="'self'")})


async def _body(request: Request) -> Response:
    """Hand out the PDF that is the body of a clinical document."""
    found = await asyncio.to_thread(_unwrapped, await _found(request))
    if kinds.essence_of(found.content_type) != "application/pdf":
        raise NotFound
    return Response(found.content, headers=_headers(found, kept=request.query_params.get("as") == "file"))


async def _page(request: Request) -> Response:
    """Hand out one page of a scan as a picture that browsers show, counted from 0."""
    number = request.path_params["number"]
    if not (number.isascii() and number.isdecimal() and len(number) <= _DIGITS):
        raise NotFound
    found = await asyncio.to_thread(_unwrapped, await _found(request), alone=False)
    if kinds.look_of(kinds.type_of(found.content_type, found.content)) != "pages":
        raise NotFound
    made = await asyncio.to_thread(pictures.page_of, found.content, int(number))
    headers = {
        "content-type": "image/png",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": _SANDBOX.format(ancestors="'none'"),
    }
    return Response(made, headers=headers)


async def _found(request: Request) -> DocumentBytes:
    return await transact(open_document, acting(), request.path_params["document"])


def _unwrapped(found: DocumentBytes, *, alone: bool = True) -> DocumentBytes:
    """Return the file in the body of a clinical document; what is none is taken as it is, where `alone` allows no less.

    Raises:
        NotFound: `alone`, and it is no such document.
    """
    if kinds.is_xml(kinds.type_of(found.content_type, found.content)) and cda.is_document(found.content):
        body = cda.body_of(found.content)
        if body is not None:
            return DocumentBytes(body[0], body[1], PurePath(found.name).stem)
    if alone:
        raise NotFound
    return found


def _headers(found: DocumentBytes, *, kept: bool) -> dict[str, str]:
    essence = kinds.essence_of(found.content_type)
    shown = _SHOWN.get(essence)
    name = PurePath(found.name.replace("/", "-").replace("\\", "-")).name or "document"
    ending = _ENDINGS.get(essence, "")
    if not name.lower().endswith(ending):
        name += ending
    if shown and shown.startswith("text/"):
        shown = f"{shown}; charset={kinds.charset_of(found.content_type, found.content)}"
    placed = "inline" if shown and not kept else "attachment"
    headers = {
        "content-type": shown or "application/octet-stream",
        "content-disposition": f"{placed}; filename*=UTF-8''{quote(name, safe='')}",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    if essence != "application/pdf":
        headers["content-security-policy"] = _SANDBOX.format(ancestors="'none'")
    return headers

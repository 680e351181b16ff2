"""Files that somebody takes away: what a browser must be told of them."""

from __future__ import annotations

from urllib.parse import quote


def kept_page(name: str) -> dict[str, str]:
    """Return the headers of a page that is saved under a name, and that may do nothing where it is opened."""
    return {
        "content-type": "text/html; charset=utf-8",
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }

"""Response headers: what a browser may do with our pages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from health_cloud.core.settings import LOOPBACK, settings
from health_cloud.web import apart

_FOREVER = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"
_NEVER = "no-store"
_NOTHING = (
    "accelerometer=(), autoplay=({0}), camera=({0}), display-capture=(), encrypted-media=(), fullscreen=(self), "
    "geolocation=(), gyroscope=(), magnetometer=(), microphone=({0}), midi=(), payment=(), usb=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self), screen-wake-lock=(self)"
)
_SEEN = re.compile(r"/(followup|physician)/visit/[^/]+")
"""The pages of a visit, which may be by video: they alone may ask for the camera and the microphone."""


_ALONE = "default-src 'none'; frame-ancestors 'none'"
"""The policy of a file that runs or paints within a page: that page's own policy governs it there."""


@dataclass(frozen=True)
class Policy:
    """Script hashes per page, as the build wrote them.

    Attributes:
        pages: path of a prerendered page without `.html` -> hashes of its inline scripts.
        fallback: hashes of the page that serves every other route.
    """

    pages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fallback: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Policy:
        """Read what the build wrote; without a build only files are allowed as scripts."""
        if not path.exists():
            return cls()
        made = json.loads(path.read_text())
        pages = {
            f"/{name}".removesuffix(".html").removesuffix("/index"): tuple(made["pages"][name])
            for name in made["pages"]
        }
        pages["/"] = tuple(made["pages"].get("index.html", ()))
        return cls(pages, tuple(made["fallback"]))

    def knows(self, path: str) -> bool:
        """Tell whether this path is a prerendered page."""
        return path in self.pages

    def scripts(self, path: str) -> tuple[str, ...]:
        """Return the hashes of the page that answers at this path."""
        return self.pages.get(path, self.fallback)


@lru_cache(maxsize=256)
def content_security_policy(hashes: tuple[str, ...], hosts: tuple[str, ...] = ()) -> str:
    """Return the policy of a page: scripts are our files and the build's own inline scripts, by hash, nothing else.

    Args:
        hashes: of its inline scripts.
        hosts: others that it may fetch from.
    """
    now = settings()
    sockets = " ".join(origin.replace("http", "ws", 1) for origin in now.origins)  # older Safari wants them named
    parts = [
        "default-src 'none'",
        " ".join(("script-src 'self'", *hashes)),
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # the five custom properties that carry a value
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self' blob:",
        " ".join(("connect-src 'self'", sockets, *_addresses(hosts))),
        "worker-src 'self'",
        "manifest-src 'self'",
        "frame-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    if now.https:
        parts.append("upgrade-insecure-requests")
    return "; ".join(parts)


def _addresses(hosts: tuple[str, ...]) -> list[str]:
    """Return hosts as sources: by https, but for this very machine where the app itself is not served by it."""
    plain = not settings().https
    near = [host for host in hosts if plain and host.rpartition(":")[0] in LOOPBACK]
    return [*(f"https://{host}" for host in hosts), *(f"http://{host}" for host in near)]


def response_headers(
    path: str, content_type: str, policy: Policy, present: frozenset[str]
) -> list[tuple[bytes, bytes]]:
    """Return the headers to add to an answer; what a route has set itself stands.

    Args:
        path: path as the browser asked for it.
        content_type: media type of the answer.
        policy: hashes of the build.
        present: names of the headers that the answer has, in lower case.
    """
    page = content_type.startswith("text/html")
    hosts = settings().link_hosts if path in apart.VIEWER else ()
    wanted = {
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": _caching(path, page=page),
    }
    if _is_part(path, content_type):
        wanted["content-security-policy"] = _ALONE
    else:
        wanted |= {
            "referrer-policy": "no-referrer",
            "permissions-policy": _NOTHING.format("self" if _SEEN.fullmatch(path) else ""),
            "cross-origin-opener-policy": "same-origin",
            "content-security-policy": content_security_policy(policy.scripts(path) if page else (), hosts),
        }
        if "content-security-policy" not in present:
            wanted["x-frame-options"] = "DENY"
    if path.startswith(apart.PREFIX):
        wanted |= apart.READABLE
    if settings().https:
        wanted["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in wanted.items() if name not in present]


def _is_part(path: str, content_type: str) -> bool:
    """Tell a script or style sheet of the bundle, of which a page fetches dozens, from what rules itself: a worker."""
    kind = content_type.partition(";")[0].strip()
    return path.startswith("/assets/") and kind in {"text/javascript", "text/css"} and "worker" not in path


def _caching(path: str, *, page: bool) -> str:
    if page:
        return _NEVER
    if path.startswith("/assets/"):
        return _FOREVER
    static = "." in path.rsplit("/", 1)[-1] and not path.startswith(("/documents", "/auth"))
    return _REVALIDATE if static else _NEVER

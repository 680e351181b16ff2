"""The cookies: names and attributes, in one place for those who set and those who read them.

`session` holds the secret of a sign-in (128 bits or more), `device` a stable random id of the browser, `sign-on`
for ten minutes the secret of a single sign-on under way. Under https all are `__Host-`: Secure, path `/`, no domain
(RFC 6265bis, section 4.1.3.2).
"""

from __future__ import annotations

from health_cloud.core.settings import settings

DEVICE_SECONDS = 365 * 24 * 3600


def session_cookie() -> str:
    """Return the name of the cookie with the session's secret."""
    return "__Host-session" if settings().https else "session"


def device_cookie() -> str:
    """Return the name of the cookie with the browser's id."""
    return "__Host-device" if settings().https else "device"


def sign_on_cookie() -> str:
    """Return the name of the cookie that binds a single sign-on to the browser that began it."""
    return "__Host-sign-on" if settings().https else "sign-on"


def set_cookie(name: str, value: str, *, seconds: int | None = None, same_site: str = "Strict") -> str:
    """Return a Set-Cookie header value: HttpOnly, Strict, Secure under https; for the session unless `seconds`."""
    parts = [f"{name}={value}", "Path=/", "HttpOnly", f"SameSite={same_site}"]
    if settings().https:
        parts.append("Secure")
    if seconds is not None:
        parts.append(f"Max-Age={seconds}")
    return "; ".join(parts)


def read_cookie(header: str, name: str) -> str:
    """Return one cookie out of a Cookie header, empty if it is not there; of two with one name the first counts."""
    for part in header.split(";"):
        found, _, value = part.strip().partition("=")
        if found == name:
            return value.strip('"')
    return ""


def without_cookie(header: str, name: str) -> str:
    """Return a Cookie header without one cookie."""
    return "; ".join(part.strip() for part in header.split(";") if part.strip().partition("=")[0] != name)

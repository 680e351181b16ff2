"""Addresses of pages whose route has parts that vary."""

from __future__ import annotations

ABSENT = "01a1fc81-0000-7000-8000-000000000000"


def filled(route: str, **parts: str) -> str:
    """Put something into each part that varies: what is given, else what fits and does not exist."""
    given = {
        "cls": "laboratory",
        "entry": ABSENT,
        "request": ABSENT,
        "grant": ABSENT,
        "emergency": ABSENT,
        "own": ABSENT,
        "result": "0",
        "other": ABSENT,
        "document": ABSENT,
        "place": "0",
        "code": "no-such-code",
        "line": ABSENT,
        "appointment": ABSENT,
        "question": ABSENT,
        "department": ABSENT,
        "physician": ABSENT,
        "prescription": ABSENT,
        **parts,
    }
    for name, value in given.items():
        route = route.replace(f"[{name}]", value)
    return route if route.startswith("/") else f"/{route}"

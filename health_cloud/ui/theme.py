"""What the document needs before any component: style sheets, and a script that runs before the first paint."""

from __future__ import annotations

from typing import Final

import reflex as rx

# In this order; tokens.css is the only place with numbers
STYLESHEETS: Final = [
    "/styles/tokens.css",
    "/styles/components.css",
    "/styles/app.css",
    "/styles/records.css",
    "/styles/results.css",
    "/styles/sharing.css",
    "/styles/originals.css",
    "/styles/print.css",
]


def head() -> list[rx.Component]:
    """Give the head components of every page: a file, because the policy allows no inline script.

    It is asked for before all other scripts: until it is there, nothing is painted.
    """
    return [
        rx.el.link(rel="preload", href="/boot.js", custom_attrs={"as": "script", "fetchPriority": "high"}),
        rx.el.script(src="/boot.js"),
        rx.el.meta(name="color-scheme", content="light dark"),
    ]

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
    "/styles/visits.css",
    "/styles/originals.css",
    "/styles/print.css",
]


def head() -> list[rx.Component]:
    """Give the head components of every page; the build puts the script itself where its file is named."""
    return [
        rx.el.script(src="/boot.js"),
        rx.el.meta(name="color-scheme", content="light dark"),
    ]

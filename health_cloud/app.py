"""The composition root: it alone knows every feature, and puts pages, routes, middleware and tasks together."""

from __future__ import annotations

import reflex as rx


def welcome() -> rx.Component:
    """Show that the frame stands."""
    return rx.el.main(rx.el.h1("云"))


app = rx.App(toaster=None)
app.add_page(welcome, route="/", title="Health Cloud")
app.add_page(welcome, route="/welcome", title="Health Cloud")

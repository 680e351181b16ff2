"""Puts the application together out of what the features bring."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from types import ModuleType
from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary

from health_cloud.core.i18n import LATER
from health_cloud.core.policy import Need
from health_cloud.ui import layout, theme
from health_cloud.ui.i18n import spoken, t
from health_cloud.ui.page import Page
from health_cloud.ui.shell import ARRIVALS
from health_cloud.web import api, parts
from health_cloud.web.apart import Apart
from health_cloud.web.edge import Edge
from health_cloud.web.errors import note_browser_failure, quiet_foreign_loggers, tell_failure
from health_cloud.web.gate import Gate
from health_cloud.web.guard import guarded_app
from health_cloud.web.jobs import JOBS
from health_cloud.web.live import Delivery

_LEAN = frozenset({"home", "records", "web"})
"""Features whose pages are looked at first, and most."""


class Clash(RuntimeError):
    """Two features name the same handler, route or page."""


class Application(rx.App):
    """Reflex's application, with what has to stand before Reflex's own word on origins."""

    def __call__(self) -> Any:
        """Return the ASGI application."""
        return Apart(super().__call__())


def gathered(modules: Iterable[ModuleType], name: str) -> dict[str, Any]:
    """Put the tables of this name together.

    Raises:
        Clash: two features bring the same key.
    """
    whole: dict[str, Any] = {}
    for module in modules:
        part: dict[str, Any] = getattr(module, name, {})
        if twice := whole.keys() & part.keys():
            raise Clash(f"{module.__name__}: {sorted(twice)}")
        whole |= part
    return whole


def pages_of(modules: Iterable[ModuleType]) -> list[Page]:
    """Return every page.

    Raises:
        Clash: two features bring the same route.
    """
    pages: list[Page] = list(chain.from_iterable(getattr(module, "PAGES", ()) for module in modules))
    routes = [page.route for page in pages]
    if len(set(routes)) < len(routes):
        raise Clash(f"pages: {sorted(route for route in routes if routes.count(route) > 1)}")
    return pages


def loaded_everywhere(modules: Iterable[ModuleType]) -> dict[Need, tuple[Any, ...]]:
    """Return what every page for somebody loads besides its own, such as how many requests wait for them."""
    whole: dict[Need, tuple[Any, ...]] = {}
    for module in modules:
        for need, events in getattr(module, "EVERYWHERE", {}).items():
            whole[need] = (*whole.get(need, ()), *events)
    return whole


def compose(modules: tuple[ModuleType, ...]) -> rx.App:
    """Return the application.

    Args:
        modules: each with any of `PAGES` (list of Page), `HANDLERS`, `ROUTES`, `LEASES`, `EVERYWHERE` (dicts),
            `routes()`, `TASKS` (coroutine functions that run in every worker).
    """
    quiet_foreign_loggers()
    layout.fill("banner", parts.demo_banner)
    layout.fill("connection", parts.connection)
    layout.fill("outside", parts.outside)
    api.grounds.update(gathered(modules, "LEASES"))
    routes = list(chain.from_iterable(module.routes() for module in modules if hasattr(module, "routes")))
    app = Application(
        stylesheets=list(theme.STYLESHEETS),
        head_components=[*theme.head(), *_installable()],
        html_lang="zh-CN",
        toaster=None,  # its toasts come as strings to evaluate, which the policy refuses
        app_wraps={(55, "ErrorBoundary"): lambda _stateful: ErrorBoundary.create(fallback_render=_broken())},
        api_transformer=[guarded_app(routes, gathered(modules, "ROUTES")), Edge],
        backend_exception_handler=tell_failure,
        frontend_exception_handler=note_browser_failure,
    )
    gate = Gate(lambda: gathered(modules, "HANDLERS"))
    app.add_middleware(gate)
    app.register_lifespan_task(Delivery(app).run)
    for task in chain.from_iterable(getattr(module, "TASKS", ()) for module in modules):
        app.register_lifespan_task(task)
    for job in JOBS:
        app.register_lifespan_task(job)
    everywhere = loaded_everywhere(modules)
    for page in pages_of(modules):
        _add(app, page if is_lean(page) else spoken([page], LATER)[0], everywhere.get(page.need, ()))
    return app


def is_lean(page: Page) -> bool:
    """Tell whether a page is one of reading, which brings no texts but those that every page has."""
    return page.component.__module__.split(".")[1] in _LEAN


def _add(app: rx.App, page: Page, everywhere: tuple[Any, ...]) -> None:
    arrival = [] if page.need is Need.ANYONE else [ARRIVALS[page.need]]
    own = page.title() if page.title is not None else t(page.title_key)
    title = t("ui.page_title", page=own)
    app.add_page(page.component, route=page.route, title=title, on_load=[*arrival, *page.on_load, *everywhere])


def _installable() -> list[rx.Component]:
    return [
        rx.el.link(rel="icon", href="/icons/seal.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/icons/apple-touch.png"),
        rx.el.meta(name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
    ]


def _broken() -> rx.Component:
    """Show that a part failed in the browser; the way out is a fresh load."""
    return rx.el.main(
        rx.el.p("云"),
        rx.el.a("刷新页面 · Reload", href="/", reload_document=True),
    )

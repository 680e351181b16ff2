"""The composition root: it alone knows every feature and puts pages, routes, middleware and tasks together.

A feature joins with one line in `FEATURES` once it has pages, handlers or routes.
"""

from __future__ import annotations

from types import ModuleType

from health_cloud.ui import kit
from health_cloud.web import pages as web_pages
from health_cloud.web.frame import compose

FEATURES: tuple[ModuleType, ...] = (kit,)
"""Modules with any of `PAGES`, `HANDLERS`, `ROUTES` and `routes()`."""

app = compose((web_pages, *FEATURES))

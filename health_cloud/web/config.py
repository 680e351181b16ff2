"""Reflex's configuration, out of the product's settings."""

from __future__ import annotations

import reflex as rx
from reflex.constants import StateManagerMode
from reflex.plugins import SitemapPlugin

from health_cloud.core.settings import settings
from health_cloud.web.build import Frame


def configuration() -> rx.Config:
    """Return the configuration that Reflex, its build and its server use."""
    now = settings()
    return rx.Config(
        app_name="health_cloud",
        app_module_import="health_cloud.app",
        telemetry_enabled=False,
        show_built_with_reflex=False,
        state_manager_mode=StateManagerMode.MEMORY,  # notes on Reflex, trap 8: no state on disk
        redis_token_expiration=15 * 60,
        backend_host=now.host,
        backend_port=now.port,
        frontend_port=now.port,
        api_url=now.origin,
        deploy_url=now.origin,
        cors_allowed_origins=list(now.origins),
        frontend_compression_formats=["brotli", "gzip"],
        plugins=[Frame()],
        disable_plugins=[SitemapPlugin],
    )

"""What a feature says about one of its pages; `app.py` collects them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from health_cloud.core.policy import Need


@dataclass(frozen=True)
class Page:
    """One route.

    Attributes:
        route: path, with `[name]` for parts that vary.
        component: function that makes the page, frame included.
        title_key: text of the browser tab, before the product's name.
        on_load: event handlers that load it; each is guarded by itself.
        title: makes the title where it depends on what is shown. It stays in the browser's history: what kind of
            thing and of which day, never a name or a value.
        need: who may load it; others are sent to sign in. It hides, the handlers guard.
    """

    route: str
    component: Callable[[], Any]
    title_key: str
    on_load: Sequence[Any] = ()
    need: Need = Need.SIGNED_IN
    title: Callable[[], Any] | None = None

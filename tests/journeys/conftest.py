"""The served product on a database of its own with the demo in it, and browsers of whoever acts."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page
from sqlmodel import SQLModel

from health_cloud.core import crypto, db
from health_cloud.core.clock import clock
from health_cloud.core.settings import settings
from health_cloud.demo.seeding import seed
from health_cloud.identity.service import passwords
from tests import people, visiting
from tests.databases import use
from tests.journeys.cast import LOCALES, Cast


@pytest.fixture(scope="package")
def demo(served: Any, tmp_path_factory: pytest.TempPathFactory) -> Generator[Cast]:
    """Bring the demo in by the real import, once; the server of this process works on it until the last journey."""
    assert served
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        passwords._nobody.cache_clear()
        patched.setenv("HEALTH_CLOUD_STAFF_IDLE_MINUTES", "60")  # one session serves every journey
        folder: Path = tmp_path_factory.mktemp("demo")
        use(patched, folder)
        SQLModel.metadata.create_all(db.engine())
        seed(lambda _word: None)
        yield Cast()
    settings.cache_clear()
    crypto.ring.cache_clear()
    passwords._nobody.cache_clear()


@pytest.fixture(autouse=True)
def _afresh(demo: Cast) -> Generator[None]:
    assert demo
    people.forget_attempts()
    yield
    clock.reset()


@pytest.fixture
def nothing_ahead(demo: Cast) -> None:
    """Let nobody have anything booked by an earlier journey."""
    assert demo
    visiting.nothing_ahead()


Opened = Callable[..., Page]


@pytest.fixture
def opened(new_context: Callable[..., Any], demo: Cast, app_url: str) -> Opened:
    """Open a page in a browser of its own: `who` is signed in, "" is nobody."""

    def open_(who: str = "", path: str = "", language: str = "zh", **options: Any) -> Page:
        context = new_context(locale=LOCALES[language], timezone_id="Asia/Shanghai", **options)
        if who:
            demo.enter(context, who, app_url)
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    return open_

"""The product as it runs: built once when its sources changed, served from a thread of this process.

In one process a test can move the product's clock and look into its database. Each process serves a copy of the
build, which its tests may change.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
import time
from collections.abc import Generator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from health_cloud.core import db
from health_cloud.core.settings import settings
from health_cloud.web import tool_chain

_PATIENCE = 30


@dataclass(frozen=True)
class Served:
    """The running product. `app` is the Reflex app, `url` where it answers, `client` the files it serves."""

    app: Any
    url: str
    client: Path


def _wait(url: str) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with urlopen(f"{url}/_health", timeout=1):
                return
        except (URLError, TimeoutError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


_wanted = threading.Event()
"""Set while a test uses the served product; otherwise its jobs rest, for they would work on the test's database."""
own_job: ContextVar[bool] = ContextVar("own_job", default=False)
"""Set where a test runs a job itself: that one does not rest."""


@pytest.fixture(autouse=True)
def _jobs_rest(request: pytest.FixtureRequest) -> Generator[None]:
    if "served" in request.fixturenames:
        _wanted.set()
    yield
    _wanted.clear()


def _let_jobs_rest() -> None:
    from health_cloud.core import leases
    from health_cloud.core.elsewhere import Elsewhere
    from health_cloud.notify.service import post
    from health_cloud.web import jobs

    class Resting(Elsewhere):
        """Hears of the served product's own database alone, whatever databases the tests use in between."""

        own: ClassVar[dict[str, Elsewhere]] = {}

        def hear(self) -> frozenset[str]:
            url = settings().database
            if not _wanted.is_set():
                return frozenset()
            heard = self.own.setdefault(url, Elsewhere()).hear()
            if settings().database != url:
                del self.own[url]
            return heard

    hold, deliver = leases.hold, post.deliver
    leases.hold = lambda *args, **kwargs: (_wanted.is_set() or own_job.get()) and hold(*args, **kwargs)
    jobs.Elsewhere = Resting
    post.deliver = lambda: deliver() if _wanted.is_set() else 0


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """Build if need be, and serve."""
    tool_chain.build()
    tool_chain.prepare(serving=True)
    web = tmp_path_factory.mktemp("web")
    for name in ("build", "backend"):
        shutil.copytree(tool_chain.WEB / name, web / name)
    os.environ["REFLEX_WEB_WORKDIR"] = str(web)
    _let_jobs_rest()
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server
    from sqlmodel import SQLModel

    from health_cloud import tables
    from health_cloud.app import app

    assert tables.FEATURES
    SQLModel.metadata.create_all(db.engine())
    now = settings()
    server = Server(
        app(),
        address="127.0.0.1",
        port=now.port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.error,
        backlog=1024,
        backpressure=4000,
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), name="served", daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{now.port}"
    _wait(url)
    yield Served(app, url, web / tool_chain.CLIENT.relative_to(tool_chain.WEB))
    loop.call_soon_threadsafe(server.stop)
    thread.join(10)


@pytest.fixture(scope="session")
def app_url(served: Served) -> str:
    """Where the product answers."""
    return served.url

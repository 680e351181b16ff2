"""Fixtures of single sign-on: a provider, and settings that know it."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator

import pytest

from health_cloud.core.clock import clock
from health_cloud.core.settings import settings
from health_cloud.identity.service.single_sign_on import provider as known
from tests.identity.single_sign_on.provider import CLIENT, Provider, serve

RULES = [{"claim": "groups", "value": "doctors", "role": "physician", "department": "cardiology"}]


@pytest.fixture(scope="session")
def _server() -> Generator[tuple[Provider, object]]:
    provider = Provider()
    server = serve(provider)
    yield provider, server
    server.shutdown()


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Generator[Callable[..., None]]:
    """Set settings of single sign-on; they are forgotten after the test."""

    def configured(**values: object) -> None:
        for name, value in values.items():
            text = value if isinstance(value, str) else json.dumps(value)
            monkeypatch.setenv(f"HEALTH_CLOUD_OIDC_{name.upper()}", text)
        settings.cache_clear()
        known.forget()

    yield configured
    monkeypatch.undo()
    settings.cache_clear()
    known.forget()


@pytest.fixture
def provider(_server: tuple[Provider, object], configure: Callable[..., None]) -> Generator[Provider]:
    """A provider that answers as it should, until the test wants otherwise."""
    clock.frozen = clock.now()
    found = _server[0]
    honest = Provider(url=found.url, key=found.key)
    vars(found).update(vars(honest))
    configure(issuer=found.url, client_id=CLIENT, second_factor="provider", mapping=RULES, create="true")
    yield found
    clock.reset()

"""Fixtures of notify's tests."""

from __future__ import annotations

import pytest

from health_cloud.notify.service import post


@pytest.fixture(autouse=True)
def _nobody_else_delivers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product that is served in this process has a task that delivers; here the tests do."""
    monkeypatch.setattr(post, "deliver", lambda: 0)

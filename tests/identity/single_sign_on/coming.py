"""The way to the provider and back, as tests walk it."""

from __future__ import annotations

from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.identity.service.single_sign_on import flow, linking
from health_cloud.identity.service.single_sign_on.flow import Answer
from tests.identity.single_sign_on.provider import Provider
from tests.people import COMMAND_LINE, at, enter


def come(provider: Provider, device: str = "browser-1", *, again: bool = False) -> str:
    """Go to the provider and come back; returns the entry code."""
    begun = flow.begin(at(device), again=again)
    back = provider.consent(begun.address)
    return flow.finish(at(device), Answer(back["state"], back["code"], back["iss"]), begun.secret).entry


def sign_in(provider: Provider, device: str = "browser-1") -> Actor:
    """Come and enter."""
    return enter(at(device), come(provider, device))


def link(login: str, subject: str = "doctor-1") -> None:
    """Have the desk let somebody at the provider sign in to an account."""
    db.perform(linking.link, COMMAND_LINE, login, "", subject)

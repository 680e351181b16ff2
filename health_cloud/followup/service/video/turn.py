"""Which servers help two browsers to a way to each other: none but those that the operator names.

Credentials for a TURN server live for hours and are made from the secret that it shares with us ("A REST API For Access
To TURN Services", draft-uberti-behave-turn-rest-00, as coturn's `use-auth-secret`): the user name is the instant at
which they end, and a name that tells nobody who it is; the password its HMAC-SHA1.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

from health_cloud.core import clock
from health_cloud.core.settings import settings

LASTS = timedelta(hours=3)
"""A visit that runs late is not cut off by it."""


def servers(tab: str) -> str:
    """Return the configuration of a browser's RTCPeerConnection as JSON.

    Args:
        tab: the name of a try of a browser, which nobody outside can connect with a person.
    """
    now = settings()
    plain = [url for url in now.turn_urls if url.startswith("stun")]
    relays = [url for url in now.turn_urls if url.startswith("turn")]
    made: list[dict[str, object]] = [{"urls": plain}] if plain else []
    if relays:
        name = f"{int((clock.now() + LASTS).timestamp())}:{tab}"
        word = hmac.new(now.turn_secret.encode(), name.encode(), hashlib.sha1).digest()
        made.append({"urls": relays, "username": name, "credential": base64.b64encode(word).decode()})
    policy = "relay" if now.turn_only else "all"
    return json.dumps({"iceServers": made, "iceTransportPolicy": policy})

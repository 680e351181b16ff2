"""Token buckets: how often somebody may ask (R17)."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass

_KEPT = 20_000


@dataclass
class Bucket:
    """What is left for one asker."""

    tokens: float
    at: float


class Limits:
    """A bucket for each session and for each anonymous address; memory is bounded.

    Args:
        anonymous: tokens a minute for an address.
        signed_in: tokens a minute for a session.
        burst: size of a bucket.
    """

    def __init__(self, anonymous: int, signed_in: int, burst: int) -> None:
        self._anonymous, self._signed_in, self._burst = anonymous / 60, signed_in / 60, float(burst)
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def allow(self, row: str, address: str) -> bool:
        """Take a token of the session, or else of the address; tell whether there was one."""
        key, rate = (f"s:{row}", self._signed_in) if row else (f"a:{address}", self._anonymous)
        now = time.monotonic()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._burst, now)
            while len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

"""Token buckets: how often somebody may ask (R17), counted by one process or, in Redis, by all of them together."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from health_cloud.core.crypto import blind

_KEPT = 20_000
_log = logging.getLogger(__name__)


class Counting(Protocol):
    """What counts who asks."""

    async def allow(self, row: str, address: str) -> bool:
        """Take a token of the session, or else of the address; tell whether there was one."""
        ...


@dataclass
class Bucket:
    """What is left for one asker."""

    tokens: float
    at: float


@dataclass(frozen=True)
class Rates:
    """How much is allowed.

    Attributes:
        anonymous: tokens a minute for an address.
        signed_in: tokens a minute for a session.
        burst: size of a bucket.
    """

    anonymous: int
    signed_in: int
    burst: int

    def of(self, row: str, address: str) -> tuple[str, float]:
        """Return whose bucket is asked, and how fast it fills, in tokens a second."""
        return (f"s:{row}", self.signed_in / 60) if row else (f"a:{address}", self.anonymous / 60)


class Limits:
    """A bucket for each session and for each anonymous address in this process; memory is bounded."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    async def allow(self, row: str, address: str) -> bool:
        """Take a token of the session, or else of the address; tell whether there was one."""
        key, rate = self._rates.of(row, address)
        now = time.monotonic()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._rates.burst, now)
            while len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        bucket.tokens = min(self._rates.burst, bucket.tokens + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True


_TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(burst, (tonumber(kept[1]) or burst) + math.max(0, now - (tonumber(kept[2]) or now)) * rate)
local allowed = tokens >= 1
if allowed then tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return allowed and 1 or 0
"""
"""The same bucket, by Redis's own clock; a bucket that would be full is forgotten."""


class SharedLimits:
    """Buckets in Redis, for workers that count together; who asks stands there as a keyed digest.

    While Redis does not answer, this worker counts alone: somebody then gets at most as much from each worker, and
    nobody is shut out. It is asked again after a second.
    """

    _WAIT, _PAUSE = 0.25, 1.0

    def __init__(self, rates: Rates, url: str) -> None:
        self._rates, self._alone = rates, Limits(rates)
        self._redis = Redis.from_url(url, socket_timeout=self._WAIT, socket_connect_timeout=self._WAIT)
        self._take = self._redis.register_script(_TAKE)
        self._again = 0.0

    async def allow(self, row: str, address: str) -> bool:
        """Take a token of the session, or else of the address; tell whether there was one."""
        if time.monotonic() < self._again:
            return await self._alone.allow(row, address)
        key, rate = self._rates.of(row, address)
        try:
            taken = await self._take([f"health-cloud:{blind(key, 'web.limits')}"], [rate, self._rates.burst])
        except (RedisError, OSError) as problem:
            self._again = time.monotonic() + self._PAUSE
            _log.error("Redis does not count, each worker counts alone: %s", type(problem).__name__)
            return await self._alone.allow(row, address)
        return bool(taken)


def counting(rates: Rates, redis_url: str) -> Counting:
    """Return what counts who asks: in Redis where one is named."""
    return SharedLimits(rates, redis_url) if redis_url else Limits(rates)

"""How often somebody may ask: one process counts alone, several count together, and a dead Redis shuts nobody out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from redis import Redis

from health_cloud.web.limits import Counting, Limits, Rates, SharedLimits, counting
from tests import loops
from tests.databases import heed, use
from tests.redis_server import RedisServer, running_redis

SLOW = Rates(anonymous=1, signed_in=1, burst=5)


@pytest.fixture(scope="module")
def redis() -> Generator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture(autouse=True)
def _keys(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    use(monkeypatch, data_root)  # who asks is blinded with its keys
    yield
    monkeypatch.undo()
    heed()


async def taken(limits: Counting, count: int, row: str = "", address: str = "192.0.2.1") -> int:
    return sum([await limits.allow(row, address) for _ in range(count)])


def test_workers_count_together(redis: RedisServer) -> None:
    async def ask() -> None:
        first, second = SharedLimits(SLOW, redis.url), SharedLimits(SLOW, redis.url)
        assert [await taken(each, 3, "row-1") for each in (first, second, first)] == [3, 2, 0]
        assert await taken(second, 3, "row-2") == 3, "another session has a bucket of its own"
        assert await taken(second, 3) == 3, "so has an address"

    loops.run(ask())


def test_a_bucket_fills_with_time_and_is_forgotten_when_full(redis: RedisServer) -> None:
    async def ask() -> None:
        before = set(_all(redis))
        limits = SharedLimits(Rates(anonymous=60 * 20, signed_in=1, burst=5), redis.url)
        assert 5 <= await taken(limits, 50, address="192.0.2.9") < 50
        await asyncio.sleep(0.3)
        assert await taken(limits, 5, address="192.0.2.9") == 5
        assert set(_all(redis)) > before
        await asyncio.sleep(1.5)
        assert set(_all(redis)) <= before

    loops.run(ask())


def test_who_asks_is_not_in_clear(redis: RedisServer) -> None:
    async def ask() -> None:
        await taken(SharedLimits(SLOW, redis.url), 1, "a-row-of-sessions", "198.51.100.77")
        await taken(SharedLimits(SLOW, redis.url), 1, "", "198.51.100.77")

    loops.run(ask())
    held = b" ".join(_all(redis))
    assert b"health-cloud:" in held
    assert b"a-row-of-sessions" not in held
    assert b"198.51" not in held


def test_without_redis_each_counts_alone_and_asks_again(caplog: pytest.LogCaptureFixture) -> None:
    async def ask() -> None:
        with running_redis() as server:
            first, second = SharedLimits(SLOW, server.url), SharedLimits(SLOW, server.url)
            assert await taken(first, 3, "row") == 3
            server.process.kill()
            server.process.wait()
            began = time.monotonic()
            assert [await taken(each, 9, "row") for each in (first, second)] == [5, 5]
            assert time.monotonic() - began < 2
            assert len([each for each in caplog.records if "counts alone" in each.getMessage()]) == 2
            first._again = 0.0
            assert await taken(first, 1, "row") == 0
            assert len([each for each in caplog.records if "counts alone" in each.getMessage()]) == 3

    loops.run(ask())


def test_redis_counts_only_where_it_is_named(redis: RedisServer) -> None:
    assert isinstance(counting(SLOW, ""), Limits)
    assert isinstance(counting(SLOW, redis.url), SharedLimits)


def _all(redis: RedisServer) -> list[bytes]:
    return list(Redis.from_url(redis.url).scan_iter())

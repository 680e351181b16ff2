import pytest
from pydantic import ValidationError

from health_cloud.core.settings import Settings


def test_defaults_are_a_demo_on_this_machine_only():
    made = Settings()
    assert (made.mode, made.host) == ("demo", "127.0.0.1")
    assert made.origins == (f"http://localhost:{made.port}", f"http://127.0.0.1:{made.port}")


@pytest.mark.parametrize(
    "unsafe",
    [
        {},
        {"public_url": "http://records.example", "keys_file": "/elsewhere/keys.json"},
        {"public_url": "https://records.example"},
        {"public_url": "https://records.example", "data_dir": "data", "keys_file": "data/keys.json"},
    ],
)
def test_production_refuses_unsafe_combinations(unsafe):
    with pytest.raises(ValidationError):
        Settings(mode="production", **unsafe)


def test_production_with_https_and_keys_elsewhere_starts():
    made = Settings(mode="production", public_url="https://records.example/app", keys_file="/elsewhere/keys.json")
    assert made.https
    assert made.origins == ("https://records.example",)


@pytest.mark.parametrize(
    "given",
    [
        {"redis_url": "unix:///r"},
        {"database_url": "postgresql://u@h/d"},
        {"database_url": "sqlite:///x", "redis_url": "unix:///r"},
    ],
)
def test_several_workers_need_a_database_and_a_count_in_common(given):
    with pytest.raises(ValidationError, match="HEALTH_CLOUD_"):
        Settings(workers=2, **given)
    assert Settings(workers=2, database_url="postgresql://u@h/d", redis_url="redis://:p@h/0").workers == 2


@pytest.mark.parametrize("url", ["localhost:6379", "http://h", "memcached://h"])
def test_redis_is_written_as_redis_is(url):
    with pytest.raises(ValidationError, match="redis://"):
        Settings(redis_url=url)


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError):
        Settings().port = 1


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_goes_through_psycopg(scheme):
    assert Settings(database_url=f"{scheme}://u@h/d").database == "postgresql+psycopg://u@h/d"

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


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError):
        Settings().port = 1


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_goes_through_psycopg(scheme):
    assert Settings(database_url=f"{scheme}://u@h/d").database == "postgresql+psycopg://u@h/d"

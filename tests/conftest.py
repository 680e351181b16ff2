"""Fixtures for all tests. What the process reads from the environment is set before the product is imported."""

import os
import socket
import tempfile


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


os.environ.update(
    {
        "HEALTH_CLOUD_DATA_DIR": tempfile.mkdtemp(prefix="health-cloud-data-"),
        "HEALTH_CLOUD_DATABASE_URL": "",
        "HEALTH_CLOUD_LOCK_MINUTES": "0",  # clocks are moved by the hour; the lock has tests of its own
        "HEALTH_CLOUD_MODE": "demo",
        "HEALTH_CLOUD_PORT": str(_free_port()),
        "HEALTH_CLOUD_RATE_ANONYMOUS": "60000",  # the tests all come from one address; limits have tests of their own
        "HEALTH_CLOUD_RATE_SIGNED_IN": "60000",
        "HEALTH_CLOUD_RATE_BURST": "60000",
    }
)

pytest_plugins = ["tests.databases", "tests.served", "tests.browsers", "tests.cable"]


def pytest_addoption(parser):
    parser.addoption("--accept-surface", action="store_true", help="take the present surface as the known one")

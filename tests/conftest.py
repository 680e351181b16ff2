"""Fixtures for all tests. What the process reads from the environment is set before the product is imported."""

import atexit
import os
import shutil
import socket
import tempfile

import hypothesis
import pytest

hypothesis.settings.register_profile("suite", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("suite")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


_FOLDER = tempfile.mkdtemp(prefix="health-cloud-data-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ.update(
    {
        "HEALTH_CLOUD_DATA_DIR": _FOLDER,
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


TOGETHER = ("tests/attack/test_clear_text.py",)
"""Files whose tests share something dear: they stay in one process of several. All others go test by test."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give each free process the next test; xdist's own groups do not work with this pytest (its ids are sealed)."""
    from xdist.scheduler import LoadScopeScheduling

    class TestByTest(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            return file if file in TOGETHER else nodeid

    return TestByTest(config, log)

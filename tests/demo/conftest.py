"""The demo hospital as the import reads it: JSON with exact decimals."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from health_cloud.demo import service
from health_cloud.demo.fhir import dumps

TODAY = date(2026, 11, 21)
Resource = dict[str, Any]


@pytest.fixture(scope="session")
def bundles() -> list[dict[str, Any]]:
    return [json.loads(dumps(each), parse_float=Decimal) for each in service.generate(1, TODAY)]


@pytest.fixture(scope="session")
def resources(bundles) -> list[Resource]:
    return [entry["resource"] for bundle in bundles for entry in bundle["entry"]]


@pytest.fixture(scope="session")
def latest(resources) -> dict[str, Resource]:
    """The last delivered version of each resource, by reference."""
    return {f"{each['resourceType']}/{each['id']}": each for each in resources}


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Yields every element."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)

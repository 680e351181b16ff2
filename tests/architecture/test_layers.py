"""The tree of architecture.md: who may import whom, checked on the source itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "health_cloud"
SOURCES = sorted(PRODUCT.rglob("*.py"))
ROOMS = ("pages", "api", "state", "service", "models", "views")
BELOW = {
    "pages": set(),
    "api": {"pages", "state"},
    "state": {"pages", "api"},
    "service": {"pages", "api", "state"},
    "models": {"pages", "api", "state", "service"},
    "views": {"pages", "api", "state", "service", "models"},
}
"""Room -> rooms of its own feature that it must not know."""

DATABASE = {"sqlmodel", "sqlalchemy", "alembic"}
REFLEX = {"reflex", "reflex_base"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def place(path: Path) -> tuple[str, str]:
    """Return feature and room of a file; both may be empty."""
    parts = path.relative_to(PRODUCT).with_suffix("").parts
    feature = parts[0] if len(parts) > 1 else ""
    return feature, parts[1] if len(parts) > 1 else ""


def broken(rule) -> list[str]:
    return sorted(
        {f"{path.relative_to(ROOT)} -> {name}" for path in SOURCES for name in imports(path) if rule(path, name)}
    )


def top(name: str) -> str:
    return name.partition(".")[0]


def test_contracts_of_import_linter():
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr[-1000:]


def test_services_models_views_and_core_know_no_reflex():
    def rule(path, name):
        feature, room = place(path)
        return top(name) in REFLEX and (feature == "core" or room in ("service", "models", "views"))

    assert broken(rule) == []


def test_screens_know_no_database():
    def rule(path, name):
        feature, room = place(path)
        return top(name) in DATABASE and (feature == "ui" or room in ("state", "pages", "api"))

    assert broken(rule) == []


def test_rooms_of_a_feature_look_down_only():
    def rule(path, name):
        feature, room = place(path)
        parts = name.split(".")
        return room in BELOW and parts[:2] == ["health_cloud", feature] and len(parts) > 2 and parts[2] in BELOW[room]

    assert broken(rule) == []


def test_tables_are_imported_by_their_own_service_alone():
    def rule(path, name):
        feature, room = place(path)
        parts = name.split(".")
        if len(parts) < 3 or parts[0] != "health_cloud" or parts[2] != "models" or parts[1] == "core":
            return False
        return not (feature == "" and path.name == "tables.py") and not (
            feature == parts[1] and room in ("service", "models")
        )

    assert broken(rule) == []


def test_only_chart_knows_the_chart_tables():
    """Foreign keys name them in `models.py`; nothing else does."""
    offenders = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if place(path)[0] != "chart"
        and path.name != "models.py"
        and any(word in path.read_text() for word in ("chart_entry.", "chart_encounter."))
    ]
    assert offenders == []


def test_only_web_touches_the_inside_of_reflex():
    inside = {"reflex_base", "reflex.state", "reflex.app", "reflex.istate", "reflex.middleware"}

    def rule(path, name):
        return place(path)[0] not in ("web", "ui") and any(
            name == part or name.startswith(f"{part}.") for part in inside
        )

    assert broken(rule) == []


def test_nothing_commits_but_transact():
    offenders = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path != PRODUCT / "core" / "db.py" and ".commit(" in path.read_text()
    ]
    assert offenders == []


@pytest.mark.parametrize(
    "folder",
    [path for path in sorted(PRODUCT.iterdir()) if (path / "__init__.py").exists()],
    ids=lambda path: path.name,
)
def test_every_room_says_what_it_is_for(folder):
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))


def test_no_names_that_say_nothing():
    idle = {"utils", "helpers", "manager", "common", "misc"}
    assert [str(path) for path in SOURCES if path.stem in idle or path.parent.name in idle] == []

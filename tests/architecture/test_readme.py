"""The tables in the README are generated; `python -m tests.architecture.test_readme` writes them again."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import health_cloud
from health_cloud.core.settings import Settings

README = Path(__file__).parents[2] / "README.md"


def settings_table() -> str:
    rows = ["| variable | default | what for |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = ", ".join(default) if isinstance(default, tuple) else str("" if default is None else default)
        code = f"`{shown}`" if shown else ""
        rows.append(f"| `HEALTH_CLOUD_{name.upper()}` | {code} | {field.description} |")
    return "\n".join(rows)


def rooms_table() -> str:
    rows = ["| room | what it is for |", "|---|---|"]
    for module in sorted(pkgutil.iter_modules(health_cloud.__path__), key=lambda found: found.name):
        if module.ispkg:
            sentence = (importlib.import_module(f"health_cloud.{module.name}").__doc__ or "").strip().splitlines()[0]
            rows.append(f"| `{module.name}` | {sentence} |")
    return "\n".join(rows)


TABLES = {"settings": settings_table, "rooms": rooms_table}


def written(text: str) -> str:
    for name, table in TABLES.items():
        block = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        assert block.search(text), name
        start, end = block.search(text).span()
        text = f"{text[:start]}<!-- generated: {name} -->\n{table()}\n<!-- end -->{text[end:]}"
    return text


def test_the_generated_tables_are_true():
    assert README.read_text() == written(README.read_text())


if __name__ == "__main__":
    README.write_text(written(README.read_text()))

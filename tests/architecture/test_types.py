"""Types are checked everywhere; in pages one rule rests, because of how Reflex's Vars are made."""

from __future__ import annotations

import tomllib

from tests.architecture.test_layers import PRODUCT, ROOT

CHECKED = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pyright"]


def test_no_source_is_left_out():
    assert CHECKED["include"] == ["health_cloud"]
    assert not CHECKED.keys() & {"ignore", "exclude"}


def test_every_folder_of_pages_and_nothing_else_has_the_one_rule_off():
    *pages, whole = CHECKED["executionEnvironments"]
    assert whole == {"root": "."}
    found = {each.relative_to(ROOT).as_posix() for name in ("pages", "pages.py") for each in PRODUCT.glob(f"*/{name}")}
    assert {each["root"] for each in pages} == found
    rules = {(name, value) for each in pages for name, value in each.items() if name.startswith("report")}
    assert rules == {("reportAttributeAccessIssue", False)}

"""The settings in docs/assurance.md are those of the product, with their defaults and bounds."""

import re
from pathlib import Path

from annotated_types import Ge, Le

from health_cloud.core.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "docs/assurance.md"
ROW = re.compile(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|", re.MULTILINE)


def test_settings_stand_as_they_are():
    rows = ROW.findall(DOCUMENT.read_text())
    assert rows
    for name, default, bounds in rows:
        field = Settings.model_fields[name]
        assert default.strip() == str(field.default), name
        limits = [each.ge if isinstance(each, Ge) else each.le for each in field.metadata if isinstance(each, Ge | Le)]
        assert [int(number) for number in re.findall(r"\d+", bounds)] == limits, name

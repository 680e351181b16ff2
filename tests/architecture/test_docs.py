"""The documents name files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_it_names_exists(document: Path):
    text = document.read_text()
    named = set(re.findall(r"`((?:tests|health_cloud|bench|docs)/[\w/.]+\.\w+)`", text))
    links = {link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link}
    pictures = set(re.findall(r'src="([^"]+)"', text))
    missing = {name for name in named if not (ROOT / name).exists()}
    missing |= {name for name in links | pictures if not (document.parent / name).exists()}
    assert not missing

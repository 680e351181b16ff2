"""Two starts at once in one folder: one builds, the other waits and takes that build."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path

import pytest

from health_cloud.web import tool_chain


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, place in {"ROOT": "", "WEB": ".web", "CLIENT": ".web/build/client"}.items():
        monkeypatch.setattr(tool_chain, name, tmp_path / place)
    monkeypatch.setattr(tool_chain, "_STAMP", tmp_path / ".web" / "backend" / "sources.sha256")
    return tmp_path


def test_of_two_starts_one_builds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began, go_on, builds = threading.Event(), threading.Event(), list[str]()

    def slowly(digest: str, _say: object) -> None:
        builds.append(digest)
        began.set()
        assert go_on.wait(10)
        tool_chain.CLIENT.mkdir(parents=True)
        (tool_chain.CLIENT / "index.html").touch()
        tool_chain._STAMP.parent.mkdir(parents=True)
        tool_chain._STAMP.write_text(digest)

    monkeypatch.setattr(tool_chain, "_build", slowly)
    built: dict[str, bool] = {}
    said: list[str] = []

    def waits(line: str) -> None:
        said.append(line)
        go_on.set()

    first = threading.Thread(target=lambda: built.update(first=tool_chain.build(said.append)))
    first.start()
    assert began.wait(10)
    second = threading.Thread(target=lambda: built.update(second=tool_chain.build(waits)))
    second.start()
    first.join(15)
    second.join(15)
    assert built == {"first": True, "second": False}
    assert len(builds) == 1
    assert said == ["Another start is building the screens here; waiting for it ..."]
    assert (folder / ".cache" / "build.lock").exists()


def test_a_lock_in_other_spacing_is_no_change_of_the_sources(folder: Path) -> None:
    """The build writes it anew; were that a change, the next start, or a second process of tests, would build again."""
    (lock := folder / "reflex.lock").mkdir()
    packages = {"dependencies": {"preact": "11.2.0"}}
    (lock / "package.json").write_text(json.dumps(packages, indent=2))
    digest = tool_chain.source_digest()
    (lock / "package.json").write_text(json.dumps(packages))
    assert tool_chain.source_digest() == digest
    (lock / "package.json").write_text(json.dumps({"dependencies": {"preact": "11.2.1"}}))
    assert tool_chain.source_digest() != digest


def test_after_a_build_the_lock_is_in_one_spacing(tmp_path: Path) -> None:
    lock, packages = tmp_path / "package.json", {"dependencies": {"preact": "11.2.0"}}
    for written in (json.dumps(packages, indent=2), json.dumps(packages)):
        lock.write_text(written)
        tool_chain._settle_lock(lock)
        assert lock.read_text() == json.dumps(packages)


def test_the_lock_is_kept_as_the_build_writes_it() -> None:
    """Otherwise whoever starts the product in a clone has a change there that they did not make."""
    words = ["git", "show", "HEAD:reflex.lock/package.json"]
    kept = subprocess.run(words, cwd=tool_chain.ROOT, capture_output=True, text=True, check=False)
    text = kept.stdout if kept.returncode == 0 else (tool_chain.ROOT / "reflex.lock" / "package.json").read_text()
    assert json.dumps(json.loads(text)) == text

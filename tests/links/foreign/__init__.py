"""A viewer and a sharing application that are not ours (npm `kill-the-clipboard`), for tests alone, pinned."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from fasteners import InterProcessLock

from health_cloud.web import tool_chain

_HERE = Path(__file__).parent
_FILES = ("package.json", "bun.lock", "speak.mjs")
_PATIENCE = 120


def speak(*words: str, said: str = "") -> Any:
    """Run the foreign software; returns what it printed."""
    place = _installed()
    answer = subprocess.run(
        ["node", str(place / "speak.mjs"), *words],
        cwd=place,
        env=tool_chain._build_environment(),
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    return json.loads(answer.stdout)


def _installed() -> Path:
    """Fetch the package once, by the tool chain and the registry that the build of the screens uses."""
    place = tool_chain.ROOT / ".cache" / "foreign-viewer"
    place.mkdir(parents=True, exist_ok=True)
    with InterProcessLock(place.with_suffix(".lock")):
        stale = [name for name in _FILES if not _same(_HERE / name, place / name)]
        if not stale and (place / "node_modules").exists():
            return place
        for name in _FILES:
            shutil.copyfile(_HERE / name, place / name)
        command = ["bun", "install", "--frozen-lockfile", "--ignore-scripts"]
        answer = subprocess.run(
            command,
            cwd=place,
            env=tool_chain._build_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
        if answer.returncode:
            (place / "package.json").unlink()
            registry = os.environ.get("NPM_CONFIG_REGISTRY", "the registry of this machine")
            pytest.fail(f"kill-the-clipboard cannot be had from {registry}: {answer.stderr[-1000:]}")
    return place


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()

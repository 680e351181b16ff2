"""Many at once, and processes that are killed in the middle of what they do."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

from health_cloud.core.actors import Actor

CLIENTS = 16


def rushed(client: Callable[[int], None]) -> None:
    """Let sixteen clients run at once, each with its number, until all are through."""
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def killed(module: str, actors: Sequence[Actor], slots: Sequence[str], heard: int) -> list[str]:
    """Start a process for each actor and kill all when the first has said so many lines; returns all whole lines."""
    crowd = [
        subprocess.Popen(
            [sys.executable, "-m", module, who.account_id, who.person_id, *slots], stdout=subprocess.PIPE, text=True
        )
        for who in actors
    ]
    first = crowd[0].stdout
    assert first is not None
    lines = [first.readline() for _ in range(heard)]
    for each in crowd:
        each.kill()
    lines += [line for each in crowd for line in each.communicate()[0].splitlines(keepends=True)]
    return [line.strip() for line in lines if line.endswith("\n")]

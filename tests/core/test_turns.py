import threading
import time

import pytest

from health_cloud.core.errors import Unavailable
from health_cloud.core.turns import Turns


def test_first_come_first_served():
    turns, order = Turns(), []

    def work(number: int) -> None:
        with turns.turn(10):
            order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    with turns.turn(1):
        for thread in threads:
            thread.start()
            time.sleep(0.005)
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_never_two_at_once():
    turns, inside, most = Turns(), [0], [0]

    def work() -> None:
        for _ in range(200):
            with turns.turn(10):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_waiting_too_long_is_told_and_leaves_no_gap():
    turns = Turns()
    with turns.turn(1), pytest.raises(Unavailable), turns.turn(0.01):
        pass
    with turns.turn(0.01):
        pass

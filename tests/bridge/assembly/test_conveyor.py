"""Work in order, in parallel, with a bound."""

from __future__ import annotations

import threading
import time

import pytest

from bridge.assembly.conveyor import in_order


def test_results_come_in_the_order_of_the_items():
    def slow_first(n):
        time.sleep(0.02 if n % 5 == 0 else 0)
        return n * n

    assert list(in_order(range(40), slow_first, workers=4)) == [n * n for n in range(40)]


def test_no_more_than_the_bound_is_under_way():
    pulled, taken = [], []

    def items():
        for n in range(50):
            pulled.append(n)
            yield n

    for result in in_order(items(), lambda n: n, workers=3):
        taken.append(result)
        assert len(pulled) - len(taken) <= 3 + 2
    assert len(taken) == 50


def test_work_really_runs_at_once():
    meet = threading.Barrier(2, timeout=60)
    assert list(in_order(range(2), lambda n: meet.wait() >= 0, workers=2)) == [True, True]


def test_the_first_failure_reaches_the_caller_and_nothing_runs_afterwards():
    running = []

    def work(n):
        if n == 3:
            raise OSError("disk")
        running.append(n)
        return n

    with pytest.raises(OSError, match="disk"):
        list(in_order(range(100), work, workers=2))
    seen = len(running)
    time.sleep(0.02)
    assert len(running) == seen < 100


def test_a_caller_that_stops_early_stops_the_work():
    done = []
    results = in_order(range(100), done.append, workers=2)
    next(results)
    results.close()
    assert len(done) < 20

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.viewing.kept import Kept


def kept(room=10):
    return Kept(room, len)


def test_what_was_used_longest_ago_goes_first():
    things, made = kept(), []

    def get(key, size=4):
        return things.get(key, lambda: made.append(key) or bytes(size))

    get("a"), get("b"), get("a"), get("c")
    assert made == ["a", "b", "c"]
    get("a"), get("c")
    assert made == ["a", "b", "c"]
    get("b")
    assert made == ["a", "b", "c", "b"]


def test_what_is_larger_than_the_room_is_kept_alone():
    things, made = kept(), []
    for _ in range(2):
        things.get("small", lambda: made.append("small") or b"1")
        for _ in range(2):
            things.get("large", lambda: made.append("large") or bytes(50))
    assert made == ["small", "large", "small", "large"]


def test_two_that_lack_the_same_share_one():
    things, made = kept(), []
    begun, go_on = threading.Event(), threading.Event()

    def slowly():
        made.append(1)
        begun.set()
        assert go_on.wait(10)
        return b"x"

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(things.get, "a", slowly)
        assert begun.wait(10)
        others = [pool.submit(things.get, "a", slowly) for _ in range(3)]
        assert things.get("b", lambda: b"y") == b"y"  # others do not wait for it
        go_on.set()
        assert {future.result(10) for future in (first, *others)} == {b"x"}
    assert made == [1]


def test_what_could_not_be_made_is_tried_again():
    things = kept()
    with pytest.raises(ZeroDivisionError):
        things.get("a", lambda: bytes(1 // 0))
    assert things.get("a", lambda: b"x") == b"x"

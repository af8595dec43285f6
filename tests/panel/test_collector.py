"""Garbage with widgets in it ends on the GUI thread, whatever thread asks for memory."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from qt_panels.collector import Collector

_MANY = 2000
"""More than Python lets lie about."""


class Knot(QObject):
    """Holds itself, as a dialog does whose button calls one of its methods."""

    def __init__(self, ended):
        super().__init__()
        self.me = self
        self.ended = ended

    def __del__(self):
        self.ended.append(threading.current_thread())


@pytest.fixture
def collector(qapp):
    collector = Collector()
    yield collector
    collector.stop()
    gc.unfreeze()


def test_widgets_end_on_their_own_thread(collector, qtbot):
    ended = []
    for _ in range(_MANY):
        Knot(ended)

    def ask_for_memory():
        kept = [[] for _ in range(5000)]
        assert kept

    other = threading.Thread(target=ask_for_memory)
    other.start()
    other.join()
    assert ended == []
    qtbot.waitUntil(lambda: len(ended) == _MANY, timeout=30_000)
    assert set(ended) == {threading.main_thread()}


def test_what_it_replaces_comes_back(qapp):
    collector = Collector()
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
    gc.unfreeze()

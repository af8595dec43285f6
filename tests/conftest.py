"""Everything that a test writes lies in its own folders; nothing touches the user's bridge."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Generator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_home = tempfile.mkdtemp(prefix="superwhite-tests-")
os.environ["SUPERWHITE_HOME"] = _home
# Nor may a test find the user's own engines and weights.
os.environ["SUPERWHITE_ENGINES"] = _home + "/engines"
os.environ["SUPERWHITE_MODELS"] = _home + "/models"
atexit.register(shutil.rmtree, _home, ignore_errors=True)

# A shell that starts the suite in the background has it ignore Ctrl-C, and so would every process of a test.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_PATIENCE = 60_000
"""Milliseconds. Tests run side by side, on machines that others use too: only what never comes is a failure."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Widgets that nobody holds any more end on the thread that collects them, and Qt crashes where that is not their
    own: around tests with Qt it is always this one.
    """
    if "qapp" not in getattr(item, "fixturenames", ()):
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()  # what is left belongs to more tests than one; looking at it again and again would take long
        gc.enable()


class PatientBot(QtBot):
    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = _PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = _PATIENCE, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp, request) -> QtBot:
    return PatientBot(request)

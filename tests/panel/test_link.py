"""The link against a real bridge process: answers on the GUI thread, events, and a bridge that dies."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog

from bridge.client import calls
from bridge.domain.job import JobEvent, Preparing, Ready, Running
from qt_panels.link import Link, coalesced
from tests.fakes.backend import fake_request
from tests.fakes.service import launching


class Ears(QObject):
    """Keeps what a link says, and on which thread."""

    def __init__(self, link):
        super().__init__()
        self.connected = 0
        self.lost = []
        self.jobs = {}
        self.events = []
        self.threads = set()
        link.connected.connect(self._connected)
        link.lost.connect(self._lost)
        link.listed.connect(self._listed)
        link.changed.connect(self._changed)

    def _connected(self):
        self._here()
        self.connected += 1

    def _lost(self, error):
        self._here()
        self.lost.append(error)

    def _listed(self, jobs, more):
        self._here()
        self.jobs |= {job.id: job for job in jobs}

    def _changed(self, events):
        self._here()
        self.events += events

    def _here(self):
        self.threads.add(threading.current_thread())

    def states(self, job):
        return [event.state for event in self.events if event.job == job]


@pytest.fixture
def launch(tmp_path):
    with launching(tmp_path / "home") as launch:
        yield launch


@pytest.fixture
def linked(launch, tmp_path, qtbot):
    launch()
    link = Link(tmp_path / "home")
    ears = Ears(link)
    link.start()
    qtbot.waitUntil(lambda: ears.connected == 1)
    yield link, ears
    link.stop()


def submit(qtbot, link, owner, request):
    jobs = []
    link.ask(owner, calls.submit(request), jobs.append)
    qtbot.waitUntil(lambda: bool(jobs))
    return jobs[0]


def test_what_is_asked_is_answered_on_the_gui_thread(linked, qtbot):
    link, ears = linked
    answers = []
    link.ask(ears, calls.health(), lambda health: answers.append((health.status, threading.current_thread())))
    assert answers == []
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [("ok", threading.main_thread())]


def test_a_job_is_followed_to_its_end(linked, qtbot, tmp_path):
    link, ears = linked
    job = submit(qtbot, link, ears, fake_request(tmp_path / "out", frames=4))
    qtbot.waitUntil(lambda: any(isinstance(state, Ready) for state in ears.states(job.id)))
    kinds = [state.state for state in ears.states(job.id)]
    assert kinds == sorted(kinds, key=["queued", "preparing", "running", "verifying", "ready"].index)
    assert ears.threads == {threading.main_thread()}


def test_errors_reach_whoever_asked_else_the_panel(linked, qtbot):
    link, ears = linked
    mine, everyones = [], []
    link.failed.connect(everyones.append)
    link.ask(ears, calls.job("zzzz"), pytest.fail, mine.append)
    link.ask(ears, calls.job("zzzz"), pytest.fail)
    qtbot.waitUntil(lambda: bool(mine and everyones))
    assert [error.kind for error in mine + everyones] == ["JobUnknown", "JobUnknown"]


def test_a_superseded_answer_is_dropped_and_others_are_not(linked, qtbot):
    link, ears = linked
    answers = []
    for number in range(5):
        link.ask(ears, calls.health(), lambda _, number=number: answers.append(number), key="health")
    link.ask(ears, calls.health(), lambda _: answers.append("other"), key="else")
    other = QObject()
    link.ask(other, calls.health(), lambda _: answers.append("of another"), key="health")
    qtbot.waitUntil(lambda: len(answers) >= 3)
    qtbot.wait(100)
    assert sorted(map(str, answers)) == ["4", "of another", "other"]


def test_an_answer_for_what_is_gone_is_dropped(linked, qtbot):
    link, ears = linked
    gone, answers = QObject(), []
    link.ask(gone, calls.health(), answers.append)
    gone.deleteLater()
    link.ask(ears, calls.last_event(), lambda _: answers.append("here"))
    qtbot.waitUntil(lambda: "here" in answers)
    qtbot.wait(100)
    assert answers == ["here"]


def test_a_modal_dialog_inside_an_answer_stops_nothing(linked, qtbot):
    link, ears = linked
    answers = []

    def ask_the_user(_):
        dialog = QDialog()
        link.ask(ears, calls.last_event(), lambda n: (answers.append(n), dialog.accept()))
        QTimer.singleShot(5000, dialog.reject)
        answers.append(dialog.exec())

    link.ask(ears, calls.health(), ask_the_user)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers == [0, QDialog.DialogCode.Accepted]


def test_a_bridge_that_is_killed_is_found_again_and_nothing_is_lost(launch, tmp_path, qtbot):
    service = launch()
    link = Link(tmp_path / "home")
    ears = Ears(link)
    link.start()
    qtbot.waitUntil(lambda: ears.connected == 1)
    gate = tmp_path / "gate"
    job = submit(qtbot, link, ears, fake_request(tmp_path / "out", frames=3, gate=str(gate), gate_at=1))
    qtbot.waitUntil(lambda: any(isinstance(state, Running) for state in ears.states(job.id)))
    service.kill()
    qtbot.waitUntil(lambda: bool(ears.lost), timeout=90_000)
    assert ears.lost[0].kind == "BridgeLost"
    ears.jobs.clear()
    # The link starts a bridge of its own where nobody else does.
    qtbot.waitUntil(lambda: ears.connected == 2, timeout=90_000)
    qtbot.waitUntil(lambda: job.id in ears.jobs)
    assert ears.jobs[job.id].state.error.kind == "JobInterrupted"
    answers = []
    link.ask(ears, calls.health(), answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    link.ask(ears, calls.shutdown(), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2)
    link.stop()


def test_a_long_list_comes_in_pages(launch, tmp_path, qtbot):
    launch()
    from bridge.client import Bridge

    with Bridge.attach_or_start(home=tmp_path / "home", start=False) as bridge:
        made = {bridge.submit(fake_request(tmp_path / "out", frames=1)).id for _ in range(130)}
    link = Link(tmp_path / "home")
    pages = []
    link.listed.connect(lambda jobs, more: pages.append((len(jobs), more)))
    ears = Ears(link)
    link.start()
    qtbot.waitUntil(lambda: len(pages) == 2, timeout=90_000)
    link.stop()
    assert pages == [(100, True), (30, False)]
    assert set(ears.jobs) == made


def test_only_progress_that_was_overtaken_is_left_out():
    def event(sequence, job, state):
        return JobEvent(sequence=sequence, job=job, at=datetime.now(UTC), state=state)

    events = [
        event(1, "a", Preparing()),
        event(2, "a", Running(done=1, total=9)),
        event(3, "b", Preparing()),
        event(4, "a", Running(done=2, total=9)),
        event(5, "b", Running(done=1, total=2)),
        event(6, "a", Running(done=3, total=9)),
        event(7, "a", Preparing()),
    ]
    assert [each.sequence for each in coalesced(events)] == [1, 6, 3, 5, 7]

"""A host that goes away, is busy, or has nothing selected that can be worked on; and the jobs that it lists itself."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from bridge.domain.host import HostClip, HostFailure, JobLine
from bridge.domain.job import Ready, Running
from qt_panels.host_desk import HostDesk
from qt_panels.jobs.board import JobBoard
from qt_panels.jobs.model import JobsModel
from qt_panels.link import Link
from qt_panels.memory import Memory
from qt_panels.panel import Panel
from qt_panels.pictures import Pictures
from tests.fakes.host import BUSY, GONE, FakeHost, retimed
from tests.panel.made import EARLY, deliverable, event, job
from tests.panel.test_hosts import Asked

CLIP = HostClip("V1/1", "shot", "/plates/shot.mov", rate="24", record_end=10, source_end=10)


@pytest.fixture
def beside(qtbot, tmp_path):
    """The panel of a host, without a bridge: as nobody starts its link."""
    made = []

    def open(host):
        panel = Panel(Link(tmp_path), host, Memory.in_file(tmp_path / "memory.ini"))
        panel.watch.poll.setInterval(20)
        qtbot.addWidget(panel)
        panel.show()
        made.append(panel)
        return panel

    yield open
    for panel in made:
        panel.close_down()


def test_a_host_that_goes_is_told_of_once_until_it_is_back(beside, qtbot):
    host = FakeHost(CLIP)
    panel, gone = beside(host), []
    panel.host_lost.connect(lambda: gone.append(1))
    qtbot.waitUntil(lambda: len(panel.clips_model.rows) == 1)
    assert not panel.away.isVisible()
    host.fails = GONE
    qtbot.waitUntil(panel.away.isVisible)
    assert panel.away.label.text().startswith("Fake has gone. Jobs go on without it")
    asked = len(host.calls)
    qtbot.waitUntil(lambda: len(host.calls) > asked + 2)
    assert gone == [1]
    assert panel.problems.problems == ()  # it is said in one place
    host.fails = None
    qtbot.waitUntil(lambda: not panel.away.isVisible())
    assert panel.watch.poll.interval() == 1000
    panel.watch.poll.setInterval(20)
    host.fails = GONE
    qtbot.waitUntil(lambda: gone == [1, 1])


def test_a_busy_host_is_asked_less_often_and_nothing_pops_up(beside, qtbot):
    host = FakeHost(CLIP)
    panel = beside(host)
    qtbot.waitUntil(lambda: len(panel.clips_model.rows) == 1)
    host.fails = BUSY
    qtbot.waitUntil(panel.clips.status.isVisible)
    assert panel.clips.status.text().startswith("Fake is busy.")
    qtbot.waitUntil(lambda: panel.watch.poll.interval() >= 80)
    panel.watch.poll.setInterval(7000)
    panel.refresh_host()
    qtbot.waitUntil(lambda: panel.watch.poll.interval() == 8000)
    assert panel.problems.problems == ()
    assert not panel.away.isVisible()
    assert len(panel.clips_model.rows) == 1  # what was selected stays in sight
    host.fails = None
    panel.refresh_host()
    qtbot.waitUntil(lambda: not panel.clips.status.isVisible())
    assert panel.watch.poll.interval() == 1000


def test_what_a_host_refuses_is_told_once_and_again_when_it_is_another_thing(beside, qtbot):
    host = FakeHost(CLIP)
    host.fails = HostFailure("No.")
    panel = beside(host)
    qtbot.waitUntil(lambda: len(host.calls) > 5)
    assert [problem.sentence.text() for problem in panel.problems.problems] == ["No."]
    host.fails = HostFailure("Neither.")
    qtbot.waitUntil(lambda: len(panel.problems.problems) == 2)


def test_a_selection_without_a_use_says_what_to_do_here(beside, qtbot):
    host = FakeHost()
    host.notes = ("Select strips in the sequencer.",)
    panel = beside(host)
    qtbot.waitUntil(lambda: "sequencer" in panel.clips._empty.text())
    assert panel.clips._empty.isVisible()
    assert not panel.clips.status.isVisible()
    host.select(retimed(CLIP))
    qtbot.waitUntil(panel.clips.status.isVisible)
    assert panel.clips.status.text() == "Select strips in the sequencer."
    host.select(retimed(CLIP), CLIP)
    qtbot.waitUntil(lambda: len(panel.clips_model.rows) == 2)
    assert not panel.clips.status.isVisible()


class Slow(FakeHost):
    """Takes a list only when it is let."""

    def __init__(self):
        super().__init__(shows_jobs=True)
        self.turn = threading.Semaphore(0)
        self.lists = []

    def show_jobs(self, jobs):
        self._enter("show_jobs")
        self.lists.append(jobs)
        self.turn.acquire()


@pytest.fixture
def board(qapp, request):
    def open(host):
        model = JobsModel(Pictures(Asked()))
        desk = HostDesk(host)
        board = JobBoard(desk, model)
        board._timer.setInterval(10)
        request.addfinalizer(desk.stop)
        request.addfinalizer(board.pause)
        return board, model, desk

    return open


def test_the_host_lists_the_newest_jobs_in_the_words_of_the_panel(board, qtbot):
    host = FakeHost(shows_jobs=True)
    telling, model, _ = board(host)
    many = [job(str(n), created=EARLY + timedelta(minutes=n)) for n in range(30)]
    model.take_list(many)
    model.take_events(
        [
            event(many[29], Running(done=3, total=12)),
            event(many[28], Ready(result=deliverable())),
            event(many[27], Running()),
        ]
    )
    telling.set_host(host.facts())
    qtbot.waitUntil(lambda: len(host.shown) == 20)
    assert [line.job for line in host.shown] == [str(n) for n in range(29, 9, -1)]
    assert host.shown[:4] == (
        JobLine("29", "shot.mov", "Lifting 3 of 12", 0.25),
        JobLine("28", "shot_hdr_v001", "Ready"),
        JobLine("27", "shot.mov", "Lifting"),
        JobLine("26", "shot.mov", "Waiting"),
    )
    told = host.calls.count(("show_jobs",))
    qtbot.wait(100)
    assert host.calls.count(("show_jobs",)) == told  # nothing has changed


def test_never_more_than_one_list_waits(board, qtbot):
    host = Slow()
    telling, model, desk = board(host)
    one, answers = job("1"), []
    model.take_list([one])
    telling.set_host(host.facts())
    for done in range(30):
        model.take_events([event(one, Running(done=done, total=30))])
        qtbot.wait(10)
    desk.ask(desk, lambda host: host.facts(), answers.append)
    host.turn.release()
    qtbot.waitUntil(lambda: len(answers) == 1)
    host.turn.release()
    qtbot.waitUntil(lambda: len(host.lists) == 2)
    assert host.lists[1] == (JobLine("1", "shot.mov", "Lifting 29 of 30", 29 / 30),)
    host.turn.release()


def test_hosts_without_a_list_are_told_nothing_and_failures_are_made_good(board, qtbot):
    host = FakeHost()
    telling, model, _ = board(host)
    model.take_list([job("1")])
    telling.set_host(host.facts())
    qtbot.wait(60)
    assert ("show_jobs",) not in host.calls

    able = FakeHost(shows_jobs=True)
    telling, model, _ = board(able)
    model.take_list([job("1")])
    facts = able.facts()
    able.fails = BUSY
    telling.set_host(facts)
    qtbot.waitUntil(lambda: ("show_jobs",) in able.calls)
    qtbot.wait(100)
    assert able.calls.count(("show_jobs",)) == 1  # until it is seen again
    able.fails = None
    telling.set_host(facts)
    qtbot.waitUntil(lambda: len(able.shown) == 1)
    # A host that was away has forgotten.
    able.shown = ()
    telling.pause()
    telling.set_host(facts)
    qtbot.waitUntil(lambda: len(able.shown) == 1)

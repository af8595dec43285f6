"""What the list of jobs says, in which order, and what it lets people do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QItemSelectionModel, QObject, Qt, QTimer
from PySide6.QtGui import QImage

from bridge.client import calls
from bridge.domain.errors import ERRORS, AnswerLost, EngineFailed
from bridge.domain.estimate import Estimate, Seconds
from bridge.domain.job import (
    Cancelled,
    Failed,
    Imported,
    PlacementRecord,
    Preparing,
    Queued,
    Ready,
    Receiving,
    Running,
    Submitted,
    Unknown,
    Verifying,
)
from qt_panels.cards import CARD, Stage, Tone
from qt_panels.jobs.model import JOB, JobsModel, JobsOrder
from qt_panels.jobs.telling import card
from qt_panels.jobs.track import Track
from qt_panels.jobs.view import JobsView
from qt_panels.pictures import Pictures
from tests.panel.made import EARLY, deliverable, event, job

FAILED = Failed(error=EngineFailed("The engine failed.", detail="why", remedy="Retry it.").report())
PLACED = Imported(
    result=deliverable(), placement=PlacementRecord(host="h", project="p", placement="1", sentence="There.")
)


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Asked(QObject):
    """Answers pictures with a grey one, a moment later; keeps everything that is asked."""

    def __init__(self):
        super().__init__()
        self.calls = []
        self.most_at_once = self._at_once = 0

    def ask(self, owner, call, then, fail=None, *, key=None):
        self.calls.append((call.method, call.path, dict(call.params)))
        if call.path != "/v1/view/picture":
            return
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)

        def answer():
            self._at_once -= 1
            then(b"P6 2 1 255\n" + bytes([90] * 6))

        QTimer.singleShot(1, answer)


@pytest.fixture
def asked(qapp):
    return Asked()


@pytest.fixture
def model(asked):
    return JobsModel(Pictures(asked), clock=Clock())


def spoken(track):
    return card(track, service=None).spoken


def test_phases_have_bars_that_claim_no_more_than_is_known(qapp):
    track = Track(job("a", Preparing()), clock=Clock())
    bars = card(track, service=None).bars
    assert [(bar.stage, bar.share) for bar in bars] == [
        (Stage.UNDER_WAY, None),
        (Stage.AHEAD, None),
        (Stage.AHEAD, None),
    ]
    track.take(event(track.job, Running(done=33, total=132)))
    bars = card(track, service=None).bars
    assert [(bar.stage, bar.share) for bar in bars] == [
        (Stage.DONE, None),
        (Stage.UNDER_WAY, 0.25),
        (Stage.AHEAD, None),
    ]
    assert "33" in bars[1].label
    assert "132" in bars[1].label
    track.take(event(track.job, Verifying()))
    assert card(track, service=None).bars[2].share is None
    track = Track(job("a", Receiving(received=5, total=None)), clock=Clock())
    assert card(track, service="fal").bars[4].share is None
    assert len(card(track, service="fal").bars) == 7


def test_a_remote_job_tells_its_place_and_the_last_words_of_its_engine(qapp):
    def bar(state):
        return next(
            bar.label
            for bar in card(Track(job("a", state), clock=Clock()), "fal").bars
            if bar.stage is Stage.UNDER_WAY
        )

    assert bar(Submitted(remote_id="1")) == "Waiting for the service"
    assert bar(Submitted(remote_id="1", ahead=3)) == "3 before it at fal"
    assert bar(Submitted(remote_id="1", ahead=0)) == "Next at fal"
    lines = card(Track(job("a", Running(note="step 3 of 15")), clock=Clock()), "fal").lines
    assert (lines[-1].text, lines[-1].small, lines[-1].tone) == ("step 3 of 15", True, Tone.DIM)
    assert all(not line.small for line in card(Track(job("a", Running()), clock=Clock()), "fal").lines)


def test_a_movie_has_its_own_phases_and_words(qapp):
    request = job("a").request.model_copy(update={"workflow": "inpaint"})
    track = Track(job("a", Running(), request=request), clock=Clock())
    bars = card(track, "fal").bars
    assert [bar.label for bar in bars] == ["Read", "Send", "Queue", "Making the movie", "Receive", "Check"]
    made = deliverable(kind="movie", pattern="shot_inpaint_v001.mp4", color=None, cost=0.3271, measures={})
    text = spoken(Track(job("a", Ready(result=made)), clock=Clock()))
    assert "132 frame(s), 1280 × 720, rec709, up to $0.33" in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("EndpointUnreachable", "nothing is charged twice"),
        ("ResultUnusable", "nothing is charged twice"),
        ("DiskFull", "nothing is charged twice"),
        ("JobInterrupted", "nothing is charged twice"),
        ("RemoteFailed", "charged anew"),
        ("RemoteRefused", "charged anew"),
        ("ResultGone", "charged anew"),
        ("AnswerLost", "charged anew"),
        ("KeyRefused", ""),
    ],
)
def test_a_remote_failure_says_what_trying_again_costs(qapp, kind, words):
    track = Track(job("a", Failed(error=ERRORS[kind]("It failed.", remedy="Do this.").report())), clock=Clock())
    lines = [line.text for line in card(track, "fal").lines]
    assert lines[:2] == ["It failed.", "Do this."]
    assert len(lines) == (3 if words else 2)
    assert words in lines[-1]
    assert len(card(track, None).lines) == 2  # on this machine nothing is charged


def test_a_job_of_which_nothing_is_known_says_so(qapp):
    state = Unknown(error=AnswerLost("It was sent, but the answer was lost.").report())
    lines = [line.text for line in card(Track(job("a", state), clock=Clock()), "fal").lines]
    assert lines[0] == "It was sent, but the answer was lost."
    assert "Look at fal" in lines[1]
    assert "may still bill it" in spoken(Track(job("a", Unknown()), clock=Clock()))


def test_what_follows_a_job_is_told_of_however_fast_it_was(model, qtbot):
    movie = job("a", Ready(result=deliverable()))
    lift = job("b", Ready(result=deliverable()))
    lift = lift.model_copy(update={"request": lift.request.model_copy(update={"follows": "a"})})
    ended = []
    model.ended.connect(lambda job: ended.append(job.id))
    model.take_list([movie, lift])  # history
    assert ended == []
    other = lift.model_copy(update={"id": "c"})
    model.take_list([other, movie])
    assert ended == ["c"]


def test_the_time_left_is_a_range_around_the_pace_that_was_seen(qapp):
    clock = Clock()
    track = Track(job("a", Preparing()), clock=clock)
    track.take(event(track.job, Running(done=0, total=100)))
    assert track.remaining is None
    clock.now += 25
    track.take(event(track.job, Running(done=25, total=100)))
    assert track.remaining.low < 75 < track.remaining.high
    first = track.remaining.high - track.remaining.low
    clock.now += 50
    track.take(event(track.job, Running(done=75, total=100)))
    assert track.remaining.low < 25 < track.remaining.high
    assert track.remaining.high - track.remaining.low < first


def test_a_panel_that_comes_late_counts_the_pace_from_what_it_saw(qapp):
    clock = Clock()
    track = Track(job("a", Running(done=900, total=1000)), clock=clock)
    clock.now += 10
    track.take(event(track.job, Running(done=910, total=1000)))
    assert track.remaining.low < 90 < track.remaining.high


def test_a_clock_of_the_day_that_jumps_does_not_spoil_durations(qapp):
    clock = Clock()
    track = Track(job("a", Queued()), clock=clock)
    assert track.elapsed == 0
    track.take(event(track.job, Preparing(), EARLY + timedelta(days=400)))
    clock.now += 7
    assert track.elapsed == pytest.approx(7)
    track.take(event(track.job, Ready(result=deliverable()), EARLY + timedelta(days=401)))
    clock.now += 1000
    assert track.elapsed == pytest.approx(7)
    ahead = Track(job("b", Preparing(), started=EARLY + timedelta(days=36500)), clock=clock)
    assert ahead.elapsed == 0


def test_old_news_is_not_taken(qapp):
    track = Track(job("a", Running(done=5, total=9), updated=EARLY + timedelta(seconds=5)), clock=Clock())
    assert not track.take(event(track.job, Preparing(), EARLY))
    assert track.job.state.done == 5


@pytest.mark.parametrize(
    ("state", "words", "tone"),
    [
        (Queued(ahead=3), ["Waiting", "3 job"], Tone.DIM),
        (Queued(ahead=0), ["Next in line"], Tone.DIM),
        (Running(done=1, total=4), ["At work", "1 of 4"], Tone.BUSY),
        (Ready(result=deliverable()), ["shot_hdr_v001", "Ready", "132 frame", "MaxCLL 812"], Tone.GOOD),
        (Ready(result=deliverable(warnings=["Odd."])), ["Odd."], Tone.GOOD),
        (PLACED, ["On the timeline", "There."], Tone.GOOD),
        (FAILED, ["Failed", "The engine failed.", "Retry it."], Tone.BAD),
        (Cancelled(may_be_billed=True), ["Cancelled", "may still bill"], Tone.DIM),
        (Unknown(), ["Not known", "may still bill"], Tone.CARE),
    ],
)
def test_every_state_says_what_matters(qapp, state, words, tone):
    told = card(Track(job("a", state), clock=Clock()), service=None)
    for word in words:
        assert word in told.spoken
    assert told.note.tone is tone


def test_a_job_that_may_not_be_billed_does_not_say_so(qapp):
    assert "bill" not in spoken(Track(job("a", Cancelled()), clock=Clock()))


def test_what_was_expected_is_said_until_the_pace_is_known(qapp):
    expected = Estimate(seconds=Seconds(low=60, high=90), cost=0.4, jobs=3)
    track = Track(job("a", Queued()), expected, clock=Clock())
    assert "1 min" in spoken(track)
    assert "$0.40" in spoken(track)


def test_at_work_stands_above_what_waits_and_the_history(model):
    made = [
        job("old", Ready(result=deliverable()), created=EARLY - timedelta(days=1)),
        job("new", FAILED),
        job("second", Queued(ahead=2)),
        job("first", Queued(ahead=1)),
        job("now", Running(done=1, total=2)),
    ]
    model.take_list(made)
    order = JobsOrder()
    order.setSourceModel(model)

    def shown():
        return [order.index(row, 0).data(JOB).id for row in range(order.rowCount())]

    assert shown() == ["now", "first", "second", "new", "old"]
    model.take_events([event(made[4], Ready(result=deliverable())), event(made[3], Preparing())])
    assert shown() == ["first", "second", "new", "now", "old"] or shown()[:2] == ["first", "second"]
    order.search("engine", starred=False)
    assert shown() == []
    order.search("FAILED shot", starred=False)
    assert shown() == ["new"]
    model.take_job(made[0].model_copy(update={"starred": True}))
    order.search("", starred=True)
    assert shown() == ["old"]


def test_an_unknown_job_asks_for_the_list_and_an_end_is_told_once(model, qtbot):
    one = job("a", Running(done=1, total=2))
    model.take_list([one])
    with qtbot.waitSignal(model.unknown):
        model.take_events([event(job("zz"), Preparing())])
    ended = []
    model.ended.connect(ended.append)
    model.take_events([event(one, Ready(result=deliverable()))])
    model.take_events([event(one, PLACED)])
    assert [each.id for each in ended] == ["a"]


@pytest.fixture
def view(asked, model, qtbot):
    view = JobsView(asked, model)
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.show()
    return view


def choose(view, *ids):
    selection = view.list.selectionModel()
    selection.clearSelection()
    order = view.list.model()
    for row in range(order.rowCount()):
        index = order.index(row, 0)
        if index.data(JOB).id in ids:
            selection.select(index, QItemSelectionModel.SelectionFlag.Select)


def test_only_what_fits_the_chosen_jobs_can_be_done(view, model):
    model.take_list(
        [job("run", Running()), job("ok", Ready(result=deliverable())), job("bad", FAILED), job("in", PLACED)]
    )

    def possible(*ids):
        choose(view, *ids)
        return {action.objectName() for action in view.commands if action.isEnabled()} - {
            "cancel_all",
            "finish_current",
            "reuse",
            "star",
        }

    assert possible() == set()
    assert possible("run") == {"cancel"}
    assert possible("ok") == {"import", "reveal", "forget"}
    assert possible("in") == {"import", "reveal", "forget", "revert"}
    assert possible("bad") == {"retry", "problem", "forget"}
    assert possible("run", "bad") == {"cancel", "retry", "problem", "forget"}


def test_what_is_done_goes_to_the_bridge(view, model, asked):
    model.take_list([job("a", Running()), job("b", Queued()), job("c", FAILED)])
    choose(view, "a", "b", "c")
    view.command("cancel").trigger()
    view.command("retry").trigger()
    view.command("star").trigger()
    view.finish_current.trigger()
    view.cancel_all.trigger()
    posted = [each for each in asked.calls if each[0] == "POST" and "view" not in each[1]]
    assert posted == [
        ("POST", "/v1/jobs/a/cancel", {}),
        ("POST", "/v1/jobs/b/cancel", {}),
        ("POST", "/v1/jobs/c/retry", {}),
        ("POST", "/v1/jobs/a/star", {"starred": True}),
        ("POST", "/v1/jobs/b/star", {"starred": True}),
        ("POST", "/v1/jobs/c/star", {"starred": True}),
        ("POST", "/v1/queue/cancel", {"waiting_only": True}),
        ("POST", "/v1/queue/cancel", {"waiting_only": False}),
    ]
    assert calls.cancel_all(waiting_only=True).params == {"waiting_only": True}


def test_finish_current_is_offered_only_while_something_waits(view, model):
    one = job("a", Running())
    model.take_list([one])
    assert not view.finish_current.isEnabled()
    assert view.cancel_all.isEnabled()
    model.take_list([job("b", Queued())])
    assert view.finish_current.isEnabled()


def test_pictures_are_asked_for_as_rows_come_into_view(view, model, asked, qtbot):
    jobs = [job(f"j{n}", Ready(result=deliverable()), created=EARLY - timedelta(minutes=n)) for n in range(200)]
    model.take_list(jobs)
    view.grab()
    qtbot.waitUntil(lambda: asked._at_once == 0 and bool(asked.calls))
    qtbot.wait(50)
    assert 0 < len(asked.calls) < 60
    assert asked.most_at_once <= 2
    assert isinstance(model.index(0).data(Qt.ItemDataRole.DecorationRole), QImage)


def test_a_row_can_be_heard(model):
    model.take_list([job("a", Running(done=1, total=4))])
    text = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.startswith("shot.mov. At work. Lifting 1 of 4")
    assert model.index(0).data(CARD).title == "shot.mov"

"""Between the panel and its host: the desk, what is selected, what is imported and taken back."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer

from bridge.domain.capability import Capability, Limits
from bridge.domain.color import OutputColor
from bridge.domain.cut import TimelineClip
from bridge.domain.errors import SourceNotSdr
from bridge.domain.host import HostClip, HostFailure
from bridge.domain.hosted import source_spec, timeline_clip
from bridge.domain.job import Cancelled, Imported, Job, PlacementRecord, Ready, Running
from bridge.domain.price import Price
from bridge.domain.view import ClipReport
from bridge.domain.workflow import FollowUp, Origin
from qt_panels.cards import CARD
from qt_panels.clips.manner import Manner
from qt_panels.clips.model import ClipsModel
from qt_panels.clips.view import ClipsView
from qt_panels.host_desk import HostDesk
from qt_panels.importing import Importing
from qt_panels.jobs.model import JobsModel
from qt_panels.link import Link
from qt_panels.memory import Look, Memory, Preferences
from qt_panels.panel import Panel
from qt_panels.pictures import Pictures
from tests.fakes.host import FakeHost, retimed
from tests.panel.made import deliverable, event, job

CLIP = HostClip(
    "V1/1", "shot", "/plates/shot.mov", rate="24000/1001", source_rate="24000/1001", record_end=10, source_end=10
)
OTHER = HostClip("V1/2", "other", "/plates/other.mov", rate="24", source_rate="24", record_end=10, source_end=10)


class Asked(QObject):
    """Answers what is known of a clip by its path, and records what the bridge is told of jobs."""

    def __init__(self):
        super().__init__()
        self.reports = {}
        self.told = []
        self.jobs = None

    def ask(self, owner, call, then, fail=None, *, key=None):
        if call.path == "/v1/view/clip":
            report = next((r for path, r in self.reports.items() if path in call.content), ClipReport())
            QTimer.singleShot(0, lambda: then(report))
        elif call.path.endswith(("/imported", "/reverted")):
            self.told.append(call.path)
            self._move(call, then)

    def _move(self, call, then):
        old = self.jobs.job(call.path.split("/")[3])
        result = old.state.result
        if call.path.endswith("/imported"):
            state = Imported(result=result, placement=PlacementRecord.model_validate_json(call.content))
        else:
            state = Ready(result=result)
        QTimer.singleShot(0, lambda: then(old.model_copy(update={"state": state})))


@pytest.fixture
def asked(qapp):
    return Asked()


def desk_of(host, request):
    desk = HostDesk(host)
    request.addfinalizer(desk.stop)
    return desk


def report(frames=48, **changes):
    fields = {"width": 1920, "height": 1080, "rate": Fraction(24), "frames": 500, "start": 0, "end": frames}
    return ClipReport(**(fields | changes))


def test_a_slow_host_keeps_nobody_waiting_and_is_called_from_one_thread(qtbot, request):
    host = FakeHost(CLIP)
    host.delay = 0.1
    desk, answers = desk_of(host, request), []
    for _ in range(3):
        desk.ask(desk, lambda host: host.selection(), answers.append)
    assert answers == []
    qtbot.waitUntil(lambda: len(answers) == 3)
    assert len(host.threads) == 1
    assert threading.main_thread() not in host.threads


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (HostFailure("No.", kind="unsupported"), "HostUnsupported"),
        (HostFailure("No."), "HostRefused"),
        (HostFailure("No.", kind="lost"), "HostLost"),
        (HostFailure("No.", kind="busy"), "HostBusy"),
        (ZeroDivisionError("a defect"), "InternalError"),
    ],
)
def test_what_a_host_says_becomes_an_error_of_ours(qtbot, request, failure, kind):
    host = FakeHost()
    host.fails = failure
    desk, errors = desk_of(host, request), []
    desk.ask(desk, lambda host: host.facts(), pytest.fail, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert errors[0].kind == kind
    assert errors[0].remedy


def test_closing_does_not_wait_for_the_host(qtbot):
    host = FakeHost()
    host.delay = 0.2
    desk = HostDesk(host)
    desk.ask(desk, lambda host: host.facts(), lambda _: None)
    desk.stop()
    assert not host.closed
    qtbot.waitUntil(lambda: host.closed)


def test_a_slow_host_is_asked_no_more_than_it_can_answer(qtbot, tmp_path):
    host = FakeHost(CLIP)
    host.delay = 0.05  # twice for each look
    calls = []
    asked = host.selection
    host.selection = lambda: (calls.append(1), asked())[1]
    panel = Panel(Link(tmp_path), host, Memory.in_file(tmp_path / "memory.ini"))
    qtbot.addWidget(panel)
    panel.watch.poll.setInterval(5)
    qtbot.wait(1000)
    assert 3 <= len(calls) <= 11
    for _ in range(50):
        panel.refresh_host()
    before = len(calls)
    host.select(OTHER)
    qtbot.waitUntil(lambda: [row.clip for row in panel.clips_model.rows] == [OTHER])
    assert len(calls) - before < 25
    panel.close_down()
    panel.refresh_host()
    qtbot.waitUntil(lambda: host.closed)


def test_a_clip_of_a_host_is_the_clip_of_a_timeline(qapp):
    cut = timeline_clip(CLIP)
    assert isinstance(cut, TimelineClip)
    assert (cut.rate, cut.media, cut.source_end) == (Fraction(24000, 1001), Path("/plates/shot.mov"), 10)
    assert source_spec(CLIP, 12).handles == 12
    bare = HostClip("c", "shot.mov", "/plates/shot.mov", on_timeline=False)
    assert source_spec(bare, 12).model_dump(exclude_defaults=True) == {"path": Path("/plates/shot.mov")}
    assert set(TimelineClip.model_fields) <= set(HostClip.__dataclass_fields__)


def clips_of(asked, *clips):
    from bridge.domain.host import Selection

    model = ClipsModel(asked, Pictures(asked))
    model.take_selection(Selection("1", clips), 0)
    return model


def test_what_is_wrong_with_a_clip_is_said_before_the_click(asked, qtbot):
    hdr = SourceNotSdr("“other.mov” is HLG already.").report()
    asked.reports = {
        "shot.mov": report(600, warnings=("The clip is interlaced.",)),
        "other.mov": ClipReport(error=hdr),
    }
    offline = HostClip("V1/3", "gone", None, liftable=False, reason="The media is offline.")
    model = clips_of(asked, CLIP, OTHER, offline, retimed(CLIP))
    qtbot.waitUntil(lambda: all(row.report for row in model.rows if row.clip.media))
    spoken = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(4)]
    assert "600 frame" in spoken[0]
    assert "interlaced" in spoken[0]
    assert "HLG already" in spoken[1]
    assert "offline" in spoken[2]
    assert "retimed" in spoken[3]
    assert [row.clip for row in model.ready] == [CLIP]
    short = Capability(
        backend="far",
        workflow="hdr_lift",
        title="Far",
        description="",
        kind="generative",
        runs="remote",
        parameters={},
        limits=Limits(max_frames=481),
        output_colors=(OutputColor.LIN_REC709,),
        reports_progress=True,
        price=Price(per_megapixel=0.0027),
    )
    model.set_looks(lambda _: Manner(short, Look(backend="far")), lambda clip: clip == "V1/1")
    model.look_again()
    assert model.ready == ()
    card = model.index(0).data(CARD)
    assert "600 frames of at most 481" in card.spoken
    assert card.note.text == "Own settings"


def test_what_is_known_of_a_clip_that_stays_is_not_asked_again(asked, qtbot):
    from bridge.domain.host import Selection

    asked.reports = {"shot.mov": report()}
    model = clips_of(asked, CLIP)
    view = ClipsView(model)
    qtbot.addWidget(view)
    qtbot.waitUntil(lambda: model.rows[0].report is not None)
    model.take_selection(Selection("2", (OTHER, CLIP)), 0)
    assert [row.report is not None for row in model.rows] == [False, True]
    model.take_selection(Selection("3", (CLIP,)), 24)
    assert model.rows[0].report is None


@pytest.fixture
def trade(asked, qtbot, request):
    """A host, the jobs of one click, and what imports them."""

    def open(host, *jobs, **wishes):
        model = JobsModel(Pictures(asked))
        asked.jobs = model
        desk = desk_of(host, request)
        importing = Importing(asked, desk, model, lambda: Preferences(**wishes))
        importing.told.connect(lambda sentence, _: sentences.append(sentence))
        importing.failed.connect(errors.append)
        importing.set_host(host.facts())
        model.take_list(jobs)
        return importing, model

    sentences, errors = [], []
    open.sentences, open.errors = sentences, errors
    return open


def of_click(id, state=None, project="/projects/cut.otio", host="fake", batch="b") -> Job:
    origin = Origin(host=host, project=project, project_title="cut", clip="V1/1", batch=batch)
    return job(id, state or Running(), origin=origin)


READY = Ready(result=deliverable())


def test_a_host_that_writes_files_gets_the_whole_click_at_once(trade, qtbot):
    host = FakeHost()
    importing, model = trade(host)
    importing.begin("b")
    one, two, three = (of_click(id) for id in "123")
    model.take_list([one])
    model.take_events([event(one, READY)])
    model.take_list([two, three])
    importing.complete("b")
    model.take_events([event(two, Cancelled())])
    qtbot.wait(50)
    assert host.orders == []
    model.take_events([event(three, READY)])
    qtbot.waitUntil(lambda: bool(trade.sentences))
    assert [[result.job for result in order.results] for order in host.orders] == [["1", "3"]]
    qtbot.waitUntil(lambda: isinstance(model.job("3").state, Imported))
    assert model.job("1").state.placement.placement == "p1"


@pytest.mark.parametrize("together", [True, False])
def test_a_movie_that_is_lifted_afterwards_waits_for_that(trade, qtbot, together):
    host = FakeHost(together=together)
    movie = of_click("1")
    movie = movie.model_copy(
        update={
            "request": movie.request.model_copy(
                update={"workflow": "inpaint", "backend": "fal", "then": FollowUp(backend="embedded")}
            )
        }
    )
    importing, model = trade(host, movie)
    importing.begin("b")
    importing.complete("b")
    model.take_events([event(movie, READY)])
    qtbot.wait(50)
    assert host.orders == []
    lift = of_click("2")
    lift = lift.model_copy(update={"request": lift.request.model_copy(update={"follows": "1"})})
    model.take_list([lift])
    model.take_events([event(lift, READY)])
    qtbot.waitUntil(lambda: bool(trade.sentences))
    assert [[result.job for result in order.results] for order in host.orders] == [["2"]]


def test_a_movie_is_placed_by_its_own_name_as_video(trade, qtbot):
    host = FakeHost()
    made = deliverable(kind="movie", pattern="shot_inpaint_v001.mp4", color=None, first=0, last=131)
    importing, model = trade(host, of_click("1", Ready(result=made)))
    importing.put(model.jobs)
    qtbot.waitUntil(lambda: bool(trade.sentences))
    (result,) = host.orders[0].results
    assert (result.pattern, result.color, result.first, result.last) == ("shot_inpaint_v001.mp4", "rec709", 0, 131)


def test_other_hosts_get_each_as_it_comes(trade, qtbot):
    host = FakeHost(together=False)
    importing, model = trade(host, one := of_click("1"), of_click("2"))
    importing.begin("b")
    model.take_events([event(one, READY)])
    qtbot.waitUntil(lambda: bool(trade.sentences))
    assert [len(order.results) for order in host.orders] == [1]


@pytest.mark.parametrize("wishes", [{"import_when_ready": False}, {}])
def test_nothing_is_imported_that_nobody_asked_for(trade, qtbot, wishes):
    host = FakeHost()
    importing, model = trade(host, one := of_click("1"), **wishes)
    if wishes:
        importing.begin("b")
        importing.complete("b")
    model.take_events([event(one, READY)])
    qtbot.wait(100)
    assert host.orders == []


def test_by_hand_again_and_back(trade, qtbot):
    host = FakeHost()
    importing, model = trade(host, of_click("1", READY), conflict="replace")
    importing.put(model.jobs)
    qtbot.waitUntil(lambda: isinstance(model.job("1").state, Imported))
    assert host.orders[0].conflict == "replace"
    importing.take_back(model.jobs)
    qtbot.waitUntil(lambda: isinstance(model.job("1").state, Ready))
    assert host.placed == {}
    assert trade.sentences == ["1 placed.", "1 taken out."]


def test_a_result_never_lands_in_another_project(trade, qtbot):
    host = FakeHost()
    importing, model = trade(host, of_click("1", READY), of_click("2", READY, host="resolve"), job("3", READY))
    host.project = "/projects/other.otio"
    importing.put(model.jobs)
    qtbot.waitUntil(lambda: len(trade.errors) == 3)
    assert {error.kind for error in trade.errors} == {"HostUnsupported", "HostRefused"}
    assert host.placed == {}
    assert all(isinstance(each.state, Ready) for each in model.jobs)

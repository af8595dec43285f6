"""Clips that only their host can render: a real panel, a real bridge, and a host that writes real frames."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from PySide6.QtCore import Qt

from bridge.client import plates
from bridge.domain.capability import Capability, Limits
from bridge.domain.color import OutputColor
from bridge.domain.host import Exported, HostClip, HostFailure
from bridge.domain.job import Imported, Ready, is_final
from bridge.domain.price import Price
from bridge.domain.view import ClipReport
from bridge.domain.workflow import SourceSpec
from qt_panels.cards import CARD
from qt_panels.clips.manner import Manner
from qt_panels.clips.model import ClipRow
from qt_panels.memory import Look
from qt_panels.plan import plan, work_of
from tests.clips import write_numbered, write_numbered_pngs
from tests.fakes.host import FakeHost, retimed
from tests.panel.made import job

CUT = 4
"""Frames of each clip between its cuts."""


def rendered(clip, folder, handles):
    """Frames numbered like the cut's source, of which there is one handle less at the end."""
    first, count = 1001 - handles, CUT + 2 * handles - 1
    write_numbered_pngs(folder / "r.%08d.png", range(first, first + count))
    return Exported(str(folder / "r.%08d.png"), "25", first, count, handles, handles - 1)


def clip(place, media=None, **more):
    fields = {"rate": "25", "source_rate": "25", "record_end": CUT, "source_end": CUT}
    return HostClip(f"V1/{place}", f"shöt {place}", media, **(fields | more))


def compound(place):
    return clip(place, liftable=False, exportable=True, reason="A compound clip has no media of its own.")


@pytest.fixture
def movie(tmp_path):
    return write_numbered(tmp_path / "plain.mp4", 8, options={"crf": "1", "preset": "ultrafast"})


@pytest.fixture
def opened(stage, tmp_path):
    def open(host):
        stage.memory.preferences = stage.memory.preferences.model_copy(update={"folder": str(tmp_path / "out")})
        panel = stage.open_beside(host).panel
        stage.until(lambda: len(panel.clips_model.ready) == len(host.clips) and panel.go.button.isEnabled())
        return panel

    return open


def folders(tmp_path):
    return sorted(path.name for path in (tmp_path / "out" / "plates").glob("*"))


def over(panel, count):
    jobs = panel.jobs_model.jobs
    return len(jobs) == count and all(is_final(each.state) for each in jobs)


def test_a_clip_that_only_the_host_can_render_comes_back_to_its_place(stage, tmp_path, opened):
    host = FakeHost(compound(1), renders=rendered)
    panel = opened(host)
    card = panel.clips_model.index(0).data(CARD)
    assert card.lines[-1].text == "Fake renders it first. A compound clip has no media of its own."
    assert "8 frame(s)" in card.spoken  # four, and two handles at each end
    assert panel.go.button.text().startswith("Lift 1 clip(s)")
    stage.click(panel.go.button)
    stage.until(lambda: over(panel, 1) and bool(host.orders))
    stage.until(lambda: isinstance(panel.jobs_model.jobs[0].state, Imported))
    done = panel.jobs_model.jobs[0]
    assert done.request.origin.clip == "V1/1"
    assert done.request.source.path.parent.parent.parent == tmp_path / "out" / "plates"
    made = done.state.result
    assert (made.first, made.frames, made.handles_before, made.handles_after) == (999, 7, 2, 1)
    assert made.rate == 25
    assert made.directory.name == "shöt 1_hdr_v001"
    (result,) = host.orders[0].results
    assert (result.clip, result.first, result.last, result.handles_before, result.handles_after) == (
        "V1/1",
        999,
        1005,
        2,
        1,
    )
    assert not panel.rendering.isVisible()
    # The plate is there while the job can be tried again, and goes with it.
    assert len(folders(tmp_path)) == 1
    panel.jobs.select(done.id)
    panel.jobs.command("forget").trigger()
    stage.until(lambda: panel.jobs_model.jobs == () and folders(tmp_path) == [])
    assert made.directory.is_dir()
    assert panel.problems.problems == ()


def test_others_go_on_while_the_host_renders_and_after_it_has_failed(stage, tmp_path, opened, movie):
    host = FakeHost(clip(1, str(movie)), compound(2), compound(3), renders=rendered)
    host.render_fails["V1/2"] = HostFailure("The render failed.", remedy="Look at the render queue.")
    host.gate.clear()
    panel = opened(host)
    stage.click(panel.go.button)
    stage.until(lambda: panel.rendering.isVisible())
    assert panel.rendering.label.text() == "Fake renders “shöt 2” first, 1 of 2."
    stage.until(lambda: over(panel, 1))  # what needs no host is done meanwhile
    assert isinstance(panel.jobs_model.jobs[0].state, Ready)
    assert len(folders(tmp_path)) == 1
    host.gate.set()
    stage.until(lambda: over(panel, 2) and bool(host.orders))
    assert [problem.sentence.text() for problem in panel.problems.problems] == ["“shöt 2”: The render failed."]
    # The one that failed has left nothing behind, and what is ready of the click was placed together.
    assert [name.rpartition("_")[0] for name in folders(tmp_path)] == ["shöt_3"]
    assert sorted(result.clip for result in host.orders[0].results) == ["V1/1", "V1/3"]
    assert [call for call in host.calls if call[0] == "export"] == [("export", "V1/2"), ("export", "V1/3")]
    assert not panel.rendering.isVisible()


def test_stopped_renders_are_thrown_away_and_the_rest_of_the_click_is_placed(stage, tmp_path, opened, movie):
    host = FakeHost(clip(1, str(movie)), compound(2), compound(3), renders=rendered)
    host.gate.clear()
    panel = opened(host)
    stage.click(panel.go.button)
    stage.until(lambda: over(panel, 1))
    assert host.orders == []  # more of the click may come
    stage.click(panel.rendering.button)
    assert "Stops when Fake has rendered “shöt 2”" in panel.rendering.label.text()
    assert not panel.rendering.button.isVisible()
    host.gate.set()
    stage.until(lambda: bool(host.orders))
    assert [call for call in host.calls if call[0] == "export"] == [("export", "V1/2")]
    assert len(panel.jobs_model.jobs) == 1
    assert folders(tmp_path) == []
    assert panel.problems.problems == ()
    # And the next click renders again.
    stage.until(lambda: not panel.rendering.isVisible())
    host.select(compound(2))
    stage.until(lambda: len(panel.clips_model.ready) == 1)
    stage.click(panel.go.button)
    stage.until(lambda: over(panel, 2))


def test_a_window_that_closes_while_the_host_renders_leaves_nothing_behind(stage, tmp_path, opened):
    host = FakeHost(compound(1), compound(2), renders=rendered)
    host.gate.clear()
    panel = opened(host)
    stage.click(panel.go.button)
    stage.until(lambda: len(folders(tmp_path)) == 1)
    panel.window().close()
    host.gate.set()
    stage.until(lambda: host.closed and folders(tmp_path) == [])
    assert [call for call in host.calls if call[0] == "export"] == [("export", "V1/1")]


def fewer(clip, folder, handles):
    return replace(rendered(clip, folder, handles), frames=20)


def nothing(clip, folder, handles):
    return Exported(str(folder / "r.mov"), "25", 1001, 8)


def all_handles(clip, folder, handles):
    return replace(rendered(clip, folder, handles), handles_after=5)


def no_rate(clip, folder, handles):
    return replace(rendered(clip, folder, handles), rate="fast")


@pytest.mark.parametrize(
    ("renders", "sentence"),
    [
        (fewer, "The host has rendered 7 frames instead of 20."),
        (nothing, "“r.mov” was not found"),
        (all_handles, "What the host has rendered cannot be used."),
        (no_rate, "What the host has rendered cannot be used."),
    ],
)
def test_no_host_is_believed(stage, tmp_path, opened, renders, sentence):
    host = FakeHost(compound(1), renders=renders)
    panel = opened(host)
    stage.click(panel.go.button)
    stage.until(lambda: bool(panel.problems.problems))
    text = panel.problems.problems[0].sentence.text()
    assert text.startswith("“shöt 1”: ")
    assert sentence in text
    stage.until(lambda: folders(tmp_path) == [] and not panel.rendering.isVisible())
    assert panel.jobs_model.jobs == ()


def test_nothing_is_rendered_in_another_project(stage, tmp_path, opened):
    host = FakeHost(compound(1), compound(2), renders=rendered)
    host.gate.clear()
    panel = opened(host)
    stage.click(panel.go.button)
    stage.until(lambda: ("export", "V1/1") in host.calls)
    host.project = "/projects/other.otio"
    host.gate.set()
    stage.until(lambda: bool(panel.problems.problems))
    assert panel.problems.problems[0].sentence.text() == "“shöt 2”: Another project was opened meanwhile."
    assert ("export", "V1/2") not in host.calls


def test_an_output_folder_that_cannot_be_written_is_told(stage, tmp_path, opened):
    host = FakeHost(compound(1), renders=rendered)
    (tmp_path / "out").write_text("a file")
    panel = opened(host)
    stage.click(panel.go.button)
    stage.until(lambda: bool(panel.problems.problems))
    assert panel.problems.problems[0].report.kind == "OutputNotWritable"
    assert [call for call in host.calls if call[0] == "export"] == []


def test_a_retimed_clip_is_shown_and_charged_as_what_will_be_rendered(qapp):
    found = ClipReport(width=1280, height=720, rate=Fraction(50), frames=500, start=0, end=500)
    row = ClipRow(retimed(clip(1, "/plates/a.mov"), exportable=True), found, renders=121)
    far = Capability(
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
        price=Price(per_megapixel=0.0027075),
    )
    known = work_of(row, Manner(far, Look(backend="far")))
    assert known.cost == 0.31
    assert row.expected.rate == 25
    # Of a compound clip nobody knows the size before it is rendered: the click asks first.
    unknown = work_of(ClipRow(compound(1), None, renders=121), Manner(far, Look(backend="far")))
    assert unknown.cost is None
    assert plan(1, [(known, "")], "").cost_known
    assert not plan(2, [(known, ""), (unknown, "")], "").cost_known


def test_hosts_that_cannot_render_have_no_such_clips(stage, opened, movie):
    host = FakeHost(clip(1, str(movie)))
    panel = opened(host)
    host.select(compound(2), clip(1, str(movie)))
    stage.until(lambda: len(panel.clips_model.rows) == 2 and len(panel.clips_model.ready) == 1)
    spoken = panel.clips_model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("A compound clip has no media of its own.")


def test_plates_go_only_with_the_last_job_that_reads_them(tmp_path, qtbot):
    made = plates.fresh(tmp_path, "a/b: c")
    assert made.folder.parent == tmp_path / "plates"
    (made.render / "r.png").write_bytes(b"x")
    source = SourceSpec(path=made.render / "r.%04d.png")
    one, two = job("1"), job("2")
    first = one.request.model_copy(update={"source": source})
    plates.remove_of(first, [two.request, first])
    plates.remove_of(two.request.model_copy(update={"source": SourceSpec(path=tmp_path / "x.mov")}), [])
    qtbot.wait(100)
    assert made.folder.is_dir()
    plates.remove_of(first, [two.request])
    qtbot.waitUntil(lambda: not made.folder.exists())
    # A folder that is none of ours stays, whatever it is called.
    own = tmp_path / "plates" / "mine_12345678" / "render"
    own.mkdir(parents=True)
    plates.remove_of(first.model_copy(update={"source": SourceSpec(path=own / "r.mov")}), [])
    plates.remove(plates.Plates(own.parent))
    qtbot.wait(100)
    assert own.is_dir()

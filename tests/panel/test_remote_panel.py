"""Remote workflows from the panel: a real window, a real bridge, and fal and Oxen on this machine."""

from __future__ import annotations

import numpy as np
import opentimelineio as otio
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMessageBox

from bridge.client import calls
from bridge.domain.job import Cancelled, Imported, Ready, Unknown, is_final
from qt_panels.cards import CARD
from qt_panels.memory import Look
from qt_panels.settings.dialog import SettingsDialog
from tests.acceptance.test_timelines import video_tracks
from tests.clips import numbered_luma, write_numbered, write_png
from tests.endpoints import Endpoint, Fault

FRAMES = 20


@pytest.fixture
def endpoint(monkeypatch):
    with Endpoint() as one:
        for name, value in one.environment.items():
            monkeypatch.setenv(name, value)
        yield one


@pytest.fixture
def clip(tmp_path):
    return write_numbered(tmp_path / "shot.mp4", FRAMES, options={"crf": "1", "preset": "ultrafast"})


@pytest.fixture(params=[".otio", ".fcpxml"])
def timeline(request, tmp_path, clip):
    span = otio.opentime.TimeRange(otio.opentime.RationalTime(2, 25), otio.opentime.RationalTime(12, 25))
    whole = otio.opentime.TimeRange(otio.opentime.RationalTime(0, 25), otio.opentime.RationalTime(FRAMES, 25))
    made = otio.schema.Timeline("cut")
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    track.append(otio.schema.Clip("shot", otio.schema.ExternalReference(clip.as_uri(), whole), span))
    made.tracks.append(track)
    path = tmp_path / f"cut{request.param}"
    otio.adapters.write_to_file(made, str(path))
    return path


@pytest.fixture
def mask(tmp_path):
    path = tmp_path / "hole.png"
    write_png(path, np.stack([numbered_luma(3)] * 3))
    return path


def opened(stage, source, **look):
    """A window with the one clip of `source` selected and `look` for it."""
    stage.memory.look = Look(**look)
    stage.memory.preferences = stage.memory.preferences.model_copy(update={"folder": str(source.parent / "out")})
    window = stage.open(source)
    panel = window.panel
    stage.until(lambda: bool(window.host.opened.clips))
    window.browser.select_all()
    stage.until(lambda: len(panel.clips_model.rows) == 1 and panel.clips_model.rows[0].report is not None)
    stage.until(lambda: panel.look.capability_of("") is not None and bool(panel.look.choice.states))
    return window


def the_job(panel):
    (job,) = panel.jobs_model.jobs
    return job


def confirmed(stage, panel):
    """Where it is not known what the work costs, a click alone is not enough."""
    stage.click(panel.go.button)
    box = next(each for each in panel.go.findChildren(QMessageBox) if each.isVisible())
    next(each for each in box.buttons() if each.text() == "Send").click()


def spoken(panel, row=0):
    return panel.jobs_model.index(row).data(CARD).spoken


def test_a_new_clip_is_made_lifted_and_put_onto_the_timeline(stage, endpoint, timeline):
    window = opened(
        stage,
        timeline,
        backend="fal",
        workflow="reference_video_to_video",
        values={"prompt": "a street at night"},
        then_lift=True,
    )
    panel = window.panel
    # 12 frames and two handles at each end of 96 x 64, padded to 17 of the form 8n+1: one megapixel at $0.0024075.
    assert panel.go.button.text() == "Make 1 clip(s) anew, $0.01"
    assert panel.look.then_lift.isVisible()
    assert panel.look.then_lift.isChecked()
    stage.click(panel.go.button)
    stage.until(
        lambda: len(panel.jobs_model.jobs) == 2 and all(is_final(each.state) for each in panel.jobs_model.jobs)
    )
    stage.until(lambda: any(isinstance(each.state, Imported) for each in panel.jobs_model.jobs))
    (sent,) = endpoint.jobs
    assert (sent.body["prompt"], sent.body["num_frames"]) == ("a street at night", 17)
    movie = next(each for each in panel.jobs_model.jobs if each.request.then)
    lift = next(each for each in panel.jobs_model.jobs if each.request.follows == movie.id)
    assert movie.request.max_cost == 0.01
    # The lift is what is wanted; the movie on the way to it can be imported by hand.
    assert isinstance(movie.state, Ready)
    assert isinstance(lift.state, Imported)
    assert "up to less than $0.01" in next(s for s in (spoken(panel, 0), spoken(panel, 1)) if "rec709," in s)

    made = timeline.with_name(f"cut_hdr{timeline.suffix}")
    names = [[clip.name for clip in track.find_clips()] for track in video_tracks(made)]
    assert names[-1] == [lift.state.result.directory.name]

    panel.importing.put([movie])
    stage.until(lambda: isinstance(panel.jobs_model.job(movie.id).state, Imported))
    both = timeline.with_name(f"cut_hdr_v002{timeline.suffix}")
    placed = [clip for track in video_tracks(both) for clip in track.find_clips()]
    film = next(each for each in placed if each.name == movie.state.result.directory.name)
    assert film.media_reference.target_url.endswith(movie.state.result.pattern)
    assert film.source_range.duration.rescaled_to(25).value == 12

    # Both sides of a movie can be looked at.
    panel.jobs.select(movie.id)
    stage.until(lambda: isinstance(panel.viewer.canvas._images.get("after"), QImage))
    assert panel.problems.problems == ()


def test_what_is_needed_is_asked_for_before_the_click(stage, endpoint, clip, mask):
    window = opened(stage, clip, backend="fal", workflow="inpaint")
    panel = window.panel
    assert not panel.go.button.isEnabled()
    assert panel.go.button.text() == "Needs a mask: white where the picture is made anew."
    assert "Needs a mask" in panel.clips_model.index(0).data(CARD).spoken
    assert "“shot”" in panel.look.masks.about.text()
    panel.look.masks.put(panel.clips_model.rows[0].clip.id, mask)
    assert panel.go.button.text() == "“Prompt” has to be filled in"
    panel.look.form.fields["prompt"].set_value("a lake")
    assert panel.go.button.text() == "Inpaint 1 clip(s), cost not known"
    confirmed(stage, panel)
    stage.until(lambda: len(panel.jobs_model.jobs) == 1 and isinstance(the_job(panel).state, Ready))
    (sent,) = endpoint.jobs
    assert sent.body["mask_video_url"]
    assert the_job(panel).request.mask.path == mask
    assert the_job(panel).request.max_cost is None


def test_a_place_in_the_queue_and_the_last_words_of_the_engine_are_told(stage, endpoint, clip):
    endpoint.script.next("job", Fault.takes(1.5, queued=1.5, ahead=3))
    window = opened(stage, clip, backend="fal")
    panel = window.panel
    told, notes = set(), set()

    def listen(*_):
        card = panel.jobs_model.index(0).data(CARD)
        told.add(next((bar.label for bar in card.bars if bar.stage.name == "UNDER_WAY"), ""))
        notes.update(line.text for line in card.lines if line.small)

    panel.jobs_model.dataChanged.connect(listen)
    stage.click(panel.go.button)
    stage.until(lambda: len(panel.jobs_model.jobs) == 1 and isinstance(the_job(panel).state, Ready))
    assert told & {"3 before it at fal", "2 before it at fal", "1 before it at fal"}
    assert notes


def test_a_lost_answer_is_sent_again_only_after_a_yes(stage, endpoint, clip):
    endpoint.script.next("submit", Fault.drop_after_accept())
    window = opened(stage, clip, backend="fal")
    panel = window.panel
    stage.click(panel.go.button)
    stage.until(lambda: len(panel.jobs_model.jobs) == 1 and isinstance(the_job(panel).state, Unknown))
    assert len(endpoint.jobs) == 1
    assert "may be billed" in spoken(panel)
    assert "Look at fal" in spoken(panel)
    panel.jobs.select(the_job(panel).id)
    again = panel.jobs.command("send_again")
    assert again.isEnabled()
    assert not panel.jobs.command("retry").isEnabled()
    for answer, jobs in ((None, 1), ("Send again", 2)):
        again.trigger()
        box = next(each for each in panel.jobs.findChildren(QMessageBox) if each.isVisible())
        if answer:
            next(each for each in box.buttons() if each.text() == answer).click()
            stage.until(lambda: isinstance(the_job(panel).state, Ready))
        else:
            box.reject()
            stage.qtbot.wait(300)
        assert len(endpoint.jobs) == jobs


def test_what_failed_says_what_trying_again_costs(stage, endpoint, clip):
    endpoint.script.next("job", Fault.fails(500, error="CUDA error", error_type="internal_error"))
    window = opened(stage, clip, backend="fal")
    panel = window.panel
    stage.click(panel.go.button)
    stage.until(lambda: len(panel.jobs_model.jobs) == 1 and is_final(the_job(panel).state))
    assert "charged anew" in spoken(panel)
    endpoint.script.always("download", Fault.expired(404))
    panel.jobs.select(the_job(panel).id)
    panel.jobs.command("retry").trigger()
    stage.until(lambda: len(endpoint.jobs) == 2 and is_final(the_job(panel).state))
    assert the_job(panel).state.error.kind == "ResultGone"


def test_limits_and_keys_and_never_upload_stop_it_before_the_click(stage, endpoint, clip, monkeypatch):
    monkeypatch.delenv("OXEN_API_KEY")
    window = opened(stage, clip, backend="oxen")
    panel = window.panel
    assert panel.go.button.text() == "Oxen needs a key"
    assert panel.look.choice.key.isVisible()
    with stage.qtbot.waitSignal(panel.settings_wanted):
        panel.look.choice.key.click()
    window.findChild(SettingsDialog).reject()
    panel.look.use(Look(backend="fal"))
    stage.until(panel.go.button.isEnabled)
    panel.look.never_upload.click()
    stage.until(lambda: panel.go.button.text() == "“Never upload” is on")
    assert not panel.go.button.isEnabled()
    panel.look.never_upload.click()
    stage.until(panel.go.button.isEnabled)
    with stage.bridge() as bridge:
        settings = bridge.do(calls.settings())
        bridge.do(calls.change_settings(settings.model_copy(update={"spend_limit": 0.0})))
    panel.refresh_bridge()
    stage.until(lambda: not panel.go.button.isEnabled())
    assert panel.go.button.text() == "$0.01 for a clip is more than the $0.00 that you allow"
    assert endpoint.jobs == []


def test_a_cancelled_job_says_whether_it_may_be_billed(stage, endpoint, clip):
    endpoint.script.next("job", Fault.never())
    window = opened(stage, clip, backend="fal")
    panel = window.panel
    stage.click(panel.go.button)
    stage.until(lambda: len(panel.jobs_model.jobs) == 1 and the_job(panel).state.state == "running")
    panel.jobs.select(the_job(panel).id)
    panel.jobs.command("cancel").trigger()
    stage.until(lambda: isinstance(the_job(panel).state, Cancelled))
    assert ("may still bill" in spoken(panel)) == the_job(panel).state.may_be_billed

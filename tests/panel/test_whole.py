"""The panel as its user knows it: select, lift, watch, compare, import, revert. Bridge, clip and widgets are real."""

from __future__ import annotations

import os
import signal

import opentimelineio as otio
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from bridge.domain.job import Failed, Imported, Ready, is_final
from tests.acceptance.terminal import SAMPLE
from tests.acceptance.test_timelines import cut, video_tracks


def names(path):
    return [[clip.name for clip in track.find_clips()] for track in video_tracks(path)]


def lit(image, x, y):
    """Brightness, 0 to 255, of a grabbed widget at a share of its width and height."""
    return image.pixelColor(QPoint(int(x * (image.width() - 1)), int(y * (image.height() - 1)))).lightness()


def open_and_select(stage, source):
    window = stage.open(source)
    panel = window.panel
    stage.until(lambda: window.browser.isVisible() and bool(window.host.opened.clips))
    window.browser.select_all()
    stage.until(lambda: len(panel.clips_model.ready) == 2)
    return window


def lifted(stage, panel):
    stage.click(panel.go.button)
    stage.until(lambda: len(panel.jobs_model.jobs) == 2)
    stage.until(lambda: all(is_final(job.state) for job in panel.jobs_model.jobs))


def test_from_the_timeline_to_the_timeline_and_back(stage, tmp_path):
    source = cut(tmp_path / "cut.otio")
    before = source.read_bytes()
    window = open_and_select(stage, source)
    panel = window.panel
    assert panel.go.button.text().startswith("Lift 2")
    phases = set()
    panel.jobs_model.dataChanged.connect(lambda *_: phases.update(job.state.state for job in panel.jobs_model.jobs))
    lifted(stage, panel)
    assert {"preparing", "running"} <= phases

    # Imported by itself, both in one new file beside the old one.
    stage.until(lambda: all(isinstance(job.state, Imported) for job in panel.jobs_model.jobs))
    made = tmp_path / "cut_hdr.otio"
    assert [clip for track in names(made) for clip in track if "_hdr_v" in clip] == [
        "open_hdr_v001",
        "bunny_hdr_v001",
    ]
    assert source.read_bytes() == before
    assert panel.notice.isVisible()
    assert "cut_hdr.otio" in panel.notice.label.text()

    # Before and after.
    job = next(job for job in panel.jobs_model.jobs if "bunny" in job.state.result.directory.name)
    panel.jobs.select(job.id)
    viewer = panel.viewer
    stage.until(lambda: set(viewer.canvas._images) == {"after"})
    assert "SDR range untouched" in viewer.verdict.text()
    viewer._split.trigger()
    stage.until(lambda: set(viewer.canvas._images) == {"before", "after"})
    viewer.controls.exposure.entry.setValue(-3)
    stage.until(lambda: viewer.feed._shown == viewer.feed._order)
    viewer._split.trigger()
    shades = {}
    for side in ("after", "before"):
        stage.until(lambda side=side: viewer.feed._shown == viewer.feed._order and side in viewer.canvas._images)
        shades[side] = lit(viewer.canvas.grab().toImage(), 0.8, 0.3)
        viewer.command("toggle_side").trigger()
    # Three stops down, the sky is brighter than the source's, which ended at white.
    assert shades["after"] > shades["before"] + 20

    # Undone: the file is gone, the jobs are there.
    button = next(each for each in panel.notice.findChildren(QPushButton) if each.text() == "Revert")
    stage.click(button)
    stage.until(lambda: all(isinstance(job.state, Ready) for job in panel.jobs_model.jobs))
    assert not made.exists()
    assert panel.problems.problems == ()

    # And again, by hand.
    panel.jobs.select(job.id)
    panel.jobs.command("import").trigger()
    stage.until(lambda: isinstance(panel.jobs_model.job(job.id).state, Imported))
    assert [clip for track in names(made) for clip in track if "_hdr_v" in clip] == ["bunny_hdr_v001"]


def test_closing_asks_nothing_and_the_next_start_shows_the_job(stage, tmp_path):
    window = stage.open(SAMPLE)
    stage.until(lambda: bool(window.host.opened.clips))
    window.browser.select_all()
    stage.until(lambda: len(window.panel.clips_model.ready) == 1)
    stage.memory.preferences = stage.memory.preferences.model_copy(update={"folder": str(tmp_path / "out")})
    stage.click(window.panel.go.button)
    stage.until(lambda: any(job.state.state == "running" for job in window.panel.jobs_model.jobs))
    window.close()
    again = stage.open()
    stage.until(lambda: len(again.panel.jobs_model.jobs) == 1)
    stage.until(lambda: isinstance(again.panel.jobs_model.jobs[0].state, Ready))
    assert (tmp_path / "out" / "bigbuckbunny_hdr_v001").is_dir()


def test_a_bridge_that_dies_is_told_of_and_found_again(stage, tmp_path):
    window = stage.open(SAMPLE)
    panel = window.panel
    stage.until(lambda: bool(window.host.opened.clips))
    window.browser.select_all()
    stage.until(lambda: len(panel.clips_model.ready) == 1)
    stage.memory.preferences = stage.memory.preferences.model_copy(update={"folder": str(tmp_path / "out")})
    stage.click(panel.go.button)
    stage.until(lambda: any(job.state.state == "running" for job in panel.jobs_model.jobs))
    with stage.bridge() as bridge:
        pid = bridge.health().pid
    os.kill(pid, signal.SIGKILL)
    stage.until(panel.offline.isVisible)
    assert "does not answer" in panel.offline.label.text()
    stage.until(lambda: not panel.offline.isVisible())
    stage.until(lambda: isinstance(panel.jobs_model.jobs[0].state, Failed))
    assert panel.jobs_model.jobs[0].state.error.kind == "JobInterrupted"
    panel.jobs.select(panel.jobs_model.jobs[0].id)
    panel.jobs.command("retry").trigger()
    stage.until(lambda: isinstance(panel.jobs_model.jobs[0].state, Ready))


def test_offline_media_and_malformed_timelines_are_said_before_the_click(stage, tmp_path):
    gone = otio.schema.ExternalReference((tmp_path / "gone.mov").as_uri())
    span = otio.opentime.TimeRange(otio.opentime.RationalTime(0, 25), otio.opentime.RationalTime(10, 25))
    source = cut(tmp_path / "cut.otio", otio.schema.Clip("lost", gone, span))
    window = stage.open(source)
    panel = window.panel
    stage.until(lambda: bool(window.host.opened.clips))
    window.host.select([clip.id for clip in window.host.opened.clips])
    panel.refresh_host()
    stage.until(lambda: len(panel.clips_model.rows) == 1)
    stage.until(lambda: not panel.clips_model.rows[0].liftable and panel.clips_model.index(0).data() == "lost")
    assert not panel.go.button.isEnabled()

    def spoken():
        return panel.clips_model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)

    stage.until(lambda: "gone.mov" in spoken())
    bad = tmp_path / "bad.otio"
    bad.write_text("{")
    window.browser.open_paths([bad])
    stage.until(lambda: any("bad.otio" in label.text() for label in window.browser.findChildren(QLabel)))
    assert window.host.opened.clips[0].name == "lost"

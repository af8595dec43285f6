"""Masks that clips bring along, from the click to what the bridge is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import OpenEXR
import pytest

from bridge.domain.host import HostClip, HostMask
from bridge.domain.job import Ready, is_final
from qt_panels.cards import CARD
from tests.clips import HEIGHT, WIDTH, write_movie, write_png, yuv_frame
from tests.fakes.host import FakeHost
from tests.panel.look.test_remote_form import pick_mask
from tests.panel.test_host_rendering import compound, over, rendered

SKY = HostMask("m1", "Sky", "mask")


def halves(clip, mask, folder):
    """White on the left, over the four frames of the cut."""
    codes = np.zeros((3, HEIGHT, WIDTH), np.uint8)
    codes[:, :, : WIDTH // 2] = 255
    for number in range(1001, 1005):
        write_png(folder / f"m.{number:08d}.png", codes)
    return str(folder / "m.%08d.png")


def nowhere(clip, mask, folder):
    return ""


@pytest.fixture
def movie(tmp_path):
    white = np.ones((3, HEIGHT, WIDTH))
    return write_movie(tmp_path / "plain.mp4", [yuv_frame(white, "yuv420p", full_range=False) for _ in range(4)])


@pytest.fixture
def opened(stage, tmp_path):
    def open(host):
        stage.memory.preferences = stage.memory.preferences.model_copy(update={"folder": str(tmp_path / "out")})
        panel = stage.open_beside(host).panel
        stage.until(lambda: len(panel.clips_model.ready) == len(host.clips) and panel.go.button.isEnabled())
        return panel

    return open


def clip(place, movie, *masks):
    cut = {"rate": "25", "source_rate": "25", "record_end": 4, "source_end": 4}
    return HostClip(f"V1/{place}", f"shot {place}", str(movie), masks=masks, **cut)


def light(job, number):
    with OpenEXR.File(str(job.state.result.directory / (job.state.result.pattern % number))) as file:
        return file.channels()["RGB"].pixels.astype(float)


def test_each_clip_is_lifted_within_its_own_mask(stage, tmp_path, opened, movie):
    host = FakeHost(clip(1, movie, SKY), clip(2, movie), renders=rendered, masks=halves)
    panel = opened(host)
    pick_mask(panel.look, "Each clip's own: mask")
    cards = [panel.clips_model.index(place).data(CARD).spoken for place in range(2)]
    assert "mask “Sky”" in cards[0]
    assert "Brings no such mask along" in cards[1]
    panel.look.masks.edges.fields["invert"].set_value(True)
    stage.click(panel.go.button)
    stage.until(lambda: over(panel, 2))
    jobs = {each.request.origin.clip: each for each in panel.jobs_model.jobs}
    assert all(isinstance(each.state, Ready) or each.state.state == "imported" for each in jobs.values())
    within, whole = jobs["V1/1"], jobs["V1/2"]
    assert whole.request.mask is None
    assert within.request.mask.invert
    assert within.request.mask.path.is_relative_to(tmp_path / "out" / "plates")
    assert within.request.source == whole.request.source.model_copy(update={"cut": within.request.source.cut})
    assert ("export_mask", "V1/1", "m1") in host.calls
    # Inverted: the right half is lifted, the left is the source.
    one, other = light(within, within.state.result.first), light(whole, whole.state.result.first)
    right = np.s_[:, WIDTH // 2 + 1 :]
    assert np.array_equal(one[right], other[right])
    assert one[:, : WIDTH // 2 - 1].max() <= 1.0 < one[right].min()

    # The settings of a job bring its mask back, and the mask's edges.
    pick_mask(panel.look, "No mask")
    assert panel.look.mask_of("V1/1") is None
    panel.jobs.select(within.id)
    panel.jobs.command("reuse").trigger()
    assert panel.look.mask_of("V1/1") == within.request.mask.path
    assert panel.look.look_for("V1/1").mask.values == {"invert": True}
    assert panel.problems.problems == ()


def test_a_rendered_clip_takes_its_mask_along(stage, tmp_path, opened):
    host = FakeHost(replace(compound(1), masks=(SKY,)), renders=rendered, masks=halves)
    panel = opened(host)
    pick_mask(panel.look, "Sky (mask)")
    stage.click(panel.go.button)
    stage.until(lambda: over(panel, 1))
    (job,) = panel.jobs_model.jobs
    folder = job.request.source.path.parents[1]
    assert job.request.mask.path == folder / "mask" / "m.%08d.png"
    assert [call[0] for call in host.calls if call[0].startswith("export")] == ["export", "export_mask"]
    assert is_final(job.state)
    panel.jobs.select(job.id)
    panel.jobs.command("forget").trigger()
    stage.until(lambda: not folder.exists())


def test_a_mask_that_lies_there_already_is_not_rendered(stage, tmp_path, opened, movie):
    (tmp_path / "mattes").mkdir()
    there = replace(SKY, path=halves("", "", tmp_path / "mattes"))
    host = FakeHost(clip(1, movie, there), masks=halves)
    panel = opened(host)
    pick_mask(panel.look, "Sky (mask)")
    stage.click(panel.go.button)
    stage.until(lambda: over(panel, 1))
    assert str(panel.jobs_model.jobs[0].request.mask.path) == there.path
    assert not any(call[0] == "export_mask" for call in host.calls)


def test_a_mask_that_cannot_be_rendered_keeps_the_clip_from_being_lifted_as_a_whole(stage, tmp_path, opened, movie):
    host = FakeHost(clip(1, movie, SKY), masks=nowhere)
    panel = opened(host)
    pick_mask(panel.look, "Sky (mask)")
    stage.click(panel.go.button)
    stage.until(lambda: bool(panel.problems.problems))
    assert panel.problems.problems[0].sentence.text() == "“shot 1”: The mask “Sky” was not rendered."
    assert panel.jobs_model.jobs == ()
    assert list((tmp_path / "out" / "plates").glob("*")) == []

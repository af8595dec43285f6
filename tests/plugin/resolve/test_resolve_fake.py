"""The stand-in has the habits that the adapter is written against: without them its tests would prove nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tests.clips import write_exr
from tests.fakes.resolve.state import NeverReturns


@pytest.fixture
def project(stage):
    return stage.resolve.GetProjectManager().GetCurrentProject()


@pytest.fixture
def pool(project):
    return project.GetMediaPool()


@pytest.fixture
def sequence(pool, tmp_path):
    for number in range(1001, 1011):
        write_exr(tmp_path / f"a.{number}.exr", dict.fromkeys("RGB", np.zeros((4, 4), np.float16)))
    (clip,) = pool.ImportMedia([{"FilePath": str(tmp_path / "a.%04d.exr"), "StartIndex": 1001, "EndIndex": 1010}])
    return clip


def info(clip, start, end, at, track=1):
    return {
        "mediaPoolItem": clip,
        "startFrame": start,
        "endFrame": end,
        "recordFrame": at,
        "trackIndex": track,
        "mediaType": 1,
    }


def test_every_name_seems_to_be_there_and_only_known_ones_are(project, version):
    timeline = project.GetCurrentTimeline()
    assert hasattr(timeline, "GetSelectedClips")
    assert hasattr(timeline, "Undo")
    assert ("GetSelectedClips" in dir(timeline)) == (version in ("21.0.4", "21.1"))
    with pytest.raises(AttributeError):
        timeline.Undo()
    with pytest.raises(TypeError):
        timeline.GetTrackCount()
    with pytest.raises(TypeError):
        timeline.GetTrackCount(trackType="video")
    with pytest.raises(ValueError, match="vidoe"):
        timeline.GetTrackCount("vidoe")


def test_versions_have_what_they_had(stage, version):
    names = set(dir(stage.resolve))
    assert ("IsStudio" in names) == (version == "21.1")
    settings = {"UseFullExtents": True}
    project = stage.resolve.GetProjectManager().GetCurrentProject()
    if version in ("21.0.4", "21.1"):
        assert project.SetRenderSettings(settings)
    else:
        with pytest.raises(ValueError, match="UseFullExtents"):
            project.SetRenderSettings(settings)


def test_appends(pool, sequence, stage):
    (item,) = pool.AppendToTimeline([info(sequence, 1003, 1007, 86400)])
    assert (item.GetDuration(), item.GetLeftOffset()) == (4, 2)  # the end is left out
    (ghost,) = pool.AppendToTimeline([info(sequence, 1001, 1004, 86402)])
    assert ghost.GetStart() is None
    assert len(stage.items(1)) == 1
    pool.AppendToTimeline([info(sequence, 0, 4, 86500)])
    assert stage.items(1)[1]["frozen"]  # files count from 1001
    stage.track(1, locked=True)
    assert pool.AppendToTimeline([info(sequence, 1001, 1004, 86600)]) == []
    with pytest.raises(NeverReturns):
        pool.AppendToTimeline(info(sequence, 1001, 1004, 86600))


def test_sequences_take_the_projects_rate_and_show_a_range(sequence):
    assert sequence.GetClipProperty("FPS") == "24.0"
    assert sequence.GetClipProperty("Start") == "1001"
    assert sequence.GetClipProperty("File Path").endswith("a.[1001-1010].exr")


def test_rates_are_rounded_down(pool, sequence, stage):
    stage.timeline("PAL", rate="23.976")
    pool.AppendToTimeline([info(sequence, 1001, 1010, 90000)])
    assert stage.items(1)[0]["duration"] == 8


def test_timelines_that_are_made_become_the_current_one(project, pool):
    first = project.GetCurrentTimeline()
    made = pool.CreateEmptyTimeline("other")
    assert project.GetCurrentTimeline().GetUniqueId() == made.GetUniqueId()
    first.DuplicateTimeline("copy")
    assert project.GetCurrentTimeline().GetName() == "copy"


def test_clips_are_deleted_on_the_edit_page_alone(stage, project, pool, sequence):
    (item,) = pool.AppendToTimeline([info(sequence, 1001, 1004, 86400)])
    timeline = project.GetCurrentTimeline()
    stage.resolve.OpenPage("color")
    assert not timeline.DeleteClips([item], False)
    stage.resolve.OpenPage("edit")
    assert timeline.DeleteClips([item], False)


@pytest.mark.parametrize("busy", ["rendering", "playing", "modal"])
def test_a_busy_resolve_does_not_answer(stage, busy):
    stage.doc["busy"] = busy
    with pytest.raises(NeverReturns):
        stage.resolve.GetProductName()


def test_saving_an_untitled_project_without_windows_never_returns(stage):
    stage.here["name"], stage.doc["page"] = "Untitled Project", ""
    with pytest.raises(NeverReturns):
        stage.resolve.GetProjectManager().SaveProject()


def test_the_free_edition_sells_the_other_one(stage):
    resolve = stage.resolve
    stage.doc["studio"] = False
    assert resolve.GetProductName() == "DaVinci Resolve"
    assert resolve.GetProjectManager() is None
    with pytest.raises(NeverReturns):
        resolve.GetProductName()


@pytest.mark.parametrize("version", ["21.1"], indirect=True)
def test_settings_together_freeze(project):
    timeline = project.GetCurrentTimeline()
    assert timeline.SetSettings({"useCustomSettings": "1"})
    with pytest.raises(NeverReturns):
        timeline.SetSettings({"timelineResolutionWidth": "10", "timelineResolutionHeight": "10"})


def test_settings_of_a_timeline_need_its_own(project):
    timeline = project.GetCurrentTimeline()
    assert not timeline.SetSetting("timelineResolutionWidth", "10")
    timeline.SetSetting("useCustomSettings", "1")
    assert timeline.SetSetting("timelineResolutionWidth", "10")


def test_render_jobs(stage, project):
    assert project.AddRenderJob() == ""
    stage.resolve.OpenPage("deliver")
    assert project.AddRenderJob()
    assert project.SetRenderSettings({"ExportVideo": True})
    assert stage.here["render"]["pictureless"]  # laid over a preset that has no picture
    assert project.GetRenderJobList()[0]["IsExportVideo"]


def test_colour_names(stage, project, sequence):
    assert not sequence.SetClipProperty("Input Color Space", "Linear")
    project.SetSetting("colorScienceMode", "davinciYRGBColorManagedv2")
    assert sequence.SetClipProperty("Input Color Space", "Linear")
    project.SetSetting("separateColorSpaceAndGamma", "1")
    assert not sequence.SetClipProperty("Input Color Space", "Linear")
    assert sequence.SetClipProperty("Input Color Space", "Rec.2020")
    assert not sequence.SetClipProperty("Input Gamma", "Linear")


def test_the_project_rate_is_locked_by_media(project, sequence):
    assert not project.SetSetting("timelineFrameRate", "25")


def test_transitions_are_items_without_properties(stage, project):
    stage.put(None, kind="transition")
    (item,) = project.GetCurrentTimeline().GetItemListInTrack("video", 1)
    assert item.GetMediaPoolItem() is None
    assert not item.GetProperty()

"""What Resolve renders for us: the right frames, ungraded, and everything that is the user's as it was."""

from __future__ import annotations

import copy
from pathlib import Path

import av
import numpy as np
import pytest

from bridge.domain.host import HostFailure
from bridge.media.clip import open_clip
from plugin.resolve.quicktime import video_frames
from tests.fakes.resolve.proxy import make
from tests.fakes.resolve.reel import pick


@pytest.fixture
def raw(stage, footage):
    """Frames 10 to 20 of something that only Resolve reads."""
    made = stage.put(stage.media(footage, codec="Blackmagic RAW"), at=10, source=10, frames=10)
    pick(stage, made)
    return made


def numbers(path):
    """The numbers that the source's frames bear, in blocks of light and dark."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            gray = frame.to_ndarray(format="rgb24").mean(axis=2)
            height, width = gray.shape
            rows, columns = height * 3 // 4 // 3, width // 4
            middles = [gray[int((bit // 4 + 0.5) * rows), int((bit % 4 + 0.5) * columns)] for bit in range(12)]
            found.append(sum((level > 128) << bit for bit, level in enumerate(middles)))
    return found


def pictures(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]


def test_a_clip_is_rendered_with_handles(stage, host, raw, tmp_path):
    before = copy.deepcopy(stage.picture())
    made = host.export(raw, str(tmp_path), 4)
    assert (made.frames, made.handles_before, made.handles_after, made.first, made.rate) == (18, 4, 4, 0, "24")
    assert numbers(made.path) == list(range(6, 24))
    assert stage.picture() == before


def test_handles_end_where_the_media_ends(stage, host, footage, tmp_path):
    item = stage.put(stage.media(footage, codec="REDCODE"), source=2, frames=46)
    made = host.export(item, str(tmp_path), 100)
    assert (made.frames, made.handles_before, made.handles_after) == (48, 2, 0)


@pytest.mark.parametrize(
    ("speed", "source", "frames", "wanted"),
    [(200.0, 0, 10, range(0, 20, 2)), (-100.0, 10, 8, range(17, 9, -1))],
)
def test_a_retimed_clip_is_rendered_as_it_runs(stage, host, footage, tmp_path, speed, source, frames, wanted):
    media = stage.media(footage)
    item = stage.put(media, at=5, source=source, frames=frames, speed=speed)
    stage.put(media, at=0, frames=40, track=2, name="Title")
    before = copy.deepcopy(stage.picture())
    made = host.export(item, str(tmp_path), 4)
    assert (made.frames, made.handles_before, made.handles_after) == (frames, 0, 0)
    assert numbers(made.path) == list(wanted)
    assert stage.picture() == before


@pytest.mark.parametrize("remote", [False, True])
def test_it_is_rendered_without_its_grade(stage, host, tmp_path, remote, footage):
    """A remote grade is shared with every other use of the media: it must not be reset there."""
    media = stage.media(footage)
    graded = stage.put(media, frames=10, speed=200.0)
    stage.change(graded, grades={"Version 1": 60, "remote": 60}, version="remote" if remote else "Version 1")
    stage.here["clips"][media]["shared"] = 60 if remote else 0
    before = copy.deepcopy(stage.picture())
    made = host.export(graded, str(tmp_path), 0)
    assert numbers(made.path) == list(range(0, 20, 2))
    assert pictures(made.path)[0][..., :3].min() < 60
    assert stage.picture() == before


def test_a_disabled_clip_and_a_generator_are_rendered(stage, host, tmp_path, footage):
    off = stage.put(stage.media(footage), frames=10, speed=200.0, enabled=False)
    grey = stage.put(None, at=20, frames=5, kind="generator")
    assert numbers(host.export(off, str(tmp_path / "a"), 0).path)[1] == 2
    made = host.export(grey, str(tmp_path / "b"), 0)
    assert made.frames == 5
    assert 60 < pictures(made.path)[0][..., 0].mean() < 120


def test_a_locked_track_is_rendered(stage, host, tmp_path, footage):
    item = stage.put(stage.media(footage), frames=10, speed=200.0, enabled=False)
    stage.track(1, locked=True)
    assert host.export(item, str(tmp_path), 0).frames == 10


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_words_of_the_interface_do_not_matter(stage, host, raw, tmp_path, language):
    stage.doc["language"] = language
    assert host.export(raw, str(tmp_path), 0).frames == 10


def test_what_is_nested_is_found(stage, host, raw, tmp_path):
    stage.state.traps["nests"] = True
    assert numbers(host.export(raw, str(tmp_path), 0).path) == list(range(10, 20))


def test_without_prores_there_is_a_sequence(stage, host, raw, tmp_path):
    """Numbered as the source's timecode is."""
    stage.state.traps["no_prores"] = True
    made = host.export(raw, str(tmp_path), 1)
    assert made.path.endswith("_%08d.tif")
    assert made.first == 9
    assert Path(made.path % made.first).is_file()
    assert made.frames == 12
    assert open_clip(Path(made.path)).facts.frames == 12


def test_the_users_preset_without_a_picture_is_not_rendered_with(stage, host, raw, tmp_path):
    assert stage.here["render"]["pictureless"]
    assert host.export(raw, str(tmp_path), 0).frames == 10
    assert stage.here["render"]["pictureless"]
    assert stage.here["render"]["presets"] == {}


def test_jobs_of_the_user_stay_in_the_queue(stage, host, raw, tmp_path):
    project = make(stage.state, "Project", stage.doc["current"])
    stage.doc["page"] = "deliver"
    mine = project.AddRenderJob()
    stage.doc["page"] = "color"
    host.export(raw, str(tmp_path), 0)
    assert [job["JobId"] for job in stage.here["render"]["jobs"]] == [mine]
    assert stage.doc["page"] == "color"


REFUSED = [
    "MediaPool.CreateEmptyTimeline",
    "MediaPool.AppendToTimeline",
    "Project.SetCurrentTimeline",
    "Project.LoadRenderPreset",
    "Project.SaveAsNewRenderPreset",
    "Project.SetCurrentRenderFormatAndCodec",
    "Project.SetRenderSettings",
    "Project.AddRenderJob",
    "Project.StartRendering",
    "Timeline.SetSetting",
]
LIED = [each for each in REFUSED if each.rpartition(".")[2].startswith(("Set", "Load", "Save", "Start"))]


@pytest.mark.parametrize(
    ("how", "refused"), [*(("refuses", each) for each in REFUSED), *(("lies", each) for each in LIED)]
)
def test_what_is_refused_leaves_everything_as_it_was(stage, host, raw, tmp_path, refused, how):
    before = copy.deepcopy(stage.picture())
    stage.state.traps[how] = [refused]
    try:
        made = host.export(raw, str(tmp_path / "out"), 0)
    except HostFailure:
        assert not any(path.is_file() for path in (tmp_path / "out").rglob("*"))
    else:
        assert numbers(made.path) == list(range(10, 20))  # it was not needed
    stage.state.traps.clear()
    if refused.endswith(("SaveAsNewRenderPreset", "LoadRenderPreset")):
        return  # what it takes to put it back is what was refused
    assert stage.picture() == before


def test_a_render_that_fails_is_told(stage, host, raw, tmp_path):
    before = copy.deepcopy(stage.picture())
    stage.state.traps["render_fails"] = True
    with pytest.raises(HostFailure, match="failed to render") as caught:
        host.export(raw, str(tmp_path), 0)
    assert "GPU" in caught.value.detail
    assert stage.picture() == before


@pytest.mark.parametrize("no_prores", [False, True])
def test_frames_that_are_missing_are_noticed(stage, host, raw, tmp_path, no_prores):
    """The job says that it is complete."""
    stage.state.traps.update(loses_frames=1, no_prores=no_prores)
    with pytest.raises(HostFailure, match="not what was asked for"):
        host.export(raw, str(tmp_path / "out"), 0)
    assert not any(path.is_file() for path in (tmp_path / "out").rglob("*"))


def test_a_still_is_rendered_for_as_long_as_it_stands(stage, host, footage, tmp_path):
    item = stage.put(stage.media(footage, frames=1), frames=12)
    stage.change(item, span=1)
    made = host.export(item, str(tmp_path), 5)
    assert (made.frames, made.handles_before, made.handles_after) == (12, 0, 0)


def test_what_an_end_in_the_middle_left_behind_is_swept(stage, host, raw, tmp_path, footage):
    before = copy.deepcopy(stage.picture())
    stage.state.traps["quits_at"] = "Project.StartRendering"
    with pytest.raises(HostFailure) as caught:
        host.export(raw, str(tmp_path), 0)
    assert caught.value.kind == "lost"
    stage.state.traps.clear()
    stage.doc["running"] = True
    assert len(stage.here["timelines"]) == 2
    stage.here["render"]["jobs"].clear()
    with pytest.raises(HostFailure):
        host.export("gone", str(tmp_path), 0)
    host.export(raw, str(tmp_path), 0)
    after = stage.picture()
    assert len(after["timelines"]) == 1
    assert after["render"]["presets"] == {}
    assert after["render"]["settings"] == before["render"]["settings"]


def test_a_resolve_that_renders_already_is_left_alone(stage, host, raw, tmp_path):
    stage.here["render"]["polls"] = 5
    with pytest.raises(HostFailure, match="is busy rendering"):
        host.export(raw, str(tmp_path), 0)


@pytest.mark.parametrize(
    "settings",
    [
        {"colorScienceMode": "davinciYRGBColorManagedv2", "colorSpaceOutput": "Rec.2100 ST2084"},
        {"colorScienceMode": "acescct", "colorAcesODT": "Rec.2100 ST2084 (1000 nit)"},
    ],
)
@pytest.mark.parametrize("refused", [False, True])
def test_a_plate_is_never_hdr(stage, host, raw, tmp_path, settings, refused):
    """Renders come in the output space: of our own timeline it is set to SDR, of the project never."""
    stage.here["settings"].update(settings)
    if refused:
        stage.state.traps["settings_refused"] = ["colorSpaceOutput", "colorAcesODT"]
        with pytest.raises(HostFailure, match="is not SDR"):
            host.export(raw, str(tmp_path), 0)
    else:
        assert host.export(raw, str(tmp_path), 0).frames == 10
    assert {key: stage.here["settings"][key] for key in settings} == settings


# Masks


def test_a_matte_track_is_rendered_over_the_clips_range(stage, host, footage, tmp_path):
    media = stage.media(footage)
    item = stage.put(media, at=10, source=30, frames=8)
    matte = stage.put(media, at=6, source=0, frames=30, track=2)
    stage.track(2, name="MATTE", enabled=False)
    pick(stage, item)
    before = copy.deepcopy(stage.picture())
    (mask,) = host.selection().clips[0].masks
    made = host.export_mask(item, mask.id, str(tmp_path))
    assert (made.id, made.kind) == (f"track:{matte}", "matte")
    assert numbers(made.path) == list(range(4, 12))
    assert stage.picture() == before


def test_an_alpha_comes_with_prores_4444(stage, host, footage, tmp_path):
    item = stage.put(stage.media(footage), source=3, frames=6, nodes=3, alpha=True)
    pick(stage, item)
    (mask,) = host.selection().clips[0].masks
    made = host.export_mask(item, mask.id, str(tmp_path))
    frames = pictures(made.path)
    assert len(frames) == 6
    assert frames[0][:, :40, 3].max() < 8
    assert frames[0][:, 56:, 3].min() > 247


def test_no_alpha_without_prores_4444(stage, host, footage, tmp_path):
    """Alpha in EXR is not proven."""
    stage.state.traps["no_prores"] = True
    item = stage.put(stage.media(footage), frames=6, nodes=3, alpha=True)
    with pytest.raises(HostFailure, match="with alpha"):
        host.export_mask(item, "alpha", str(tmp_path))


def test_a_clip_matte_is_a_file_already(stage, host, footage, tmp_path):
    media = stage.media(footage)
    stage.here["clips"][media]["mattes"] = [str(footage)]
    item = stage.put(media, frames=6)
    assert host.export_mask(item, f"matte:{footage}", str(tmp_path)).path == str(footage)
    for unknown in ("matte:/etc/passwd", "track:gone"):
        with pytest.raises(HostFailure, match="not in the project"):
            host.export_mask(item, unknown, str(tmp_path))


# Counting frames of a movie


def test_frames_of_movies_are_counted(tmp_path, footage):
    assert video_frames(footage) == 48
    sound = tmp_path / "a.mov"
    sound.write_bytes(b"RIFF")
    assert video_frames(sound) == 0
    cut = tmp_path / "cut.mov"
    cut.write_bytes(footage.read_bytes()[:-200])
    assert video_frames(cut) in (0, 48)
    hostile = tmp_path / "hostile.mov"
    hostile.write_bytes(bytes([0, 0, 0, 1]) + b"moov" + bytes(20))
    assert video_frames(hostile) == 0


def test_sound_is_no_picture(tmp_path):
    path = tmp_path / "sound.mov"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert video_frames(path) == 0


def test_a_grade_that_stays_is_told(footage, tmp_path, stage, host):
    item = stage.put(stage.media(footage), frames=10, speed=200.0)
    stage.state.traps["refuses"] = ["Graph.ResetAllGrades"]
    with pytest.raises(HostFailure, match="without its grade"):
        host.export(item, str(tmp_path), 0)

"""Clips made anew on this machine, with the tiny model: from the request to the movie, without a bridge."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from bridge.backends.local import moving
from bridge.domain.errors import (
    GpuTooSmall,
    JobCancelled,
    MediaMissing,
    RequestError,
    VerificationFailed,
    WeightsDamaged,
    WeightsMissing,
    WorkflowUnknown,
)
from bridge.domain.job import Reservation, Running, Verifying
from bridge.domain.workflow import LiftRequest, MaskSpec, OutputSpec, SourceSpec
from bridge.engines.ltx.in_context.parameters import InpaintParameters, ReferenceParameters
from bridge.engines.ltx.memory import Card, DecodeTiles, MemoryPlan, RefineTiles
from bridge.engines.ltx.weights import open_weights
from bridge.engines.protocol import LocalOrder
from bridge.media.clip import open_clip
from tests.clips import numbered_luma, rgb_frame, write_exr, write_movie

FRAMES, W, H = 10, 70, 50


def carry_out(order, desk, report):
    # Not at the head: whoever collects tests need not wait for torch.
    from bridge.backends.local import moving_work

    return moving_work.carry_out(order, desk, report)


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    import torch

    from bridge.engines.ltx.in_context.tiny import make_tiny_in_context
    from bridge.engines.ltx.tiny import make_tiny

    torch.set_num_threads(1)
    home = tmp_path_factory.mktemp("models")
    make_tiny(home / "ltx-2.3-hdr")
    make_tiny_in_context(home)
    return home


class OneModel:
    """A desk whose model stays loaded over all tests."""

    name = "a processor"

    def __init__(self):
        self.libraries = {"torch": "2"}
        self.most_frames = 481
        self._model = None

    def card(self):
        return Card(kind="cpu", index=0, name=self.name, total=1, free=1)

    def plan(self, weights, shape, wish):
        self.asked = shape, wish
        return MemoryPlan("fp32", "none", RefineTiles(), DecodeTiles(0, 0, 0, 0), self.most_frames, "All at once.")

    def model(self, weights, plan):
        from bridge.engines.ltx.model import Model

        if self._model is None:
            self._model = Model.load(weights, "cpu", plan)
        return self._model


@pytest.fixture(scope="module")
def one_model():
    return OneModel()


@pytest.fixture
def desk(one_model):
    one_model.most_frames = 481
    return one_model


def picture(number, width=W, height=H):
    return np.stack([numbered_luma(number, width, height)] * 3)


@pytest.fixture
def clip(tmp_path):
    frames = [rgb_frame(picture(n)).reformat(format="bgr0") for n in range(FRAMES)]
    return write_movie(tmp_path / "c.mkv", frames, codec="ffv1")


def matte(folder, frames=FRAMES, width=W, height=H):
    """White in a rectangle, grey beside it."""
    levels = np.zeros((height, width), np.float32)
    levels[10:30, 20:40] = 1
    levels[10:30, 40:45] = 0.5
    for number in range(frames):
        write_exr(folder / f"m.{number:04d}.exr", {"A": levels})
    return MaskSpec(path=folder / "m.%04d.exr")


def ordered(tmp_path, models, source, workflow="inpaint", mask=None, seed=5, **parameters):
    staging = tmp_path / "staging"
    staging.mkdir(exist_ok=True)
    return LocalOrder(
        job="j",
        request=LiftRequest(
            workflow=workflow,
            backend="ltx",
            source=source if isinstance(source, SourceSpec) else SourceSpec(path=source),
            mask=mask,
            parameters=parameters,
            output=OutputSpec(folder=tmp_path / "out"),
        ),
        reservation=Reservation(name="c_v001", staging=staging, final=tmp_path / "out" / "c_v001"),
        weights=models / "ltx-2.3-hdr",
        models=models,
        seed=seed,
        log=tmp_path / "log",
    )


def frames_of(path):
    with open_clip(path) as movie:
        return np.stack([frame.codes.transpose(1, 2, 0) for frame in movie.frames(movie.facts.range)]), movie.facts


def nothing(_state):
    pass


def test_inpaint_keeps_the_clip_bit_by_bit_where_the_mask_is_black(tmp_path, models, desk, clip):
    states = []
    order = ordered(tmp_path, models, clip, mask=matte(tmp_path), grow=8, seam=0)
    made = carry_out(order, desk, states.append)
    assert (made.kind, made.frames, made.width, made.height, made.rate) == ("movie", FRAMES, W, H, Fraction(25))
    assert made.pattern == "c_v001.mov"
    assert made.review.name == "review.mp4"
    found, facts = frames_of(tmp_path / "staging" / "c_v001.mov")
    own, _ = frames_of(clip)
    assert facts.bits == 8
    assert facts.frames == FRAMES
    outside = np.ones((H, W), bool)
    outside[10:30, 20:45] = False
    assert np.array_equal(found[:, outside], own[:, outside])
    assert not np.array_equal(found[:, 10:30, 20:40], own[:, 10:30, 20:40])
    notes = [state.note for state in states if isinstance(state, Running)]
    assert "Stage 1, step 8 of 8" in notes
    assert "Stage 2, step 2 of 2" in notes
    done = [state.done for state in states if isinstance(state, Running)]
    assert done == sorted(done)
    assert done[-1] == FRAMES
    assert isinstance(states[-1], Verifying)
    sidecar = json.loads((tmp_path / "staging" / "c_v001.json").read_text())
    assert sidecar["engine"]["seed"] == 5
    assert sidecar["mask"]["channel"] == "alpha"
    for name in ("c_v001.mov", "review.mp4", "poster.jpg"):
        assert (tmp_path / "staging" / name).stat().st_size > 0


def test_grey_of_a_mask_mixes_and_a_soft_edge_stays_inside(tmp_path, models, desk, clip):
    for name, seam in (("hard", 0), ("soft", 4)):
        (tmp_path / name).mkdir()
        order = ordered(tmp_path / name, models, clip, mask=matte(tmp_path / name), seam=seam)
        carry_out(order, desk, nothing)
    hard, _ = frames_of(tmp_path / "hard" / "staging" / "c_v001.mov")
    soft, _ = frames_of(tmp_path / "soft" / "staging" / "c_v001.mov")
    own, _ = frames_of(clip)
    changed = (soft != own).any(axis=3).any(axis=0)
    assert changed.any()
    assert not changed[:10].any()
    assert not changed[:, :20].any()
    assert not changed[:, 45:].any()
    own, hard, soft = (each.astype(int) for each in (own, hard, soft))
    # Twice as far inside as the edge is soft, all is new.
    assert np.array_equal(soft[:, 18:22, 28:32], hard[:, 18:22, 28:32])
    edge = np.s_[:, 12:28, 20:22]
    assert np.abs(soft[edge] - own[edge]).mean() < 0.5 * np.abs(hard[edge] - own[edge]).mean()


def test_a_mask_that_is_black_throughout_gives_the_clip_back(tmp_path, models, desk, clip):
    for number in range(FRAMES):
        write_exr(tmp_path / f"m.{number:04d}.exr", {"A": np.zeros((H, W), np.float32)})
    mask = MaskSpec(path=tmp_path / "m.%04d.exr", channel="alpha")
    carry_out(ordered(tmp_path, models, clip, mask=mask), desk, nothing)
    assert np.array_equal(frames_of(tmp_path / "staging" / "c_v001.mov")[0], frames_of(clip)[0])


def test_the_depth_of_a_clip_is_kept(tmp_path, models, desk):
    """10 bits go into ProRes, which may stray by a few of its 1023 steps where the mask is black."""
    from av.video.frame import VideoFrame

    rng = np.random.default_rng(0)
    ramp = np.linspace(0, 1023, W)[None, :, None] + rng.normal(0, 2, (H, W, 3))
    codes = np.clip(ramp, 0, 1023).round().astype(np.uint16)
    frames = []
    for _ in range(9):
        frame = VideoFrame(W, H, "gbrp10le")
        for plane, channel in zip(frame.planes, (1, 2, 0), strict=True):
            lines = np.zeros((H, plane.line_size // 2), np.uint16)
            lines[:, :W] = codes[..., channel]
            plane.update(lines.tobytes())
        frames.append(frame)
    source = write_movie(tmp_path / "deep.mkv", frames, codec="ffv1")
    carry_out(ordered(tmp_path, models, source, mask=matte(tmp_path, 9)), desk, nothing)
    found, facts = frames_of(tmp_path / "staging" / "c_v001.mov")
    assert facts.bits > 8
    off = np.abs(found[:, :, 50:] / 65535 - codes[None, :, 50:] / 1023) * 1023
    assert off.max() < 6
    assert off.mean() < 1


def test_a_reference_video_is_as_long_as_the_clip(tmp_path, models, desk, clip):
    sound = tmp_path / "with_sound.mov"
    write_with_sound(clip, sound)
    spec = SourceSpec(path=sound, start=1, end=8)
    order = ordered(tmp_path, models, spec, "reference_video_to_video", prompt="a street in the rain")
    made = carry_out(order, desk, nothing)
    assert (made.frames, made.width, made.height, made.first) == (7, W, H, 1)
    found, facts = frames_of(tmp_path / "staging" / "c_v001.mov")
    assert facts.has_audio
    assert found.std() > 0
    with av.open(str(tmp_path / "staging" / "c_v001.mov")) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name == "pcm_s24le"
        seconds = sum(frame.samples for frame in container.decode(stream)) / stream.rate
    assert abs(seconds - 7 / 24) < 0.03
    silent = ordered(
        tmp_path, models, spec, "reference_video_to_video", prompt="a street in the rain", keep_sound=False
    )
    carry_out(silent, desk, nothing)
    assert not frames_of(tmp_path / "staging" / "c_v001.mov")[1].has_audio


def write_with_sound(clip, path):
    with av.open(str(clip)) as source, av.open(str(path), "w") as out:
        video = out.add_stream("qtrle", rate=24)
        audio = out.add_stream("pcm_s16le", rate=48_000, layout="stereo")
        video.width, video.height, video.pix_fmt = W, H, "rgb24"
        for frame in source.decode(video=0):
            out.mux(video.encode(frame.reformat(format="rgb24")))
        out.mux(video.encode(None))
        tone = (np.sin(np.arange(48_000) / 20) * 8000).astype(np.int16)
        sound = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None, : 2 * 20_000], format="s16", layout="stereo")
        sound.sample_rate, sound.pts = 48_000, 0
        out.mux(audio.encode(sound))
        out.mux(audio.encode(None))


def test_what_guides_may_be_another_file_and_pictures_may_stand_at_its_ends(tmp_path, models, desk, clip):
    from bridge.media.review import write_poster

    write_poster(tmp_path / "first.jpg", picture(3, 200, 100).transpose(1, 2, 0).copy())
    write_poster(tmp_path / "last.jpg", picture(900, 30, 90).transpose(1, 2, 0).copy())
    guide = [rgb_frame(picture(n + 100, 64, 64)).reformat(format="bgr0") for n in range(FRAMES)]
    control = write_movie(tmp_path / "guide.mkv", guide, codec="ffv1")
    made = {}
    for name, settings in {
        "edges": {},
        "ready": {"control": "ready"},
        "guide": {"control_video_url": str(control)},
        "keys": {"image_url": str(tmp_path / "first.jpg"), "end_image_url": str(tmp_path / "last.jpg")},
        "loose": {"video_strength": 0.3},
        "prompt": {"prompt": "a meadow"},
    }.items():
        (tmp_path / name).mkdir()
        order = ordered(
            tmp_path / name, models, clip, "reference_video_to_video", **({"prompt": "a street"} | settings)
        )
        carry_out(order, desk, nothing)
        made[name] = frames_of(tmp_path / name / "staging" / "c_v001.mov")[0]
    for name, pictures in made.items():
        assert all(other == name or not np.array_equal(pictures, made[other]) for other in made), name


def test_a_control_video_has_to_be_as_long_as_the_clip(tmp_path, models, desk, clip):
    guide = [rgb_frame(picture(n)).reformat(format="bgr0") for n in range(4)]
    control = write_movie(tmp_path / "guide.mkv", guide, codec="ffv1")
    order = ordered(tmp_path, models, clip, "reference_video_to_video", prompt="x", control_video_url=str(control))
    with pytest.raises(RequestError, match="The control video has 4 frames; the clip has 10"):
        carry_out(order, desk, nothing)


@pytest.mark.parametrize(("frames", "width", "height"), [(1, 33, 17), (9, 64, 64), (17, 130, 50)])
def test_any_length_and_size(tmp_path, models, desk, frames, width, height):
    pictures = [rgb_frame(picture(n, width, height)).reformat(format="bgr0") for n in range(frames)]
    source = write_movie(tmp_path / "c.mkv", pictures, codec="ffv1")
    mask = matte(tmp_path, frames, width, height)
    made = carry_out(ordered(tmp_path, models, source, mask=mask), desk, nothing)
    assert (made.frames, made.width, made.height) == (frames, width, height)
    order = ordered(tmp_path, models, source, "reference_video_to_video", prompt="x")
    made = carry_out(order, desk, nothing)
    assert (made.frames, made.width, made.height) == (frames, width, height)
    assert desk.asked[0].width % 128 == desk.asked[0].height % 128 == 0


def test_a_large_clip_is_made_smaller_for_the_model_and_met_at_its_own_size(tmp_path, models, desk):
    width, height = 600, 260
    pictures = [rgb_frame(picture(n, width, height)).reformat(format="bgr0") for n in range(2)]
    source = write_movie(tmp_path / "c.mkv", pictures, codec="ffv1")
    mask = matte(tmp_path, 2, width, height)
    made = carry_out(ordered(tmp_path, models, source, mask=mask, longest_side=256), desk, nothing)
    assert (made.width, made.height) == (width, height)
    assert (desk.asked[0].width, desk.asked[0].height) == (256, 128)
    found, own = frames_of(tmp_path / "staging" / "c_v001.mov")[0], frames_of(source)[0]
    assert np.array_equal(found[:, :, 45:], own[:, :, 45:])
    assert not np.array_equal(found, own)
    order = ordered(tmp_path, models, source, "reference_video_to_video", prompt="x", longest_side=256)
    made = carry_out(order, desk, nothing)
    assert (made.width, made.height) == (256, 111)
    assert "The movie has 256x111 pixels, the clip 600x260." in made.warnings


def test_cancelled_at_any_time_it_leaves_no_movie(tmp_path, models, desk, clip):
    order = ordered(tmp_path, models, clip, mask=matte(tmp_path))
    states = []
    carry_out(order, desk, states.append)
    expected = frames_of(tmp_path / "staging" / "c_v001.mov")[0]
    for stop in range(len(states)):
        shutil.rmtree(tmp_path / "staging")
        (tmp_path / "staging").mkdir()
        seen = []

        def report(state, seen=seen, stop=stop):
            seen.append(state)
            if len(seen) > stop:
                raise JobCancelled("The job was cancelled.")

        with pytest.raises(JobCancelled):
            carry_out(order, desk, report)
        assert not (tmp_path / "staging" / "c_v001.json").exists()
        if not any(isinstance(state, Verifying) for state in seen):
            assert list((tmp_path / "staging").iterdir()) == []
    assert desk.model(None, None).pipe.get_active_adapters() == ["hdr"]
    carry_out(order, desk, nothing)
    assert np.array_equal(frames_of(tmp_path / "staging" / "c_v001.mov")[0], expected)


def test_a_mask_that_changes_under_its_hands_fails_the_job(tmp_path, models, desk, clip):
    order = ordered(tmp_path, models, clip, mask=matte(tmp_path))

    def report(state):
        if isinstance(state, Running) and state.note == "Stage 2, step 1 of 2":
            write_exr(tmp_path / "m.0003.exr", {"A": np.full((H, W), 0.25, np.float32)})

    with pytest.raises(VerificationFailed):
        carry_out(order, desk, report)
    assert not (tmp_path / "staging" / "c_v001.mov").exists()


def test_more_frames_than_the_card_makes_at_once_are_refused(tmp_path, models, desk, clip):
    desk.most_frames = 9
    with pytest.raises(GpuTooSmall, match="makes 9 frames of 128x64 pixels at once, and 10 are asked for"):
        carry_out(ordered(tmp_path, models, clip, mask=matte(tmp_path)), desk, nothing)


def test_the_seed_settles_everything(tmp_path, models, desk, clip):
    made = []
    for seed in (5, 5, 6):
        carry_out(ordered(tmp_path, models, clip, mask=matte(tmp_path), seed=seed), desk, nothing)
        made.append(frames_of(tmp_path / "staging" / "c_v001.mov")[0])
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


# What is offered


def by_workflow(models, weights=True):
    found = open_weights(models / "ltx-2.3-hdr") if weights else None
    return {each.workflow: each for each in moving.capabilities_here("ltx", found, models)}


def test_what_can_be_used_is_offered(models):
    offered = by_workflow(models)
    assert offered["inpaint"].unknown == offered["reference_video_to_video"].unknown == ""
    assert offered["inpaint"].mask == "needed"
    assert offered["reference_video_to_video"].mask == "none"
    assert {each.makes for each in offered.values()} == {"movie"}
    assert {each.runs for each in offered.values()} == {"here"}


def test_audio_to_video_is_not_offered_and_says_why(models, tmp_path):
    assert "replaces the sound" in by_workflow(models)["audio_to_video"].unknown
    request = LiftRequest(
        workflow="audio_to_video", source=SourceSpec(path=tmp_path), output=OutputSpec(folder=tmp_path)
    )
    with pytest.raises(WorkflowUnknown) as caught:
        moving.check(request, models)
    assert caught.value.remedy == moving.NO_AUDIO_TO_VIDEO


def test_without_its_weights_a_workflow_is_not_offered_and_says_what_to_do(models, tmp_path):
    shutil.copytree(models, tmp_path / "m")
    there = tmp_path / "m"
    assert by_workflow(there, weights=False)["inpaint"].unknown.startswith("The model itself is not ready")
    shutil.rmtree(there / "ltx-2.3-union-control")
    offered = by_workflow(there)
    assert offered["inpaint"].unknown == ""
    assert "`superwhite models fetch ltx-2.3-union-control`" in offered["reference_video_to_video"].unknown
    request = LiftRequest(
        workflow="reference_video_to_video",
        source=SourceSpec(path=tmp_path),
        output=OutputSpec(folder=tmp_path),
        parameters={"prompt": "x"},
    )
    with pytest.raises(WeightsMissing):
        moving.check(request, there)
    shutil.rmtree(there / "ltx-2.3-text")
    assert "`superwhite models fetch ltx-2.3-text`" in by_workflow(there)["inpaint"].unknown


def test_weights_that_do_not_belong_together_are_refused(models, tmp_path):
    from bridge.engines.ltx.in_context.tiny import make_tiny_lora

    shutil.copytree(models, tmp_path / "m")
    there = tmp_path / "m"
    workflow = moving.of("inpaint")
    make_tiny_lora(there / workflow.lora_set, workflow.lora_set, workflow.file, 2)
    assert "wants what guides it at 1/2 of the size" in by_workflow(there)["inpaint"].unknown
    shutil.copyfile(
        there / "ltx-2.3-hdr" / "ltx-2.3-22b-ic-lora-hdr-0.9.safetensors", there / workflow.lora_set / workflow.file
    )
    assert "is made for HDR" in by_workflow(there)["inpaint"].unknown
    (there / workflow.lora_set / workflow.file).write_bytes(b"\x07")
    assert by_workflow(there)["inpaint"].unknown
    weights = replace(open_weights(there / "ltx-2.3-hdr"), tiny=False)
    found = {each.workflow: each for each in moving.capabilities_here("ltx", weights, there)}
    assert "holds random weights for tests" in found["reference_video_to_video"].unknown


def test_a_text_encoder_that_is_damaged_is_an_error_with_a_name(models, tmp_path, desk, clip):
    shutil.copytree(models, tmp_path / "m")
    path = tmp_path / "m" / "ltx-2.3-text" / "text_encoder" / "config.json"
    path.write_text("{")
    with pytest.raises(WeightsDamaged, match="text encoder"):
        carry_out(ordered(tmp_path, tmp_path / "m", clip, mask=matte(tmp_path)), desk, nothing)


@pytest.mark.parametrize(
    ("workflow", "mask", "parameters", "error"),
    [
        ("inpaint", False, {}, RequestError),
        ("reference_video_to_video", True, {"prompt": "x"}, RequestError),
        ("reference_video_to_video", False, {}, RequestError),
        ("reference_video_to_video", False, {"prompt": ""}, RequestError),
        ("reference_video_to_video", False, {"prompt": "x", "image_url": "https://a/b.png"}, RequestError),
        ("reference_video_to_video", False, {"prompt": "x", "image_url": "/nowhere/b.png"}, MediaMissing),
        ("inpaint", True, {"num_inference_steps": 20}, RequestError),
        ("inpaint", True, {"longest_side": 4096}, RequestError),
    ],
)
def test_settings_are_checked_before_a_job_begins(models, tmp_path, workflow, mask, parameters, error):
    request = LiftRequest(
        workflow=workflow,
        source=SourceSpec(path=tmp_path),
        output=OutputSpec(folder=tmp_path),
        mask=MaskSpec(path=tmp_path) if mask else None,
        parameters=parameters,
    )
    with pytest.raises(error):
        moving.check(request, models)


def test_a_seed_that_is_asked_for_is_told(tmp_path):
    request = LiftRequest(
        workflow="inpaint",
        source=SourceSpec(path=tmp_path),
        output=OutputSpec(folder=tmp_path),
        parameters={"seed": 8},
    )
    assert moving.seed_of(request) == 8
    assert moving.seed_of(request.model_copy(update={"parameters": {}})) is None


def test_forms_can_be_made_of_the_settings():
    for kind in (InpaintParameters, ReferenceParameters):
        fields = kind.model_json_schema()["properties"]
        assert all(field.get("title") and field.get("description") for field in fields.values())

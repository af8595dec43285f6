"""All workflows at fal and Oxen, from the command line to what lies in the folder."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import opentimelineio as otio
import pytest

from tests.clips import numbered_frames, rgb_frame, write_movie, write_numbered, write_still
from tests.endpoints import Fault

from .remote import FRAMES, Far, expected, far_away, frames_of
from .terminal import SAMPLE
from .test_timelines import cut, media, span


@pytest.fixture(scope="module")
def distant(tmp_path_factory):
    with far_away(tmp_path_factory.mktemp("far")) as far:
        yield far


@pytest.fixture
def far(distant: Far):
    distant.begin()
    return distant


def same(made, wanted) -> bool:
    return len(made) == len(wanted) and all((a == b).all() for a, b in zip(made, wanted, strict=True))


def test_a_lift_at_fal(far: Far, tmp_path: Path):
    outcome = far.lift("--out", tmp_path, "--param", "seed=7", "--param", 'prompt="a street"')
    assert outcome.code == 0, outcome.err
    made = outcome.json
    (job,) = far.jobs
    # 12 frames are sent as 17, the next of the form 8n+1; the clip's own size and rate go with them.
    assert job.app == "fal-ai/ltx-2.3-quality/hdr/lora"
    assert (job.body["num_frames"], job.body["frames_per_second"], job.body["seed"]) == (17, 25.0, 7)
    assert job.body["resolution"] == {"width": 96, "height": 64}
    assert job.body["prompt"] == "a street"
    assert made["frames"] == FRAMES
    assert same(frames_of(made), expected(job))
    sidecar = json.loads(Path(made["sidecar"]).read_text())
    assert sidecar["engine"]["seed"] == 7
    assert sidecar["engine"]["request"] == job.request_id
    assert made["cost"] == sidecar["cost"] == pytest.approx(0.0027075)
    assert "costs up to $0.00" in outcome.err
    assert sorted(path.name for path in Path(made["directory"]).iterdir() if path.suffix != ".exr") == [
        "poster.jpg",
        "review.mp4",
        Path(made["sidecar"]).name,
    ]


def test_results_are_fetched_without_a_key_and_the_key_is_nowhere_written(far: Far, tmp_path: Path):
    assert far.lift("--out", tmp_path).code == 0
    downloads = far.endpoint.of("download")
    assert downloads
    assert all(asked.authorization is None for asked in downloads)
    key = far.endpoint.fal_key.encode()
    for folder in (tmp_path, far.terminal.home):
        assert not [path for path in folder.rglob("*") if path.is_file() and key in path.read_bytes()]


def test_without_loras_the_other_endpoint_is_asked(far: Far, tmp_path: Path):
    assert far.lift("--out", tmp_path, "--param", "loras=[]").code == 0
    assert [job.app for job in far.jobs] == ["fal-ai/ltx-2.3-quality/hdr"]


def test_the_answer_in_one_piece(far: Far, tmp_path: Path):
    outcome = far.lift("--out", tmp_path, "--param", "sync_mode=true")
    assert outcome.code == 0, outcome.err
    assert same(frames_of(outcome.json), expected(far.jobs[0]))


def test_a_part_of_a_clip(far: Far, tmp_path: Path):
    outcome = far.lift("--out", tmp_path, "--range", "3-8", "--handles", 1)
    assert (outcome.json["first"], outcome.json["last"]) == (2, 8)
    assert far.jobs[0].body["num_frames"] == 9
    assert same(frames_of(outcome.json), expected(far.jobs[0], 7))


def test_an_odd_size_comes_back_as_it_was(far: Far, tmp_path: Path):
    clip = write_movie(tmp_path / "odd.mkv", numbered_frames(9, "yuv420p", 63, 47), codec="ffv1")
    made = far.terminal.lift(clip, "--backend", "fal", "--out", tmp_path)
    assert (made["width"], made["height"]) == (63, 47)
    assert same(frames_of(made), [frame[:47, :63] for frame in expected(far.jobs[0], 9)])


def test_inpainting_needs_a_mask_and_makes_a_movie_that_is_lifted(far: Far, tmp_path: Path):
    refused = far.run("inpaint", far.clip, "--param", "prompt=a wall", "--out", tmp_path)
    assert refused.code == 10
    assert "needs a mask" in refused.err
    assert far.asked == []
    codes = np.zeros((3, 64, 96), int)
    codes[:, :32] = 255
    mask = write_still(tmp_path / "mask.png", rgb_frame(codes).reformat(format="rgb24"), "png")
    outcome = far.run(
        "inpaint", far.clip, "--param", "prompt=a wall", "--mask", mask, "--out", tmp_path, "--then-lift", "embedded"
    )
    assert outcome.code == 0, outcome.err
    made = outcome.json
    (job,) = far.jobs
    assert {"video_url", "mask_video_url", "loras", "video_strength"} <= job.body.keys()
    assert "resolution" not in job.body
    assert (made["kind"], made["color"], made["pattern"]) == ("movie", None, "shot_inpaint_v001.mp4")
    with av.open(str(Path(made["directory"]) / made["pattern"])) as movie, av.open(str(job.made.plate)) as plate:
        got, sent = (next(each.decode(video=0)).to_ndarray(format="rgb24").astype(int) for each in (movie, plate))
    # White was made anew (the model here gives the negative), black was kept.
    assert np.abs(got[:28] - (255 - sent[:28])).mean() < 8
    assert np.abs(got[36:] - sent[36:]).mean() < 8
    assert (made["frames"], made["handles_after"]) == (17, 5)
    then = made["then"]
    assert (then["kind"], then["frames"], then["handles_after"]) == ("sequence", 17, 5)
    assert Path(then["directory"]).name == "shot_hdr_v001"


def test_reference_video_to_video(far: Far, tmp_path: Path):
    image = write_still(tmp_path / "style.png", rgb_frame(np.full((3, 64, 96), 99)).reformat(format="rgb24"), "png")
    outcome = far.run(
        "reference-video-to-video", far.clip, "--param", "prompt=rain", "--param", f"image_url={image}",
        "--param", "video_strength=0.25", "--param", "resolution=landscape_16_9", "--out", tmp_path,
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    (job,) = far.jobs
    assert job.app == "fal-ai/ltx-2.3-quality/reference-video-to-video"
    assert job.body["image_url"].startswith(far.endpoint.url)
    assert (job.body["video_strength"], job.body["resolution"]) == (0.25, "landscape_16_9")
    assert outcome.json["pattern"] == "shot_video_v001.mp4"


def test_audio_to_video(far: Far, tmp_path: Path):
    outcome = far.run("audio-to-video", SAMPLE, "--range", "0-50", "--param", "prompt=a singer", "--out", tmp_path)
    assert outcome.code == 0, outcome.err
    (job,) = far.jobs
    assert job.app == "fal-ai/ltx-2.3-quality/audio-to-video/lora"
    assert "video_url" not in job.body
    assert job.body["match_audio_length"] is True
    assert abs(outcome.json["frames"] - 50) <= 1


def test_a_clip_without_sound_is_refused_before_anything_is_sent(far: Far, tmp_path: Path):
    outcome = far.run("audio-to-video", far.clip, "--param", "prompt=a singer", "--out", tmp_path)
    assert outcome.code == 22
    assert "no sound" in outcome.err
    assert far.endpoint.submits == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--param", "num_inference_steps=31"], "num_inference_steps"),
        (["--param", "nonsense=1"], "nonsense"),
        (["--param", "resolution=big"], "1280x720"),
        (["--param", "seed"], "write name=value"),
    ],
)
def test_settings_are_checked_before_anything_is_sent(far: Far, tmp_path: Path, arguments, words):
    outcome = far.lift("--out", tmp_path, *arguments)
    assert outcome.code == 10
    assert words in outcome.err
    assert far.asked == []


def test_too_long_a_clip_is_refused_before_anything_is_sent(far: Far, tmp_path: Path):
    clip = write_numbered(tmp_path / "long.mp4", 482)
    outcome = far.terminal.run("lift", clip, "--backend", "fal", "--out", tmp_path, "--json")
    assert outcome.code == 10
    assert "482 frames" in outcome.err
    assert far.asked == []


@pytest.mark.parametrize("backend", ["fal", "oxen"])
def test_fewer_frames_than_the_clip_has_are_refused_before_anything_is_sent(far: Far, tmp_path: Path, backend: str):
    outcome = far.lift("--out", tmp_path, "--param", "num_frames=9", backend=backend)
    assert outcome.code == 10
    assert "12 frames" in outcome.err
    assert set(far.asked) <= {"events"}


def test_an_address_at_oxen_that_has_run_out_is_asked_for_once_more(far: Far, tmp_path: Path):
    far.endpoint.oxen.archive = "field"
    # Each is asked for without the key, and with it.
    far.endpoint.script.next("repo_file", Fault.expired(404), times=2)
    outcome = far.lift("--out", tmp_path, backend="oxen")
    assert outcome.code == 0, outcome.err
    assert len(far.jobs) == 1
    assert len(frames_of(outcome.json)) == FRAMES


@pytest.mark.parametrize(("call", "fetched"), [("synchronous=false", 2), ("synchronous=true", 1)])
def test_a_result_at_oxen_that_is_gone_is_made_anew_when_the_user_says_so(
    far: Far, tmp_path: Path, call: str, fetched: int
):
    """What came in one call cannot be asked for once more."""
    far.endpoint.oxen.archive = "field"
    far.endpoint.script.next("repo_file", Fault.expired(404), times=2 * fetched)
    outcome = far.lift("--out", tmp_path, "--param", call, backend="oxen")
    assert outcome.code == 96, outcome.err
    assert far.endpoint.script.waiting("repo_file") == 0
    assert len(far.jobs) == 1
    again = far.terminal.run("jobs", "retry", outcome.json["job"], "--json")
    assert again.code == 0, again.err
    assert len(far.jobs) == 2
    assert len(frames_of(again.json)) == FRAMES


def test_what_every_clip_of_a_timeline_costs_is_said_before_the_first_is_sent(far: Far, tmp_path: Path):
    clips = [otio.schema.Clip(name, media(far.clip), span(start, 4)) for name, start in (("one", 0), ("two", 6))]
    timeline = cut(tmp_path / "cut.otio", *clips)
    outcome = far.terminal.run("lift", "--timeline", timeline, "--backend", "fal", "--out", tmp_path, "--max-cost", 0)
    assert outcome.code == 16
    assert far.asked == []
    for name in ("one", "two"):
        assert f"At fal “{name}” costs up to $0.00." in outcome.err


def test_what_would_cost_too_much_is_not_sent(far: Far, tmp_path: Path):
    outcome = far.lift("--out", tmp_path, "--max-cost", "0.001")
    assert outcome.code == 16
    assert "more than the limit" in outcome.err
    assert far.asked == []


def test_what_is_not_known_enough_is_not_used(far: Far, tmp_path: Path):
    outcome = far.run("hdr-lift-ltx-2-5", far.clip, "--out", tmp_path)
    assert outcome.code == 11
    assert "price" in outcome.err


@pytest.mark.parametrize("exposure", ["field", "repository"])
def test_a_lift_at_oxen(far: Far, tmp_path: Path, exposure: str):
    far.endpoint.oxen.archive = exposure
    outcome = far.lift("--out", tmp_path, "--param", "repository=me/plates", backend="oxen")
    assert outcome.code == 0, outcome.err + outcome.out
    (job,) = far.jobs
    assert job.body["input_video"].startswith(f"{far.endpoint.url}/api/repos/me/plates/file/")
    assert (job.body["num_frames"], job.body["model"]) == (17, "ltx-2-3-quality-hdr")
    assert same(frames_of(outcome.json), expected(job))
    assert far.endpoint.keys_seen == {f"Bearer {far.endpoint.oxen_key}"}


def test_oxen_in_one_call_and_without_a_repository(far: Far, tmp_path: Path):
    far.endpoint.oxen.archive = "field"
    outcome = far.lift("--out", tmp_path, "--param", "synchronous=true", backend="oxen")
    assert outcome.code == 0, outcome.err + outcome.out
    assert far.jobs[0].body["input_video"].startswith("data:video/mp4;base64,")


def test_oxen_that_hides_the_frames_is_said_so(far: Far, tmp_path: Path):
    far.endpoint.oxen.archive = "nowhere"
    outcome = far.lift("--out", tmp_path, backend="oxen")
    assert outcome.code == 95
    assert "does not say where its EXR frames are" in outcome.err
    assert len(far.jobs) == 1


def test_a_failure_at_oxen_is_told(far: Far, tmp_path: Path):
    far.endpoint.script.next("job", Fault.fails(500, error="Insufficient credits"))
    outcome = far.lift("--out", tmp_path, backend="oxen")
    assert outcome.code == 93
    assert "Insufficient credits" in outcome.err

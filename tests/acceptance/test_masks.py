"""Masks from the command line: real mattes on real clips, judged pixel by pixel against the lift without them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import OpenEXR
import pytest

from bridge.client import Bridge, RunFile, calls
from bridge.domain.settings import Endpoint
from tests.acceptance.terminal import SAMPLE, Terminal
from tests.clips import frame_of_planes, numbered_frames, write_exr, write_movie, write_png

from .remote import FRAMES, Far, expected, far_away, frames_of
from .test_two_bridges import TOKEN, box

W, H = 1280, 720
START, END = 96, 100


def matte(number: int) -> np.ndarray:
    """White to the right of an edge that moves, black to the left, grey in a corner of that."""
    levels = np.zeros((H, W))
    levels[:, 500 + 20 * (number - START) :] = 1
    levels[:80, :80] = 0.5
    return levels


def h264(path: Path, numbers: range) -> Path:
    """Limited-range luma with chroma that means nothing."""
    chroma = [np.full((H // 2, W // 2), 100), np.full((H // 2, W // 2), 160)]
    frames = [frame_of_planes([np.rint(matte(n) * 219 + 16), *chroma], "yuv420p", W, H) for n in numbers]
    return write_movie(path, frames, tags={"color_range": 1})


def pngs(folder: Path, numbers: range, kind: type) -> Path:
    top = np.iinfo(kind).max
    for n in numbers:
        write_png(folder / f"png.{n:05d}.png", np.stack([np.rint(matte(n) * top).astype(kind)] * 3))
    return folder / "png.#####.png"


def exrs(folder: Path, numbers: range, *, alone: bool) -> Path:
    for n in numbers:
        levels = matte(n).astype(np.float16)
        rest = {} if alone else {c: np.full((H, W), 0.3, np.float16) for c in "RGB"}
        write_exr(folder / f"exr.{n:04d}.exr", {"Y" if alone else "A": levels} | rest)
    return folder / f"exr.{numbers[0]:04d}.exr"


@pytest.fixture(scope="module")
def plain(terminal, tmp_path_factory):
    """The frames of the sample, lifted without a mask, by their numbers; and its plate in linear light."""
    made = terminal.lift(
        SAMPLE, "--out", tmp_path_factory.mktemp("plain"), "--range", f"{START - 2}-{END + 2}", "--no-review",
        "--method", "bt2446c",
    )  # fmt: skip
    lifted = dict(zip(range(START - 2, END + 2), frames_of(made), strict=True))
    return lifted, {n: picture for n, picture in sample_light() if n in lifted}


def sample_light():
    """The sample's frames as BT.1886 light in double precision. H.264 in BT.709, limited range."""
    from bridge.domain.frames import FrameRange
    from bridge.media.clip import open_clip

    with open_clip(SAMPLE) as clip:
        for frame in clip.frames(FrameRange(START - 2, END + 2)):
            yield frame.index, np.moveaxis((frame.codes / 255.0) ** 2.4, 0, -1)


def masked(terminal: Terminal, tmp_path: Path, *arguments: object, handles: int = 0):
    made = terminal.lift(
        SAMPLE, "--out", tmp_path / "out", "--range", f"{START}-{END}", "--no-review", "--method", "bt2446c",
        "--handles", handles, *arguments,
    )  # fmt: skip
    return made, dict(zip(range(made["first"], made["last"] + 1), frames_of(made), strict=True))


def assert_masked(got, levels, lifted, plate):
    """The blend of both in linear light, and exactly one or the other where the matte is white or black."""
    m = levels[..., None]
    wanted = m * lifted.astype(np.float64) + (1 - m) * plate
    np.testing.assert_allclose(got.astype(np.float64), wanted, rtol=2**-10, atol=2e-6)
    assert (got[levels == 1].view(np.uint16) == lifted[levels == 1].view(np.uint16)).all()
    assert (got[levels == 0] == plate[levels == 0].astype(np.float16)).all()


@pytest.mark.parametrize("kind", ["h264", "png8", "png16", "exr alpha", "exr alone"])
def test_a_masked_lift(terminal: Terminal, plain, tmp_path: Path, kind: str):
    numbers = range(START, END)
    match kind:
        case "h264":
            path = h264(tmp_path / "m.mp4", numbers)
        case "png8" | "png16":
            path = pngs(tmp_path, numbers, np.uint8 if kind == "png8" else np.uint16)
        case _:
            path = exrs(tmp_path, numbers, alone=kind == "exr alone")
    made, frames = masked(terminal, tmp_path, "--mask", path)
    for number, got in frames.items():
        levels = matte(number)
        grey = {"h264": np.rint(0.5 * 219) / 219, "png8": 128 / 255, "png16": 32768 / 65535}.get(kind, 0.5)
        levels[levels == 0.5] = grey
        assert_masked(got, levels, plain[0][number], plain[1][number])
    sidecar = json.loads(Path(made["sidecar"]).read_text())
    assert sidecar["mask"]["channel"] == ("alpha" if kind == "exr alpha" else "luma")
    assert made["measures"]["fidelity_stops"] <= made["measures"]["fidelity_limit_stops"]


def test_a_matte_that_is_numbered_like_the_clip_is_held_over_the_handles(terminal: Terminal, plain, tmp_path: Path):
    """As hosts export them: over the range that is used, by the source's own numbers; here with one frame too many."""
    made, frames = masked(terminal, tmp_path, "--mask", exrs(tmp_path, range(START - 1, END), alone=False), handles=2)
    assert (made["first"], made["last"]) == (START - 2, END + 1)
    for number, got in frames.items():
        held = min(max(number, START - 1), END - 1)
        assert_masked(got, matte(held), plain[0][number], plain[1][number])
    with OpenEXR.File(str(Path(made["directory"]) / (made["pattern"] % START))) as file:
        assert json.loads(file.header()["superwhite:mask"])["belongs_to"] == "numbers"


def test_a_still_inverted_grown_and_feathered(terminal: Terminal, plain, tmp_path: Path):
    levels = np.zeros((H, W), np.uint8)
    levels[:, W // 2 :] = 255
    still = write_png(tmp_path / "still.png", np.stack([levels] * 3))
    _, frames = masked(
        terminal, tmp_path, "--mask", still, "--mask-invert", "--mask-grow", 10, "--mask-feather", 4
    )  # fmt: skip
    for number, got in frames.items():
        lifted, plate = plain[0][number], plain[1][number]
        # White now reaches ten pixels beyond the middle, and its edge 12 to both sides.
        assert (got[:, : W // 2 - 2] == lifted[:, : W // 2 - 2]).all()
        assert (got[:, W // 2 + 22 :] == plate[:, W // 2 + 22 :].astype(np.float16)).all()
        between = got[:, W // 2 - 2 : W // 2 + 22].astype(np.float64)
        ends = [side[:, W // 2 - 2 : W // 2 + 22].astype(np.float64) for side in (lifted, plate)]
        assert (between >= np.minimum(*ends) * (1 - 2**-10) - 1e-6).all()
        assert (between <= np.maximum(*ends) * (1 + 2**-10) + 1e-6).all()


@pytest.mark.parametrize("color", ["lin_rec709", "acescg"])
def test_a_seam_rises_steadily(terminal: Terminal, tmp_path: Path, color: str):
    """On a clip of one bright grey, from the plate to the lift."""
    planes = [np.full((64, 96), 228), *[np.full((32, 48), 128)] * 2]
    clip = write_movie(tmp_path / "c.mkv", [frame_of_planes(planes, "yuv420p", 96, 64)] * 3, codec="ffv1")
    levels = np.zeros((64, 96), np.float16)
    levels[:, 48:] = 1
    still = write_exr(tmp_path / "m.exr", {"A": levels})
    out = ["--out", tmp_path / "out", "--color", color, "--white", 100]
    made = terminal.lift(clip, *out, "--mask", still, "--mask-feather", 5)
    without = terminal.lift(clip, *out)
    for got, lifted in zip(frames_of(made), frames_of(without), strict=True):
        row = got[30].astype(np.float64)
        assert (np.diff(row, axis=0) >= 0).all()
        assert (got[:, 48 + 15 :] == lifted[:, 48 + 15 :]).all()
        light = (round((228 - 16) / 219 * 255) / 255) ** 2.4
        np.testing.assert_allclose(row[: 48 - 15], light, rtol=2**-10)
        assert row[-1, 1] > 1.2 * light


# What does not fit


def refused(terminal: Terminal, tmp_path: Path, code: int, *arguments: object) -> str:
    outcome = terminal.run("lift", SAMPLE, "--out", tmp_path / "out", "--range", "0-6", *arguments, "--json")
    assert outcome.code == code, outcome.err
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []
    return outcome.json["error"]["sentence"]


def test_masks_that_do_not_fit(terminal: Terminal, tmp_path: Path):
    slow = write_movie(tmp_path / "slow.mp4", numbered_frames(6, width=320, height=180), rate=Fraction(24))
    assert "24 frames per second, the clip at 25" in refused(terminal, tmp_path, 10, "--mask", slow)
    square = write_png(tmp_path / "square.png", np.zeros((3, 90, 90), np.uint8))
    assert "90x90" in refused(terminal, tmp_path, 10, "--mask", square)
    long = write_movie(tmp_path / "long.mp4", numbered_frames(7, width=320, height=180))
    assert "7 frames; the clip has 132, of which 6" in refused(terminal, tmp_path, 10, "--mask", long)
    assert "nowhere.mov" in refused(terminal, tmp_path, 20, "--mask", tmp_path / "nowhere.mov")
    for number in (0, 1, 2, 4, 5, 6):
        write_exr(tmp_path / f"holes.{number:04d}.exr", {"A": np.ones((H, W), np.float16)})
    assert "lacks frame: 3" in refused(terminal, tmp_path, 26, "--mask", tmp_path / "holes.%04d.exr")
    assert "--mask-grow" in refused(terminal, tmp_path, 10, "--mask", square, "--mask-grow", 900)


def test_a_frame_of_the_mask_that_holds_no_numbers(terminal: Terminal, tmp_path: Path):
    """Found in the middle of the work, as damage of the clip is: what is done is kept for the next attempt."""
    path = exrs(tmp_path, range(START, END), alone=False)
    levels = np.ones((H, W), np.float32)
    levels[3, 3] = np.nan
    write_exr(tmp_path / f"exr.{START + 2:04d}.exr", {"A": levels})
    outcome = terminal.run(
        "lift", SAMPLE, "--out", tmp_path / "out", "--range", f"{START}-{END}", "--mask", path, "--json"
    )
    assert outcome.code == 22
    assert "exr.0098.exr” holds values that are no numbers" in outcome.json["error"]["sentence"]
    exrs(tmp_path, range(START, END), alone=False)
    retried = terminal.run("jobs", "retry", outcome.json["job"], "--json")
    assert retried.code == 0, retried.err


@pytest.mark.parametrize("command", ["lift", "run hdr-lift"])
def test_options_of_a_mask_want_one(terminal: Terminal, tmp_path: Path, command: str):
    outcome = terminal.run(*command.split(), SAMPLE, "--out", tmp_path / "out", "--mask-grow", 3)
    assert outcome.code == 2
    assert "--mask-grow goes with --mask" in " ".join(outcome.err.split())


# Endpoints


@pytest.fixture(scope="module")
def distant(tmp_path_factory):
    with far_away(tmp_path_factory.mktemp("far")) as far:
        yield far


@pytest.fixture
def far(distant: Far):
    distant.begin()
    return distant


def half_white(path: Path) -> Path:
    levels = np.zeros((64, 96), np.float16)
    levels[:, 48:] = 1
    return write_exr(path, {"A": levels})


@pytest.mark.parametrize("backend", ["fal", "oxen"])
def test_a_lift_elsewhere_is_kept_inside_the_mask_here(far: Far, tmp_path: Path, backend: str):
    how = ["--param", "repository=me/plates"] if backend == "oxen" else []
    outcome = far.lift("--out", tmp_path, "--mask", half_white(tmp_path / "m.exr"), *how, backend=backend)
    assert outcome.code == 0, outcome.err + outcome.out
    (job,) = far.jobs
    assert not [name for name in job.body if "mask" in name]
    with av.open(str(far.clip)) as movie:
        plates = [frame.to_ndarray(format="rgb24") for frame in movie.decode(video=0)]
    for got, there, plate in zip(frames_of(outcome.json), expected(job), plates, strict=True):
        assert (got[:, 48:] == there[:, 48:]).all()
        np.testing.assert_allclose(got[:, :48].astype(float), (plate[:, :48] / 255.0) ** 2.4, atol=0.02)
    assert outcome.json["measures"]["fidelity_pixels"] == FRAMES * 64 * 48 * 8 // FRAMES


def test_another_superwhite_lifts_and_the_mask_stays_here(tmp_path: Path):
    """There is nothing that could be lifted twice, or at another strength: it is the lift at home, bit by bit."""
    clip = write_movie(tmp_path / "shot.mkv", numbered_frames(6), codec="ffv1")
    look = ["--transfer", "srgb", "--mask", half_white(tmp_path / "m.exr"), "--mask-feather", 3]
    with box(tmp_path / "box") as address:
        terminal = Terminal(tmp_path / "home")
        terminal.environment |= {"SUPERWHITE_KEY_BOX": TOKEN}
        try:
            near = terminal.lift(clip, "--out", tmp_path / "near", *look)
            with Bridge(RunFile.read(terminal.home)) as bridge:
                own = Endpoint(name="box", title="The box", kind="superwhite", url=address)
                settings = bridge.do(calls.settings())
                bridge.do(calls.change_settings(settings.model_copy(update={"endpoints": (own,)})))
            away = terminal.lift(clip, "--backend", "box", "--out", tmp_path / "away", *look)
        finally:
            terminal.close()
    for one, other in zip(frames_of(away), frames_of(near), strict=True):
        assert (one == other).all()


def test_a_mask_that_does_not_fit_costs_nothing(far: Far, tmp_path: Path):
    mask = write_png(tmp_path / "square.png", np.zeros((3, 90, 90), np.uint8))
    outcome = far.lift("--out", tmp_path / "out", "--mask", mask)
    assert outcome.code == 10
    assert "90x90" in outcome.err
    assert far.asked == []


def test_an_inpainted_movie_has_its_mask_inverted_and_grown(far: Far, tmp_path: Path):
    outcome = far.run(
        "inpaint", far.clip, "--param", "prompt=a wall", "--mask", half_white(tmp_path / "m.exr"), "--mask-invert",
        "--mask-grow", 8, "--out", tmp_path,
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    (job,) = far.jobs
    made = Path(outcome.json["directory"]) / outcome.json["pattern"]
    with av.open(str(made)) as movie, av.open(str(job.made.plate)) as plate:
        got, sent = (next(each.decode(video=0)).to_ndarray(format="rgb24").astype(int) for each in (movie, plate))
    # The model here gives the negative of what is white: all to the left of 48 + 8.
    assert np.abs(got[:, :52] - (255 - sent[:, :52])).mean() < 8
    assert np.abs(got[:, 60:] - sent[:, 60:]).mean() < 8

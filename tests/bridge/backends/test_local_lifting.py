"""One lift as the worker does it, with random weights: parts, seams, what is kept, what is told."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace

import numpy as np
import OpenEXR
import pytest

torch = pytest.importorskip("torch")

from bridge.assembly.segments import plan_segments, seed_of  # noqa: E402
from bridge.backends.local.desk import Desk  # noqa: E402
from bridge.backends.local.lifting import carry_out  # noqa: E402
from bridge.domain.errors import GpuTooSmall, JobCancelled  # noqa: E402
from bridge.domain.frames import FrameRange  # noqa: E402
from bridge.domain.job import Reservation, Running  # noqa: E402
from bridge.domain.workflow import LiftRequest, MaskSpec, OutputSpec, SourceSpec  # noqa: E402
from bridge.engines.ltx.lifting import lift_frames  # noqa: E402
from bridge.engines.ltx.memory import Shape  # noqa: E402
from bridge.engines.ltx.tiny import make_tiny  # noqa: E402
from bridge.engines.ltx.weights import MANIFEST  # noqa: E402
from bridge.engines.protocol import LocalOrder  # noqa: E402
from bridge.media.clip import open_clip  # noqa: E402
from bridge.media.plate import Rec709  # noqa: E402
from tests.clips import write_exr, write_numbered  # noqa: E402

W, H = 96, 64


class SmallDesk(Desk):
    """A card that makes `most` frames in one pass."""

    def __init__(self, most=9) -> None:
        super().__init__("cpu", "")
        self.most = most
        self.loads = 0

    def plan(self, weights, shape, wish):
        return replace(super().plan(weights, shape, wish), most_frames=self.most)

    def model(self, weights, plan):
        self.loads += 1
        return super().model(weights, plan)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    torch.set_num_threads(1)
    return make_tiny(tmp_path_factory.mktemp("weights") / "ltx-2.3-hdr")


@pytest.fixture(scope="module")
def desk():
    return SmallDesk()


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_numbered(tmp_path_factory.mktemp("clips") / "c.mp4", 20)


def order(folder, clip, weights, seed=3, **how):
    staging = folder / "staging"
    staging.mkdir(exist_ok=True, parents=True)
    source = SourceSpec(path=clip, end=how.pop("end", None))
    output = OutputSpec(folder=folder / "out", review=False, **how.pop("output", {}))
    return LocalOrder(
        job="j",
        request=LiftRequest(backend="ltx", source=source, output=output, **how),
        reservation=Reservation(name="c_hdr_v001", staging=staging, final=folder / "out" / "c_hdr_v001"),
        weights=weights.base,
        models=weights.base.parent,
        seed=seed,
        log=folder / "log",
    )


def nothing(_):
    pass


def frame(work, number):
    path = work.reservation.staging / f"c_hdr_v001.{number:08d}.exr"
    with OpenEXR.File(str(path)) as file:
        return np.array(file.channels()["RGB"].pixels)


def frames(work, count=20):
    return [frame(work, number) for number in range(count)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, clip, weights, desk):
    work = order(tmp_path_factory.mktemp("undisturbed"), clip, weights)
    result = carry_out(work, desk, nothing)
    return result, frames(work)


def decode(code):
    """LogC3 EI 800 in float64, written out."""
    code = np.asarray(code, np.float64)
    log = (10 ** ((code - 0.385537) / 0.247190) - 0.052272) / 5.555556
    return np.maximum(np.where(code > 5.367655 * 0.010591 + 0.092809, log, (code - 0.092809) / 5.367655), 0)


def test_parts_are_the_models_own_light_and_meet_in_seams(undisturbed, clip, weights, desk):
    result, made = undisturbed
    segments = plan_segments(20, 9, 8)
    assert len(segments) == 4
    assert [seam["frame"] for seam in result.measures["seams"]] == [each.used.start for each in segments[1:]]
    assert [seam["frames"] for seam in result.measures["seams"]] == [4, 4, 4]
    with open_clip(clip) as source:
        to_rec709 = Rec709(source.facts.color, source.facts.bits)
        read = np.stack([to_rec709(each.codes) for each in source.frames(FrameRange(0, 20))])
        rate = source.facts.rate
    model = desk.model(weights, plan := replace(desk.plan(weights, shape(), "auto"), most_frames=9))
    parts = [
        np.stack(
            list(
                lift_frames(
                    model,
                    read[each.given.start : each.given.end],
                    rate,
                    seed=seed_of(3, each.index),
                    plan=plan,
                    tell=nothing,
                )
            )
        )
        for each in segments[:2]
    ]
    # Before the first seam: nothing but the curve, the limit of the target, and half floats.
    start = segments[1].used.start
    for number in range(start):
        wanted = np.minimum(decode(parts[0][number]), 10_000 / 203)
        np.testing.assert_allclose(made[number].astype(np.float64), wanted, rtol=6e-4, atol=1e-6)
    # In it: the codes between both, the later raised by what the sidecar says.
    gain = result.measures["seams"][0]["gain_stops"]
    for place in range(4):
        if start + place >= segments[2].used.start:
            break
        before, after = parts[0][start + place], parts[1][place]
        raised = decode(after) * 2**gain
        codes = np.where(raised > 0.010591, 0.247190 * np.log10(5.555556 * raised + 0.052272) + 0.385537, after)
        wanted = decode(before + (place + 1) / 5 * (codes - before))
        seen = (wanted > 0.05) & (wanted < 30) & (raised > 0.05) & (raised < 30)
        np.testing.assert_allclose(made[start + place][seen].astype(np.float64), wanted[seen], rtol=3e-3)


def shape():
    return Shape(W + 32, H, 25)


def test_the_result_is_measured_and_what_is_seen_is_told(undisturbed):
    result, _ = undisturbed
    flicker = result.measures["flicker"]
    assert flicker["frames"] == 19
    assert flicker["worst_stops"] >= flicker["mean_stops"] > 0
    # Random weights flicker, and their parts do not meet.
    assert any("flickers" in warning for warning in result.warnings)
    assert any("parts meet" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("at", "part"),
    [
        ("Loading", 1),
        ("Reading", 1),
        ("Stage 1, step 5 of 8", 2),
        ("Decoding", 3),
        ("Stage 2, step 1 of 2", 4),
    ],
)
def test_what_was_cut_short_goes_on_to_the_same_light(tmp_path, clip, weights, desk, undisturbed, at, part):
    work = order(tmp_path, clip, weights)

    def stop(state):
        where = "the model" if at == "Loading" else f"part {part} of 4"
        if isinstance(state, Running) and state.note.startswith(at) and state.note.endswith(where):
            raise JobCancelled("Enough.")

    with pytest.raises(JobCancelled):
        carry_out(work, desk, stop)
    kept = {path.name: path.stat().st_mtime_ns for path in work.reservation.staging.glob("*.exr")}
    parts = set()

    def listen(state):
        if isinstance(state, Running) and "part" in state.note:
            parts.add(state.note.rpartition("part ")[2])

    carry_out(work, desk, listen)
    _, wanted = undisturbed
    assert all(np.array_equal(a, b) for a, b in zip(frames(work), wanted, strict=True))
    for name, stamp in kept.items():
        assert (work.reservation.staging / name).stat().st_mtime_ns == stamp
    # Parts that were whole are not made again.
    assert min(parts) == f"{part} of 4"


def test_without_the_end_of_the_part_before_that_part_is_made_again(tmp_path, clip, weights, desk, undisturbed):
    work = order(tmp_path, clip, weights)

    def stop(state):
        if isinstance(state, Running) and state.note.startswith("Stage 2") and "part 3" in state.note:
            raise JobCancelled("Enough.")

    with pytest.raises(JobCancelled):
        carry_out(work, desk, stop)
    tails = list((work.reservation.staging / ".work").glob("tail-*"))
    assert tails
    for tail in tails:
        tail.write_bytes(tail.read_bytes()[:-5])
    carry_out(work, desk, nothing)
    _, wanted = undisturbed
    assert all(np.array_equal(a, b) for a, b in zip(frames(work), wanted, strict=True))


def test_frames_that_are_all_there_load_no_model(tmp_path, clip, weights):
    desk = SmallDesk()
    work = order(tmp_path, clip, weights)

    def stop(state):
        if state.state == "verifying":
            raise JobCancelled("Enough.")

    with pytest.raises(JobCancelled):
        carry_out(work, desk, stop)
    assert desk.loads == 1
    carry_out(work, desk, nothing)
    assert desk.loads == 1


def test_another_seed_takes_no_frame_of_the_first(tmp_path, clip, weights, desk, undisturbed):
    work = order(tmp_path, clip, weights, seed=4)

    def stop(state):
        if isinstance(state, Running) and "part 4" in state.note:
            raise JobCancelled("Enough.")

    with pytest.raises(JobCancelled):
        carry_out(work, desk, stop)
    carry_out(order(tmp_path, clip, weights), desk, nothing)
    _, wanted = undisturbed
    assert all(np.array_equal(a, b) for a, b in zip(frames(work), wanted, strict=True))


def test_outside_a_mask_the_plate_stays(tmp_path, clip, weights, desk):
    levels = np.zeros((H, W), np.float32)
    levels[:, W // 2 :] = 1
    write_exr(tmp_path / "m.0000.exr", {"A": levels})
    masked = order(tmp_path / "masked", clip, weights, end=10, mask=MaskSpec(path=tmp_path / "m.0000.exr"))
    plain = order(tmp_path / "plain", clip, weights, end=10)
    result = carry_out(masked, desk, nothing)
    carry_out(plain, desk, nothing)
    with open_clip(clip) as source:
        for number, read in enumerate(source.frames(FrameRange(0, 10))):
            got = frame(masked, number)
            light = ((read.codes / 255.0) ** 2.4).astype(np.float32).astype(np.float16)
            assert np.array_equal(got[:, : W // 2], np.moveaxis(light, 0, -1)[:, : W // 2])
            assert np.array_equal(got[:, W // 2 :], frame(plain, number)[:, W // 2 :])
    assert result.measures["fidelity_pixels"] > 0
    assert result.measures["fidelity_stops"] < 0.004


def test_light_below_zero_stays_on_request(tmp_path, clip, weights, desk):
    work = order(tmp_path, clip, weights, end=9, parameters={"toe": "keep"})
    carry_out(work, desk, nothing)
    lowest = min(float(each.min()) for each in frames(work, 9))
    assert -0.0174 < lowest < 0


def test_a_target_that_stands_for_less_white_holds_more_light(tmp_path, clip, weights, desk):
    work = order(tmp_path, clip, weights, end=9, output={"reference_white": 100})
    carry_out(work, desk, nothing)
    assert max(float(each.max()) for each in frames(work, 9)) <= float(np.float16(55.0796))


def test_twice_the_frames_are_made_for_high_quality_and_half_are_kept(tmp_path, clip, weights):
    work = order(tmp_path, clip, weights, end=5, parameters={"high_quality": True})
    result = carry_out(work, SmallDesk(), nothing)
    assert result.frames == 5
    assert result.measures["seams"] == []


def test_what_short_memory_has_changed_becomes_a_warning(tmp_path, clip, weights):
    """A card whose VAE takes no more than 17 frames of this size at once."""
    desk = SmallDesk(most=25)
    real = desk.model

    def model(found, plan):
        made = real(found, plan)
        decode = made.pipe.vae.decoder.forward

        def short(latents, *more, **how):
            if latents.shape[2] > 3:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
            return decode(latents, *more, **how)

        made.pipe.vae.decoder.forward = short
        return made

    desk.model = model
    work = order(tmp_path, clip, weights)
    told = []
    result = carry_out(work, desk, lambda state: told.append(getattr(state, "note", "")))
    assert result.frames == 20
    assert any("memory" in warning.lower() for warning in result.warnings), result.warnings
    assert any("memory" in note.lower() for note in told)


def test_a_card_that_holds_nothing_says_what_was_tried(tmp_path, clip, weights):
    desk = SmallDesk()
    real = desk.model

    def model(found, plan):
        made = real(found, plan)

        def short(*_more, **_how):
            raise torch.OutOfMemoryError("CUDA out of memory.")

        made.pipe.transformer.forward = short
        return made

    desk.model = model
    with pytest.raises(GpuTooSmall):
        carry_out(order(tmp_path, clip, weights), desk, nothing)


def test_the_layout_of_the_first_attempt_holds_for_the_next(tmp_path, clip, weights, undisturbed):
    work = order(tmp_path, clip, weights)

    def stop(state):
        if isinstance(state, Running) and "part 2" in state.note:
            raise JobCancelled("Enough.")

    with pytest.raises(JobCancelled):
        carry_out(work, SmallDesk(9), stop)
    # By now more is free on the card.
    carry_out(work, SmallDesk(17), nothing)
    _, wanted = undisturbed
    assert all(np.array_equal(a, b) for a, b in zip(frames(work), wanted, strict=True))


def test_every_header_says_how_the_light_was_made(tmp_path, clip, weights, desk):
    listed = shutil.copytree(weights.base, tmp_path / "listed")
    name = weights.hdr_lora.name
    content = (listed / name).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    manifest = json.loads((listed / MANIFEST).read_text())
    manifest["files"] = [{"path": name, "size": len(content), "sha256": digest}]
    (listed / MANIFEST).write_text(json.dumps(manifest))
    work = order(tmp_path, clip, replace(weights, base=listed), end=9)
    carry_out(work, desk, nothing)
    with OpenEXR.File(str(work.reservation.staging / "c_hdr_v001.00000000.exr")) as file:
        told = json.loads(dict(file.header())["superwhite:engine"])
    assert told["seed"] == 3
    assert told["parts"] == [[0, 9]]
    assert told["memory"]["most_frames"] == 9
    assert told["card"]
    assert told["weights"] == {name: digest}
    assert told["loras"] == []
    assert told["libraries"]["torch"] == torch.__version__

"""Work with a mask, as a worker does it: taken up again, changed under its hands, with what an endpoint has made."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import OpenEXR
import pytest

from bridge.backends.embedded.work import carry_out
from bridge.backends.remote.plates import write_plates
from bridge.backends.remote.unpack import unpack
from bridge.domain.errors import JobCancelled, MediaUnreadable, RequestError, VerificationFailed
from bridge.domain.job import Assembling, Preparing, Reservation, Running
from bridge.domain.workflow import LiftRequest, MaskSpec, OutputSpec, SourceSpec
from bridge.engines.protocol import PlateOrder, UnpackOrder, WorkOrder
from tests.clips import numbered_luma, rgb_frame, write_exr, write_movie
from tests.endpoints import model

FRAMES, W, H = 10, 96, 64


@pytest.fixture
def clip(tmp_path):
    frames = [rgb_frame(np.stack([numbered_luma(n)] * 3)).reformat(format="bgr0") for n in range(FRAMES)]
    return write_movie(tmp_path / "c.mkv", frames, codec="ffv1")


def matte(folder, value=1.0, numbers=range(FRAMES)):
    """White to the right of the middle, or as bright as `value`."""
    levels = np.zeros((H, W), np.float32)
    levels[:, W // 2 :] = value
    for number in numbers:
        write_exr(folder / f"m.{number:04d}.exr", {"A": levels})
    return folder / "m.%04d.exr"


def request(tmp_path, clip, mask, **how):
    spec = mask if isinstance(mask, MaskSpec) or mask is None else MaskSpec(path=mask)
    output = OutputSpec(folder=tmp_path / "out", review=False)
    return LiftRequest(source=SourceSpec(path=clip), mask=spec, output=output, **how)


def reservation(tmp_path):
    staging = tmp_path / "staging"
    staging.mkdir(exist_ok=True)
    return Reservation(name="c_hdr_v001", staging=staging, final=tmp_path / "out" / "c_hdr_v001")


def work(tmp_path, clip, mask, **how):
    return WorkOrder(
        job="j",
        request=request(tmp_path, clip, mask, **how),
        reservation=reservation(tmp_path),
        engine="classical",
    )


def lift(order, after=None, then=None):
    """Do the work, and after `after` frames do `then`."""

    def report(state):
        if isinstance(state, Running | Assembling) and state.done == after:
            then()

    return carry_out(order, report)


def light(order, number):
    with OpenEXR.File(str(order.reservation.staging / f"c_hdr_v001.{number:08d}.exr")) as file:
        return np.array(file.channels()["RGB"].pixels)


def stop():
    raise JobCancelled("Enough.")


def times(order):
    return {path.name: path.stat().st_mtime_ns for path in order.reservation.staging.glob("*.exr")}


def test_what_was_made_with_the_same_mask_is_kept(tmp_path, clip):
    order = work(tmp_path, clip, matte(tmp_path))
    with pytest.raises(JobCancelled):
        lift(order, 4, stop)
    before = times(order)
    assert len(before) >= 4
    lift(order)
    after = times(order)
    assert {name: after[name] for name in before} == before
    assert len(after) == FRAMES


def test_what_was_made_with_another_matte_is_made_anew(tmp_path, clip):
    path = matte(tmp_path)
    order = work(tmp_path, clip, path)
    with pytest.raises(JobCancelled):
        lift(order, 4, stop)
    lifted = light(order, 0)
    matte(tmp_path, 0.0)
    lift(order)
    assert (lifted[:, W // 2 :] != light(order, 0)[:, W // 2 :]).any()
    plate = ((numbered_luma(0) / 255.0) ** 2.4).astype(np.float16)
    for number in range(FRAMES):
        plate = ((numbered_luma(number) / 255.0) ** 2.4).astype(np.float16)
        assert (light(order, number) == plate[..., None]).all()


@pytest.mark.parametrize("spec", [{"grow": 2}, {"feather": 1.0}, {"invert": True}])
def test_what_was_made_with_another_setting_is_made_anew(tmp_path, clip, spec):
    path = matte(tmp_path)
    with pytest.raises(JobCancelled):
        lift(work(tmp_path, clip, path), 4, stop)
    order = work(tmp_path, clip, MaskSpec(path=path, **spec))
    before = times(order)
    lift(order)
    after = times(order)
    assert all(after[name] != before[name] for name in before)


def test_a_mask_that_is_changed_while_it_is_used_is_found(tmp_path, clip):
    order = work(tmp_path, clip, matte(tmp_path))
    with pytest.raises(VerificationFailed, match=r"m\.0003\.exr” was changed"):
        lift(order, FRAMES - 1, lambda: matte(tmp_path, 0.5, [3]))
    lift(order)  # the next attempt begins with what is there now
    assert (light(order, 3)[:, W // 2 :].max()) < light(order, 2)[:, W // 2 :].max()


def test_the_sidecar_and_the_header_tell_of_the_mask(tmp_path, clip):
    order = work(tmp_path, clip, MaskSpec(path=matte(tmp_path), grow=-1, feather=0.5))
    lift(order)
    sidecar = json.loads((order.reservation.staging / "c_hdr_v001.json").read_text())
    assert sidecar["request"]["mask"]["feather"] == 0.5
    assert sidecar["mask"] == {
        "path": str(tmp_path / "m.%04d.exr"),
        "frames": FRAMES,
        "width": W,
        "height": H,
        "channel": "alpha",
        "belongs_to": "clip",
    }
    with OpenEXR.File(str(order.reservation.staging / "c_hdr_v001.00000000.exr")) as file:
        told = json.loads(file.header()["superwhite:mask"])
    assert told == {
        "path": "m.%04d.exr",
        "channel": "alpha",
        "invert": False,
        "grow": -1,
        "feather": 0.5,
        "belongs_to": "clip",
    }
    assert sidecar["result"]["measures"]["fidelity_limit_stops"] is not None


def test_a_method_that_maps_all_anew_is_held_to_the_source_outside_its_mask(tmp_path, clip):
    order = work(tmp_path, clip, matte(tmp_path), parameters={"method": "bt2446c"})
    measures = lift(order).measures
    assert measures["identity_below"] is None
    assert measures["fidelity_pixels"] == len(measures["frames_checked"]) * H * W // 2
    assert measures["fidelity_stops"] <= measures["fidelity_limit_stops"]
    without = work(tmp_path, clip, None, parameters={"method": "bt2446c"})
    assert lift(without).measures["fidelity_limit_stops"] is None


# What an endpoint has made


class Whole:
    """An archive that is there already."""

    def __init__(self, path):
        self._size = path.stat().st_size

    def wait_for(self, size):
        return self._size


def made_there(size=None):
    """The frames of an endpoint: three times the source's light, in a picture of `size`."""
    width, height = size or (W, H)
    for number in range(FRAMES):
        plane = ((numbered_luma(number, W, H) / 255.0) ** 2.4 * 3).astype(np.float16)
        rows, columns = (np.arange(n) * m // n for n, m in ((height, H), (width, W)))
        yield np.repeat(plane[rows][:, columns, None], 3, axis=2)


def received(tmp_path, clip, mask, size=None, **how):
    archive = tmp_path / "frames.zip"
    model.write_archive(archive, made_there(size))
    order = UnpackOrder(
        job="j",
        request=request(tmp_path, clip, mask, backend="fal", **how),
        reservation=reservation(tmp_path),
        archive=archive,
        frames=FRAMES,
        width=W,
        height=H,
        engine={"engine": "there"},
    )
    return order, unpack(order, Whole(archive), lambda state: None)


def test_a_result_from_elsewhere_is_kept_inside_the_mask_here(tmp_path, clip):
    order, result = received(tmp_path, clip, matte(tmp_path))
    for number, there in enumerate(made_there()):
        got = light(order, number)
        plate = ((numbered_luma(number) / 255.0) ** 2.4).astype(np.float16)[..., None]
        assert (got[:, W // 2 :] == there[:, W // 2 :]).all()
        assert (got[:, : W // 2] == plate[:, : W // 2]).all()
    assert result.measures["fidelity_pixels"] == len(result.measures["frames_checked"]) * H * W // 2
    assert result.measures["fidelity_stops"] <= result.measures["fidelity_limit_stops"]


def test_a_smaller_result_meets_the_clip_scaled_to_it(tmp_path, clip):
    order, result = received(tmp_path, clip, matte(tmp_path), size=(48, 32))
    assert (result.width, result.height) == (48, 32)
    assert any("Outside the mask" in warning and "48x32" in warning for warning in result.warnings)
    for number, there in enumerate(made_there((48, 32))):
        got = light(order, number)
        plate = ((numbered_luma(number) / 255.0) ** 2.4).reshape(32, 2, 48, 2).mean(axis=(1, 3))[..., None]
        assert (got[:, 24:] == there[:, 24:]).all()
        np.testing.assert_allclose(got[:, :24].astype(float), np.repeat(plate[:, :24], 3, axis=2), rtol=6e-4)
    assert result.measures["fidelity_pixels"] == len(result.measures["frames_checked"]) * 24 * 32


def test_the_plate_is_read_as_the_endpoint_was_asked_to(tmp_path, clip):
    order, _ = received(tmp_path, clip, matte(tmp_path), parameters={"transfer": "srgb"})
    v = numbered_luma(0) / 255.0
    plate = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4).astype(np.float16)[..., None]
    assert (light(order, 0)[:, : W // 2] == plate[:, : W // 2]).all()


# What is sent to an endpoint


def plates(tmp_path, clip, mask, workflow):
    folder = reservation(tmp_path).staging / "work"
    return write_plates(
        PlateOrder(
            job="j",
            request=request(tmp_path, clip, mask, backend="fal", workflow=workflow),
            reservation=reservation(tmp_path),
            folder=folder,
        ),
        lambda state: isinstance(state, Preparing),
    )


def test_a_lift_sends_no_mask(tmp_path, clip):
    assert plates(tmp_path, clip, matte(tmp_path), "hdr_lift").mask is None


def test_a_mask_that_does_not_fit_is_found_before_anything_is_sent(tmp_path, clip):
    path = matte(tmp_path, numbers=range(4))
    with pytest.raises(RequestError, match="4 frames"):
        plates(tmp_path, clip, path, "hdr_lift")


@pytest.mark.parametrize("workflow", ["hdr_lift", "inpaint"])
def test_a_damaged_mask_is_found_before_anything_is_sent(tmp_path, clip, workflow):
    path = matte(tmp_path)
    spoilt = tmp_path / "m.0007.exr"
    spoilt.write_bytes(spoilt.read_bytes()[:300])
    with pytest.raises(MediaUnreadable, match=r"m\.0007"):
        plates(tmp_path, clip, path, workflow)


def test_a_mask_that_is_sent_is_shaped_and_keeps_its_greys(tmp_path, clip):
    import av

    spec = MaskSpec(path=matte(tmp_path, 0.5), invert=True, grow=-4)
    sent = plates(tmp_path, clip, spec, "inpaint")
    with av.open(str(sent.mask)) as movie:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in movie.decode(video=0)]
        assert movie.streams.video[0].average_rate == Fraction(25)
    assert len(frames) == FRAMES
    for frame in frames:
        assert np.abs(frame[:, : W // 2 - 6] - 255).max() <= 2
        assert np.abs(frame[:, W // 2 - 2 :] - 128).max() <= 3

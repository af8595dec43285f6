"""What a click comes to: whether it can be made, what it costs at most, and what the bridge is asked for."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bridge.backends.remote.offers import offers
from bridge.backends.remote.settling import demand_affordable
from bridge.domain.color import OutputColor
from bridge.domain.errors import RequestError
from bridge.domain.host import HostAbilities, HostClip, HostFacts
from bridge.domain.settings import BackendState, BridgeSettings
from bridge.domain.view import ClipReport
from bridge.domain.workflow import FollowUp
from bridge.engines.protocol import Plates
from qt_panels.clips.manner import Manner, hindrance, remark
from qt_panels.clips.model import ClipRow
from qt_panels.lifting import Click, media_at_hand, request_of
from qt_panels.memory import Look, Preferences
from qt_panels.plan import forbidden, plan, work_of

FAL = {offer.workflow: offer for offer in offers("fal")}
CLIP = HostClip("a", "shot.mov", "/plates/shot.mov", on_timeline=False)
READY = BackendState(backend="fal", title="fal", runs="remote", state="ready")


def report(frames=121, width=1280, height=720, rate=Fraction(24)):
    return ClipReport(width=width, height=height, rate=rate, frames=frames, start=0, end=frames)


def manner(workflow="hdr_lift", mask=None, then_lift=False, **values):
    offered = FAL[workflow].capability("fal")
    return Manner(offered, Look(backend="fal", workflow=workflow, values=values, then_lift=then_lift), mask)


def made(found, how):
    return work_of(ClipRow(CLIP, found), how)


def test_the_pages_own_example_costs_what_the_page_says():
    # 121 frames of 1280 x 720 are 111.5 megapixels: 112 at $0.0027075 make $0.30324, of which the cent is begun.
    assert made(report(), manner()).cost == 0.31
    # Larger pictures are made at 720 lines, and cost no more.
    assert made(report(width=3840, height=2160), manner()).cost == 0.31
    # 122 frames are made as 129: 118.9 megapixels.
    assert made(report(122), manner()).cost == pytest.approx(0.33)


@pytest.mark.parametrize(
    ("values", "megapixels"),
    [
        ({"num_frames": 9}, 9),  # 9 x 0.9216
        ({"resolution": "640x360"}, 28),  # 121 x 0.2304
        ({"resolution": "square"}, 32),  # 121 x 0.262144
        ({"resolution": "nonsense"}, 112),
    ],
)
def test_settings_change_the_price(values, megapixels):
    assert made(report(), manner(prompt="x", **values)).cost == pytest.approx(-(-megapixels * 0.27075 // 1) / 100)


@given(
    st.sampled_from(["hdr_lift", "reference_video_to_video", "audio_to_video"]),
    st.integers(1, 400),
    st.integers(16, 4096),
    st.integers(16, 2160),
    st.sampled_from([Fraction(24), Fraction(24000, 1001), Fraction(25), Fraction(12)]),
    st.sampled_from([None, 9, 57, 100]),
    st.sampled_from([None, "auto", "square_hd", "landscape_16_9", "1920x1080", "333x77"]),
    st.sampled_from([None, 10, 23.976]),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_what_is_shown_is_never_less_than_what_the_bridge_allows_itself(
    workflow, frames, width, height, rate, wanted, size, fps, match
):
    values = {
        "prompt": "x",
        "match_audio_length": match if workflow == "audio_to_video" else None,
        "num_frames": wanted,
        "resolution": size,
        "frames_per_second": fps,
    }
    values = {name: value for name, value in values.items() if value is not None}
    offer, how = FAL[workflow], manner(workflow, **values)
    found = report(frames, width, height, rate)
    if hindrance(found, how):
        return
    try:
        chosen = offer.parameters.model_validate(values)
    except ValidationError:
        return
    plates = Plates(
        plate=Path("plate.mp4"),
        frames=frames,
        sent=offer.limits.padded(frames),
        width=width + width % 2,
        height=height + height % 2,
        rate=rate,
        seconds=float(frames / rate),
    )
    if workflow == "audio_to_video":
        # Of a file by itself the sound alone is sent, which can be a little longer than the pictures.
        seconds = float(frames / rate) + 0.04
        plates = Plates(plate=None, frames=0, sent=0, width=0, height=0, rate=Fraction(24), seconds=seconds)
    shown = made(found, how).cost
    assert shown is not None
    if wanted is not None and wanted < plates.frames:
        with pytest.raises(RequestError, match=f"{frames} frames"):
            demand_affordable(offer, chosen, plates, shown)
        return
    demand_affordable(offer, chosen, plates, shown)


def test_what_an_endpoint_does_not_take_is_said():
    assert hindrance(report(481), manner()) == ""
    assert hindrance(report(482), manner()) == "Too long for this backend: 482 frames of at most 481."
    assert hindrance(report(475), manner()) == ""  # 481 when padded
    fast = report(rate=Fraction(120))
    assert hindrance(fast, manner()) == "Too fast for this backend: 120 fps of at most 60 fps. Set a frame rate."
    assert hindrance(fast, manner(frames_per_second=60)) == ""
    assert "Needs a mask" in hindrance(report(), manner("inpaint"))
    assert hindrance(report(), manner("inpaint", Path("m.mov"))) == ""
    long = report(1000)
    assert "Too long" in hindrance(long, manner("audio_to_video", prompt="x", num_frames=49))
    assert hindrance(long, manner("audio_to_video", prompt="x", num_frames=49, match_audio_length=False)) == ""
    assert remark(report(5), manner()).startswith("Short for this backend: the last frame is repeated up to 9")
    assert remark(report(9), manner()) == ""


def test_what_forbids_the_work_is_said():
    work = made(report(), manner())
    told = {
        state: forbidden(work, READY.model_copy(update={"state": state}), BridgeSettings())
        for state in ("ready", "not_ready", "unreachable", "needs_key", "forbidden")
    }
    assert told == {
        "ready": "",
        "not_ready": "fal is not ready",
        "unreachable": "",  # it may be reached by then
        "needs_key": "fal needs a key",
        "forbidden": "“Never upload” is on",
    }
    assert forbidden(made(report(), manner("inpaint")), READY, None) == "“Prompt” has to be filled in"
    assert "cannot be used yet" in forbidden(made(report(), manner("hdr_lift_ltx_2_5")), READY, None)
    limited = BridgeSettings(spend_limit=0.3)
    assert forbidden(work, READY, limited) == "$0.31 for a clip is more than the $0.30 that you allow"
    assert forbidden(work, READY, BridgeSettings(spend_limit=0.31)) == ""
    unpriced = made(report(), manner("inpaint", Path("m.mov"), prompt="x"))
    assert "not known" in forbidden(unpriced, READY, limited)
    assert forbidden(unpriced, READY, BridgeSettings()) == ""


def test_a_plan_says_what_stops_all_and_passes_over_what_stops_some():
    work = made(report(), manner())
    assert plan(2, [(work, ""), (work, "fal needs a key")], "").works == (work,)
    stopped = plan(2, [(work, "fal needs a key")], "Needs a mask.")
    assert (stopped.works, stopped.obstacle) == ((), "fal needs a key")
    assert plan(1, [], "Needs a mask.").obstacle == "Needs a mask."
    both = plan(2, [(work, ""), (work, "")], "")
    assert both.cost == pytest.approx(0.62)
    assert both.workflow == "hdr_lift"
    assert plan(2, [(work, ""), (made(report(), manner("inpaint", Path("m"))), "")], "").workflow == ""


def test_the_bridge_is_asked_for_what_was_shown():
    host = HostFacts("h", "H", "1", "clips", "", HostAbilities())
    works = (
        made(report(), manner(seed=7)),
        made(report(), manner("inpaint", Path("/m.mov"), then_lift=True, prompt="x")),
        made(report(), manner(then_lift=True)),
    )
    click = Click(works, Preferences(color=OutputColor.ACESCG), host, day=date(2026, 3, 1))
    lift, hole, plain = (request_of(work, click, media_at_hand(work, click)) for work in works)
    assert (lift.workflow, lift.backend, lift.parameters, lift.max_cost) == ("hdr_lift", "fal", {"seed": 7}, 0.31)
    assert lift.mask is None
    assert lift.then is None
    assert hole.mask
    assert hole.mask.path == Path("/m.mov")
    assert hole.then == FollowUp(backend="embedded")
    assert hole.max_cost is None  # its price is not known, and a limit could not be kept
    assert plain.then is None  # a lift is followed by none
    assert len({each.origin.batch for each in (lift, hole, plain)}) == 1

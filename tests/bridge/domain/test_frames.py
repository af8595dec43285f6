"""Frame arithmetic; OpenTimelineIO is the oracle for timecode."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.errors import RequestError
from bridge.domain.frames import FrameRange, Timecode, nominal_rate, parse_rate

RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(60), Fraction(24000, 1001), Fraction(30000, 1001)]


@given(st.sampled_from(RATES), st.integers(0, 24 * 3600 * 24 - 1))
def test_timecode_equals_that_of_opentimelineio(rate, frame):
    theirs = otio.opentime.RationalTime(frame, float(rate)).to_timecode(float(rate), drop_frame=False)
    assert str(Timecode.from_frame(frame, rate)) == theirs


@given(st.sampled_from([Fraction(30000, 1001), Fraction(60000, 1001)]), st.integers(0, 2_000_000))
def test_drop_frame_timecode_equals_that_of_opentimelineio(rate, frame):
    theirs = otio.opentime.RationalTime(frame, float(rate)).to_timecode(float(rate), drop_frame=True)
    assert str(Timecode.from_frame(frame, rate, drop_frame=True)) == theirs


@given(st.sampled_from([*RATES, Fraction(60000, 1001)]), st.integers(0, 2_000_000), st.booleans())
def test_timecode_goes_there_and_back(rate, frame, drop):
    drop = drop and rate.denominator == 1001 and nominal_rate(rate) % 30 == 0
    code = Timecode.from_frame(frame, rate, drop)
    assert Timecode.parse(str(code)) == code
    assert code.to_frame(rate) == frame


def test_timecode_wraps_after_a_day():
    assert str(Timecode.from_frame(24 * 3600 * 25, Fraction(25))) == "00:00:00:00"


@pytest.mark.parametrize("text", ["", "1:2", "aa:bb:cc:dd", "01:00:00", "01:00:00:00:00"])
def test_what_is_no_timecode_is_refused(text):
    with pytest.raises(RequestError):
        Timecode.parse(text)


def test_drop_frame_needs_a_rate_that_has_it():
    with pytest.raises(RequestError):
        Timecode.from_frame(10, Fraction(24), drop_frame=True)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("25", Fraction(25)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("24000/1001", Fraction(24000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_rates_of_the_trade(text, rate):
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "0", "-25", "1/0", "5000"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(RequestError):
        parse_rate(text)


@pytest.mark.parametrize("text", ["24", "48-24", "24-24", "a-b", "-3-5", ""])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(RequestError):
        FrameRange.parse(text)


def test_ranges_are_half_open():
    frames = FrameRange.parse("24-48")
    assert len(frames) == 24
    assert 24 in frames
    assert 48 not in frames
    assert frames.widened(30, FrameRange(0, 60)) == FrameRange(0, 60)
    assert FrameRange(0, 60).contains_range(frames)
    with pytest.raises(ValueError, match="before it starts"):
        FrameRange(5, 4)

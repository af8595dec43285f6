"""What Resolve is told of a result's colour, in each of its ways to manage colour, and what the user is told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.clips import write_numbered
from tests.fakes.resolve.reel import host_of, order_for, pick, result_for
from tests.fakes.resolve.stage import Stage

RCM, ACES = "davinciYRGBColorManagedv2", "acescct"


@pytest.fixture
def placed(version, footage, journal, tmp_path):
    """The properties of what was placed, the advice, and the project's settings afterwards."""

    def place(mode, color, *, split="0", traps=None, source=None):
        stage = Stage(version, **(traps or {}))
        stage.project(colorScienceMode=mode, separateColorSpaceAndGamma=split)
        stage.timeline()
        media = stage.media(footage)
        stage.here["clips"][media]["properties"].update(source or {})
        pick(stage, stage.put(media, frames=10))
        host = host_of(stage, journal)
        result = result_for(host.selection().clips[0], tmp_path, color=color)
        if color == "rec709":
            (tmp_path / "out").mkdir()
            write_numbered(tmp_path / "out" / "m.mov", 14, rate=Fraction(24))
            result = replace(result, directory=str(tmp_path / "out"), pattern="m.mov", first=0, last=13)
        settings = dict(stage.here["settings"])
        placing = host.place(order_for(host, result))
        assert stage.here["settings"] == settings
        (item,) = stage.items(2)
        return stage.here["clips"][item["clip"]]["properties"], placing.notes

    return place


@pytest.mark.parametrize("split", ["0", "1"])
@pytest.mark.parametrize(("color", "name"), [("lin_rec709", "Linear"), ("acescg", "ACEScg")])
def test_managed_projects_take_combined_names(placed, split, color, name):
    """With space and gamma apart they are taken only while the two are together."""
    properties, notes = placed(RCM, color, split=split)
    assert properties["Input Color Space"] == name
    assert notes == ()


def test_a_name_that_is_refused_is_told(placed):
    properties, notes = placed(RCM, "lin_rec2020")
    assert "Input Color Space" not in properties
    assert "Rec.2020, linear" in notes[0]
    assert "Input Color Space" in notes[0]


def test_another_candidate_is_tried(placed):
    properties, notes = placed(RCM, "lin_rec2020", traps={"color_names": ["Rec.2020 Linear"]})
    assert properties["Input Color Space"] == "Rec.2020 Linear"
    assert notes == ()


@pytest.mark.parametrize("split", ["0", "1"])
def test_yes_without_a_deed_is_not_believed(placed, split):
    properties, notes = placed(RCM, "lin_rec709", split=split, traps={"lies": ["MediaPoolItem.SetClipProperty"]})
    assert properties == {}
    assert any("did not take the colour space" in note for note in notes)


@pytest.mark.parametrize(
    ("color", "name"),
    [("acescg", "ACEScg - CSC"), ("aces2065-1", "No Input Transform"), ("lin_rec709", "sRGB (Linear) - CSC")],
)
def test_aces_projects_take_an_input_transform(placed, color, name):
    properties, notes = placed(ACES, color)
    assert properties["IDT"] == name
    assert notes == ()


def test_unmanaged_projects_are_left_alone_and_told(placed):
    properties, notes = placed("davinciYRGB", "lin_rec709")
    assert properties == {}
    assert "Color Space Transform" in notes[0]


@pytest.mark.parametrize(
    ("mode", "key", "value"), [(RCM, "Input Color Space", "sRGB"), (ACES, "IDT", "sRGB"), ("davinciYRGB", "", "")]
)
def test_a_movie_is_read_as_its_source_is(placed, mode, key, value):
    properties, notes = placed(mode, "rec709", source={key: value} if key else {})
    assert properties == ({key: value} if key else {})
    assert notes == ()

"""Names of colour spaces, against the configurations that OpenColorIO brings along."""

from __future__ import annotations

import PyOpenColorIO as ocio
import pytest

from bridge.domain.color import OutputColor
from bridge.domain.host import HostFailure

CONFIGS = [
    "cg-config-v1.0.0_aces-v1.3_ocio-v2.1",
    "studio-config-v2.2.0_aces-v1.3_ocio-v2.4",
    "studio-config-v4.0.0_aces-v2.0_ocio-v2.5",
]


@pytest.fixture
def color(one, names):
    return names("color")


@pytest.mark.parametrize("config", CONFIGS)
def test_every_colour_of_ours_is_found_and_means_the_same_primaries(color, config):
    known = ocio.Config.CreateFromFile(f"ocio://{config}")
    roles = [f"{role}\t{role} ({space})" for role, space in known.getRoles()]
    listed = roles + [f"{space.getName()}\tAll/{space.getName()}" for space in known.getColorSpaces()]
    for each in OutputColor:
        found = color.pick(each.value, listed, True)
        assert found in list(known.getColorSpaceNames())
        wanted = {
            "lin_rec709": "Linear Rec.709 (sRGB)",
            "lin_rec2020": "Linear Rec.2020",
            "acescg": "ACEScg",
            "aces2065-1": "ACES2065-1",
        }[each.value]
        # As numbers: no transform lies between the space that was found and the one that is meant.
        processor = known.getProcessor(found, wanted).getDefaultCPUProcessor()
        assert processor.applyRGB([0.18, 1.0, 4.0]) == pytest.approx([0.18, 1.0, 4.0])
    assert color.pick("rec709", listed, True) in list(known.getColorSpaceNames())


def test_aliases_in_an_entry_count_and_direct_names_come_first(color):
    listed = ["Utility\tlin_rec709,Linear Rec.709 (sRGB)", "lin_rec709_scene"]
    assert color.pick("lin_rec709", listed, True) == "Utility"
    assert color.pick("lin_rec709", [*listed, "Linear Rec.709 (sRGB)"], True) == "Linear Rec.709 (sRGB)"
    assert color.pick("acescg", ["acesCG"], True) == "acesCG"


def test_a_role_is_never_taken_whatever_it_means_today(color):
    with pytest.raises(HostFailure, match="no colour space for ACEScg"):
        color.pick("acescg", ["scene_linear\tACEScg", "sRGB"], True)


def test_without_ocio_there_is_one_gamut(color):
    listed = ["linear", "sRGB", "rec709", "Gamma2.4"]
    assert color.pick("lin_rec709", listed, False) == "linear"
    for each in ("lin_rec2020", "acescg", "aces2065-1"):
        with pytest.raises(HostFailure):
            color.pick(each, listed, False)
    with pytest.raises(HostFailure):
        color.pick("lin_rec709", listed, True)

"""The settings of the engine, as they come in and as a form shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.errors import RequestError
from bridge.engines.ltx.loras import UserLora
from bridge.engines.ltx.parameters import LtxParameters, read_parameters

# Absolute on the system at hand.
STYLE = str(Path("/loras/style.safetensors").absolute())


def test_nothing_has_to_be_set():
    settings = read_parameters({})
    assert settings == LtxParameters()
    assert settings.seed is None
    assert settings.user_loras() == ()
    assert (settings.toe, settings.memory) == ("clamp", "auto")
    assert not settings.high_quality
    assert not settings.isolate_audio


def test_everything_can_be_set():
    settings = read_parameters(
        {
            "seed": 2**32 - 1,
            "high_quality": True,
            "loras": [{"path": STYLE, "scale": -0.5}, {"path": STYLE}],
            "toe": "keep",
            "memory": "offload_layers",
            "isolate_audio": True,
        }
    )
    assert settings.user_loras() == (UserLora(Path(STYLE), -0.5), UserLora(Path(STYLE), 1.0))
    assert LtxParameters.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"seed": "by chance"}, "seed"),
        ({"toe": "cut"}, "toe"),
        ({"memory": "none"}, "memory"),
        ({"high_quality": "very"}, "high_quality"),
        ({"steps": 8}, "steps"),
        ({"loras": [{"path": STYLE}] * 4}, "loras"),
        ({"loras": [{"path": ""}]}, "loras.0.path"),
        ({"loras": [{"path": "style.safetensors"}]}, "loras.0.path"),
        ({"loras": [{"path": STYLE.replace(".safetensors", ".ckpt")}]}, "loras.0.path"),
        ({"loras": [{"path": STYLE, "scale": float("nan")}]}, "loras.0.scale"),
        ({"loras": [{"path": STYLE, "scale": 5}]}, "loras.0.scale"),
        ({"loras": [{"path": STYLE, "adapter": "x"}]}, "loras.0.adapter"),
        ({"loras": {"path": STYLE}}, "loras"),
    ],
)
def test_what_cannot_be_used_is_named(settings, field):
    with pytest.raises(RequestError) as caught:
        read_parameters(settings)
    assert f"The setting {field} cannot be used" in caught.value.sentence
    assert "Value error" not in caught.value.sentence


def test_a_form_finds_all_that_it_shows():
    fields = LtxParameters.model_json_schema()["properties"]
    assert list(fields)[:2] == ["seed", "high_quality"]
    for name, field in fields.items():
        assert field["title"], name
        assert field["description"].endswith("."), name
    plain = {name for name, field in fields.items() if not field.get("advanced")}
    assert plain == {"seed", "high_quality"}
    for name in ("toe", "memory"):
        assert set(fields[name]["labels"]) == {str(value) for value in LtxParameters.model_fields[name].annotation}

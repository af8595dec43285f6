"""The bench of LTX: what it says adds up, what it watches is as before, and the planner's figures are those counted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from bridge.assembly.finish import FrameFinisher
from bridge.bench import ltx_model
from bridge.bench.ltx import run
from bridge.bench.ltx_watch import Watch
from bridge.domain.errors import WeightsMissing
from bridge.engines.ltx import planning
from bridge.engines.ltx.memory import DecodeTiles, MemoryPlan, RefineTiles
from bridge.engines.ltx.model import Model
from bridge.engines.ltx.residency import _cast_layers
from bridge.engines.ltx.tiny import make_tiny

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Model:
    weights = make_tiny(tmp_path_factory.mktemp("weights") / "tiny")
    plan = MemoryPlan("fp32", "none", RefineTiles(), DecodeTiles(0, 0, 0, 0), 9)
    return Model.load(weights, "cpu", plan)


def bench(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "plugin.terminal", "bench", "ltx", *map(str, arguments)]
    # Threads that wait for each other by spinning make a busy machine busier.
    environment = {"SUPERWHITE_HOME": str(home), "PATH": "", "HOME": str(home), "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_a_lift_is_measured_and_its_times_add_up(tmp_path):
    done = bench("--frames", 34, "--size", "64x64", "--json", "--scratch", tmp_path, home=tmp_path)
    # So small a clip is all overhead, and tells nothing of the bars.
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    stages = {stage["name"]: stage["seconds"] for stage in report["stages"]}
    assert list(stages) == ["encode", "stage 1", "upsample", "stage 2", "decode", "read", "write"]
    assert all(seconds > 0 for seconds in stages.values())
    inside = sum(stages[name] for name in ("encode", "stage 1", "upsample", "stage 2", "decode"))
    assert report["model_seconds"] == pytest.approx(inside)
    parts = report["model_seconds"] + report["pipeline_seconds"] + report["own_seconds"]
    assert report["seconds"] == pytest.approx(parts)
    assert report["pipeline_seconds"] > 0
    assert report["own_seconds"] > 0
    assert report["first_frame_ms"] > 0
    assert report["peak_memory"] > 50e6
    assert [bar["name"] for bar in report["bars"]] == ["first frame after its piece, of the next piece's time"]
    assert not list(tmp_path.glob("superwhite-bench-*"))


def test_what_cannot_be_measured_is_said(tmp_path):
    done = bench("--frames", 33, home=tmp_path)
    assert done.returncode == 10
    assert "At least 34 frames" in done.stderr
    with pytest.raises(WeightsMissing):
        run(str(tmp_path / "nothing"), (64, 64), 34, tmp_path)
    assert bench("--size", "0x64", home=tmp_path).returncode == 2


def test_calls_are_timed_by_stage_and_left_as_they_were(model):
    pipe = model.pipe
    before = vars(FrameFinisher)["write"], type(pipe).__call__, dict(vars(pipe.vae)), dict(vars(pipe.transformer))
    latents = torch.zeros(1, 8, 1, 1, 1)
    with Watch(model) as watch:
        pipe.vae.decode(latents)
        pipe.vae.decode(latents)
        model.upsample(latents=latents, output_type="latent")
    assert watch.seconds("decode") > 0
    assert 0 < watch.seconds("upsample") < watch.seconds("pipeline")
    assert watch.seconds("stage 1") == watch.seconds("encode") == 0
    after = vars(FrameFinisher)["write"], type(pipe).__call__, dict(vars(pipe.vae)), dict(vars(pipe.transformer))
    assert after == before


def test_the_first_frame_is_measured_from_the_last_tile_of_its_piece(model):
    watch = Watch(model)
    watch._calls = {"decode": [(0, 1), (1, 2), (3, 5), (5, 7)], "write": [(2.25, 2.5), (2, 2.75)]}
    assert watch.first_frame(2) == (2.5, 0.5, 5.0)
    assert watch.first_frame(1) == (2.5, 1.5, 1.0)


def test_the_planners_weights_are_those_of_the_true_widths():
    transformer = ltx_model._transformer(48)

    def size(parameters) -> int:
        return sum(parameter.numel() for parameter in parameters)

    whole = size(transformer.parameters())
    cast = sum(size(layer.parameters()) for _, layer in _cast_layers(transformer))
    block = size(transformer.transformer_blocks[0].parameters())
    close = {"rel": 0.01}
    assert planning._TRANSFORMER["bf16"] == pytest.approx(2 * whole, **close)
    assert planning._TRANSFORMER["fp8"] == pytest.approx(2 * whole - cast, **close)
    assert planning._BLOCK["bf16"] == pytest.approx(2 * block, **close)
    assert planning._BLOCK["fp8"] == pytest.approx(2 * block - cast / 48, **close)
    assert pytest.approx(2 * (whole - 48 * block), **close) == planning._OUTSIDE_BLOCKS
    assert cast / whole == pytest.approx(0.97, abs=0.01)


def test_a_random_model_fills_every_weight_without_growing_what_passes():
    layer = torch.nn.Linear(64, 32)
    layer.weight = torch.nn.Parameter(torch.empty(32, 64, device="meta"))
    layer.bias = torch.nn.Parameter(torch.empty(32, device="meta"))
    ltx_model._fill(layer, torch.randn(999_983, generator=torch.Generator().manual_seed(0)))
    assert {parameter.dtype for parameter in layer.parameters()} == {torch.bfloat16}
    assert layer(torch.randn(256, 64).to(torch.bfloat16)).float().std() == pytest.approx(1, abs=0.2)

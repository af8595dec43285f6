"""Graphs against what a server says of its nodes, models by their names, and answers that make no sense."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bridge.backends.comfyui.backend import _bases
from bridge.backends.comfyui.graph import KINDS, Job, build, fitted
from bridge.backends.comfyui.models import Models, choose, downscale_of
from bridge.backends.comfyui.nodes import read_kind
from bridge.backends.comfyui.wire import Ended, Heard, Place, read_ended, read_message, read_place
from bridge.domain.errors import RemoteRefused, WeightsMismatched
from tests.comfy.kinds import DEV, DISTILLED, DISTILLED_LORA, GEMMA, HDR_LORA, choice, combo, kinds, number

MODELS = Models(DEV, DISTILLED_LORA, HDR_LORA, GEMMA)
JOB = Job("in/plate.mp4", "superwhite/x", 96, 64, 17, Fraction(25), 7, "HDR footage", "tiled")


def read(told):
    return {name: read_kind(told, name) for name in told}


def sent(told, job=JOB):
    return fitted(build(job, MODELS), read(told), "ComfyUI")


def test_every_node_is_asked_for_and_every_link_leads_somewhere():
    graph = sent(kinds())
    assert {node["class_type"] for node in graph.values()} | {"VAEDecode"} == set(KINDS)
    for node in graph.values():
        for value in node["inputs"].values():
            assert not isinstance(value, list) or value[0] in graph


def test_new_inputs_take_their_defaults():
    told = kinds()
    told["CFGGuider"]["input"]["required"] |= {"scale": number("FLOAT", 0.25, 0, 1), "mode": choice("a", "b")}
    told["RandomNoise"]["input"]["optional"] = {"device": combo("cpu", "gpu")}
    graph = sent(told)
    assert graph["guider"]["inputs"]["scale"] == 0.25
    assert graph["guider"]["inputs"]["mode"] == "a"
    assert "device" not in graph["noise"]["inputs"]


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("LTXAddVideoICLoRAGuide", lambda slots: slots.pop("image"), "has no input “image” any more"),
        ("LTXAddVideoICLoRAGuide", lambda slots: slots.update(image=["LATENT"]), "cannot be linked"),
        ("CFGGuider", lambda slots: slots.update(mask=["MASK", {}]), "wants an input “mask”"),
        ("KSamplerSelect", lambda slots: slots.update(sampler_name=choice("euler")), "“euler_ancestral”"),
        ("SamplerCustomAdvanced", lambda slots: slots.update(sigmas=["SIGMAS_V2"]), "cannot be linked"),
        ("EmptyLTXVLatentVideo", lambda slots: slots.update(width=number("INT", 768, 128, 256)), "takes 128.0"),
        ("ManualSigmas", lambda slots: slots.update(sigmas=["SIGMA_LIST", {}]), "wants a link"),
        ("LTXVHDRDecodePostprocess", lambda slots: slots.update(image=["VIDEO"]), "Update ComfyUI-LTXVideo"),
    ],
)
def test_what_does_not_fit_is_named(kind, change, words):
    told = kinds()
    change(told[kind]["input"]["required"])
    with pytest.raises(RemoteRefused) as caught:
        sent(told)
    assert kind in caught.value.sentence
    assert words in caught.value.sentence + caught.value.remedy


def test_a_node_that_no_longer_saves_exr_is_refused():
    told = kinds()
    told["LTXVHDRDecodePostprocess"]["input"]["optional"].pop("save_exr")
    with pytest.raises(RemoteRefused, match="save_exr"):
        sent(told)


def test_inputs_of_any_kind_and_of_several():
    told = kinds()
    told["VAEDecodeTiled"]["input"]["required"]["samples"] = ["LATENT,AUDIO"]
    told["LTXVCropGuides"]["input"]["required"]["latent"] = ["*"]
    sent(told)


@pytest.mark.parametrize("answer", [None, [], {"X": None}, {"X": {"input": [], "output": []}}, {"X": {"input": {}}}])
def test_a_node_that_makes_no_sense_is_not_there(answer):
    assert read_kind(answer, "X") is None


def named(checkpoints, loras, encoders):
    told = kinds()
    told["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"] = choice(*checkpoints)
    told["LTXICLoRALoaderModelOnly"]["input"]["required"]["lora_name"] = combo(*loras)
    told["LTXAVTextEncoderLoader"]["input"]["required"]["text_encoder"] = choice(*encoders)
    return read(told)


@pytest.mark.parametrize(
    ("checkpoints", "loras", "checkpoint", "distilled_lora"),
    [
        ([DEV, DISTILLED], [HDR_LORA, DISTILLED_LORA], DEV, DISTILLED_LORA),
        ([DEV, DISTILLED], [HDR_LORA], DISTILLED, None),
        ([DISTILLED], [HDR_LORA, DISTILLED_LORA], DISTILLED, None),
        (["LTX2.3\\LTX-2.3-22B-Distilled_FP8.safetensors"], [HDR_LORA], None, None),
    ],
)
def test_checkpoint_and_lora_that_belong_together(checkpoints, loras, checkpoint, distilled_lora):
    models, lacks = choose(named(checkpoints, loras, [GEMMA]), "")
    assert lacks == ()
    assert models == Models(checkpoint or checkpoints[0], distilled_lora, HDR_LORA, GEMMA)


@pytest.mark.parametrize(
    ("checkpoints", "loras", "encoders", "words"),
    [
        ([], [HDR_LORA, DISTILLED_LORA], [GEMMA], ["models/checkpoints"]),
        ([DEV], [HDR_LORA], [GEMMA], ["distilled LoRA"]),
        (["ltx-2.5-22b-distilled.safetensors"], [HDR_LORA], [GEMMA], ["models/checkpoints"]),
        ([DISTILLED], ["ltx-2.5-22b-ic-lora-sdr-to-hdr-1.0.safetensors"], [GEMMA], ["ic-lora-hdr-0.9"]),
        ([DISTILLED], ["ltx-2.3-22b-ic-lora-hdr-scene-emb.safetensors"], [GEMMA], ["ic-lora-hdr-0.9"]),
        ([DISTILLED], [HDR_LORA], ["gemma-2-9b.safetensors"], ["models/text_encoders"]),
        ([], [], [], ["checkpoints", "ic-lora-hdr", "text_encoders"]),
    ],
)
def test_what_is_missing_is_named_with_its_place(checkpoints, loras, encoders, words):
    models, lacks = choose(named(checkpoints, loras, encoders), "")
    assert models is None
    assert len(lacks) == len(words)
    for word, lack in zip(words, lacks, strict=True):
        assert word in lack.sentence + lack.remedy


def test_a_wish_for_a_checkpoint():
    models, _ = choose(named([DEV, DISTILLED], [HDR_LORA, DISTILLED_LORA], [GEMMA]), "Distilled")
    assert models
    assert (models.checkpoint, models.distilled_lora) == (DISTILLED, None)


def test_what_a_lora_says_of_itself():
    assert downscale_of(HDR_LORA, {}) == 1
    assert downscale_of(HDR_LORA, {"hdr_transform": "logc3", "reference_downscale_factor": "2.0"}) == 2
    for facts in (
        {"hdr_transform": "acescct"},
        {"reference_downscale_factor": "nan"},
        {"reference_downscale_factor": "0"},
    ):
        with pytest.raises(WeightsMismatched):
            downscale_of(HDR_LORA, facts)


def test_places_in_a_queue_that_is_a_heap():
    queue = {"queue_running": [[0, "r", {}]], "queue_pending": [[1, "a"], [5, "me"], [2, "b"], [9, "c"]]}
    assert read_place(queue, "me") == Place(running=False, ahead=3)
    assert read_place(queue, "r") == Place(running=True)
    assert read_place(queue, "x") is None


@pytest.mark.parametrize("answer", [None, [], {"queue_running": 3}, {"queue_pending": [None, [1], ["1", "me"], {}]}])
def test_queues_that_make_no_sense(answer):
    assert read_place(answer, "me") is None


def test_ends():
    def status(*messages, text="error"):
        return {"me": {"status": {"status_str": text, "messages": list(messages)}}}

    assert read_ended({}, "me") is None
    assert read_ended({"me": {"status": None, "outputs": {}}}, "me") == Ended(succeeded=True)
    assert read_ended(status(text="success"), "me") == Ended(succeeded=True)
    assert read_ended(status(["execution_interrupted", {}]), "me") == Ended(succeeded=False, interrupted=True)
    assert read_ended(status(["x"], 3, None, ["execution_error", "?"]), "me") == Ended(succeeded=False)
    about = {"node_id": "n", "exception_type": "E", "exception_message": "m" * 9000}
    ended = read_ended(status(["execution_error", about]), "me")
    assert ended
    assert (ended.node, ended.kind, len(ended.message)) == ("n", "E", 2000)


@pytest.mark.parametrize(
    ("message", "heard"),
    [
        ({"type": "executing", "data": {"node": None, "prompt_id": "me"}}, Heard(over=True)),
        ({"type": "executing", "data": {"node": "n", "prompt_id": "me"}}, Heard(node="n")),
        ({"type": "executing", "data": {"node": None, "prompt_id": "you"}}, None),
        ({"type": "execution_success", "data": {"prompt_id": "me"}}, Heard(over=True)),
        (
            {"type": "progress", "data": {"prompt_id": "me", "node": "n", "value": 3, "max": 8}},
            Heard(False, "n", 3, 8),
        ),
        ({"type": "progress", "data": {"prompt_id": "me", "node": "n", "value": 0, "max": 1}}, Heard(node="n")),
        ({"type": "progress", "data": {"prompt_id": "me", "node": "n", "value": 9, "max": 8}}, Heard(node="n")),
        (
            {"type": "progress", "data": {"prompt_id": "me", "node": "n", "value": 1e300, "max": 1e301}},
            Heard(node="n"),
        ),
        (
            {
                "type": "progress_state",
                "data": {
                    "prompt_id": "me",
                    "nodes": {
                        "a": {"state": "finished", "value": 1, "max": 1},
                        "b": {"state": "running", "value": 2.0, "max": 8.0},
                    },
                },
            },
            Heard(False, "b", 2, 8),
        ),
        ({"type": "progress_state", "data": {"prompt_id": "me", "nodes": [1]}}, None),
        ({"type": "status", "data": {}}, None),
        (["executing"], None),
        (None, None),
    ],
)
def test_messages(message, heard):
    assert read_message(message, "me") == heard


def test_the_desktop_application_is_looked_for_too():
    assert _bases("http://127.0.0.1:8188") == ("http://127.0.0.1:8188", "http://127.0.0.1:8000")
    assert _bases("http://localhost:8188") == ("http://localhost:8188", "http://localhost:8000")
    assert _bases("http://127.0.0.1:9000") == ("http://127.0.0.1:9000",)
    assert _bases("http://studio-box:8188") == ("http://studio-box:8188",)

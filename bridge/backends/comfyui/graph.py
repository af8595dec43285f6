"""The graph that makes HDR frames, and whether a server's nodes fit it.

Step by step it is what ComfyUI-LTXVideo's example for the HDR IC-LoRA does, without what that needs beside: the clip
comes in the right size, nothing is shown, and the frames are written where they can be fetched. Differences on purpose:
tiles in time are long, because short ones flicker (ComfyUI-LTXVideo, issue 470); without guidance (cfg 1) the negative
prompt counts for nothing, so that one text stands for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pydantic import JsonValue

from bridge.domain.errors import RemoteRefused

from .models import Models
from .nodes import NodeKind

FRAME_PREFIX = "frame"

# The eight steps that the distilled model is trained for.
_SIGMAS = "1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875, 0.0"

_DISTILLED_STRENGTH = 0.5
_TILES: dict[str, JsonValue] = {"tile_size": 768, "overlap": 256, "temporal_size": 64, "temporal_overlap": 16}

PACK = "ComfyUI-LTXVideo"
_OF_PACK = {"LTXICLoRALoaderModelOnly", "LTXAddVideoICLoRAGuide", "LTXVHDRDecodePostprocess"}


@dataclass(frozen=True)
class Node:
    """`inputs` hold values, and links as `[node, output]`. `title` says what it does, while it does it."""

    kind: str
    title: str
    inputs: dict[str, JsonValue]


Graph = dict[str, Node]


@dataclass(frozen=True)
class Job:
    """What is to be made. `plate` is the uploaded movie as the server names it; `folder` gets the frames."""

    plate: str
    folder: str
    width: int
    height: int
    frames: int
    rate: Fraction
    seed: int
    prompt: str
    decoding: Literal["tiled", "whole"]


def build(job: Job, models: Models) -> Graph:
    """The graph for frames of `job.width` x `job.height`, multiples of 32, and 8n+1 of them."""
    whole = job.decoding == "whole"
    latent: dict[str, JsonValue] = {"samples": ["cropped", 2], "vae": ["checkpoint", 2]}
    graph = {
        # A frame of nothing, written at once: a server that cannot write EXR says so before the model is loaded.
        "trial": Node("EmptyImage", "Trying to write EXR", {"width": 64, "height": 64, "batch_size": 1, "color": 0}),
        "trial_writer": _writer("trial", f"{job.folder}/trial", "Trying to write EXR"),
        "video": Node("LoadVideo", "Reading the clip", {"file": job.plate}),
        "clip": Node("GetVideoComponents", "Reading the clip", {"video": ["video", 0]}),
        "checkpoint": Node("CheckpointLoaderSimple", "Loading the model", {"ckpt_name": models.checkpoint}),
        "hdr_lora": _lora(
            models.hdr_lora, 1.0, "distilled_lora" if models.distilled_lora is not None else "checkpoint"
        ),
        "text_encoder": Node(
            "LTXAVTextEncoderLoader",
            "Loading the text encoder",
            {"text_encoder": models.text_encoder, "ckpt_name": models.checkpoint, "device": "default"},
        ),
        "text": Node("CLIPTextEncode", "Encoding the text", {"text": job.prompt, "clip": ["text_encoder", 0]}),
        "condition": Node(
            "LTXVConditioning",
            "Encoding the text",
            {"positive": ["text", 0], "negative": ["text", 0], "frame_rate": float(job.rate)},
        ),
        "empty": Node(
            "EmptyLTXVLatentVideo",
            "Encoding the clip",
            {"width": job.width, "height": job.height, "length": job.frames, "batch_size": 1},
        ),
        "guide": Node(
            "LTXAddVideoICLoRAGuide",
            "Encoding the clip",
            {
                "positive": ["condition", 0],
                "negative": ["condition", 1],
                "vae": ["checkpoint", 2],
                "latent": ["empty", 0],
                "image": ["clip", 0],
                "frame_idx": 0,
                "strength": 1.0,
                "latent_downscale_factor": float(models.downscale),
                "crop": "disabled",
                "use_tiled_encode": False,
                "tile_size": 256,
                "tile_overlap": 64,
            },
        ),
        "noise": Node("RandomNoise", "Sampling", {"noise_seed": job.seed}),
        "guider": Node(
            "CFGGuider",
            "Sampling",
            {"model": ["hdr_lora", 0], "positive": ["guide", 0], "negative": ["guide", 1], "cfg": 1.0},
        ),
        "sampler": Node("KSamplerSelect", "Sampling", {"sampler_name": "euler_ancestral"}),
        "sigmas": Node("ManualSigmas", "Sampling", {"sigmas": _SIGMAS}),
        "sampled": Node(
            "SamplerCustomAdvanced",
            "Sampling",
            {
                "noise": ["noise", 0],
                "guider": ["guider", 0],
                "sampler": ["sampler", 0],
                "sigmas": ["sigmas", 0],
                "latent_image": ["guide", 2],
            },
        ),
        "cropped": Node(
            "LTXVCropGuides",
            "Sampling",
            {"positive": ["guide", 0], "negative": ["guide", 1], "latent": ["sampled", 0]},
        ),
        "decoded": Node(
            "VAEDecode" if whole else "VAEDecodeTiled",
            "Decoding",
            latent if whole else latent | _TILES,
        ),
        "writer": _writer("decoded", job.folder, "Writing the frames"),
    }
    if models.distilled_lora is not None:
        graph["distilled_lora"] = _lora(models.distilled_lora, _DISTILLED_STRENGTH, "checkpoint")
    return graph


def _lora(name: str, strength: float, model: str) -> Node:
    return Node(
        "LTXICLoRALoaderModelOnly",
        "Loading the model",
        {"model": [model, 0], "lora_name": name, "strength_model": strength},
    )


def _writer(images: str, folder: str, title: str) -> Node:
    """`exposure` is of the preview alone; a relative folder lies in ComfyUI's output folder."""
    return Node(
        "LTXVHDRDecodePostprocess",
        title,
        {
            "image": [images, 0],
            "exposure": 0.0,
            "save_exr": True,
            "output_dir": folder,
            "filename_prefix": FRAME_PREFIX,
            "half_precision": True,
        },
    )


def _samples() -> list[Graph]:
    models = Models("", "", "", "")
    return [build(Job("", "", 64, 64, 1, Fraction(24), 0, "", way), models) for way in ("tiled", "whole")]


KINDS = tuple(sorted({node.kind for graph in _samples() for node in graph.values()}))
"""Every kind of node that a graph may have."""

TITLES = {name: node.title for graph in _samples() for name, node in graph.items()}
"""What each node of a graph does."""


def fitted(graph: Graph, kinds: Mapping[str, NodeKind], server: str) -> dict[str, JsonValue]:
    """The graph as it is sent, with defaults for inputs that a newer node has beside those that are known here.

    Raises `RemoteRefused`, which names what does not fit.
    """
    sent: dict[str, JsonValue] = {}
    for name, node in graph.items():
        inputs = dict(node.inputs)
        kind = kinds[node.kind]
        for each, value in node.inputs.items():
            if objection := _objection(graph, kinds, kind, each, value):
                raise _unfit(server, node.kind, objection)
        for each, slot in kind.inputs.items():
            if each in inputs or not slot.required:
                continue
            if slot.default is None:
                raise _unfit(server, node.kind, f"wants an input “{each}”, which is not known here")
            inputs[each] = slot.default
        sent[name] = {"class_type": node.kind, "inputs": inputs, "_meta": {"title": node.title}}
    return sent


def _objection(graph: Graph, kinds: Mapping[str, NodeKind], kind: NodeKind, name: str, value: JsonValue) -> str:
    slot = kind.inputs.get(name)
    if slot is None:
        return f"has no input “{name}” any more"
    if isinstance(value, list):
        source, output = str(value[0]), int(str(value[1]))
        made = kinds[graph[source].kind].outputs
        if output >= len(made) or not slot.takes(made[output]):
            return f"cannot be linked to {graph[source].kind} by its input “{name}”"
        return ""
    objection = slot.objection(value)
    return f"{objection} for its input “{name}”" if objection else ""


def _unfit(server: str, kind: str, objection: str) -> RemoteRefused:
    pack = PACK if kind in _OF_PACK else "ComfyUI"
    return RemoteRefused(
        f"At {server} the node {kind} {objection}.",
        remedy=f"Update {pack} there; if that does not help, update Superwhite: its graph is of another version.",
    )


def is_of_pack(kind: str) -> bool:
    """Whether a kind of node comes with ComfyUI-LTXVideo, and not with ComfyUI itself."""
    return kind in _OF_PACK

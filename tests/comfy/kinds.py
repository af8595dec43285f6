"""The nodes that a server of the tests has, as `/object_info` tells of them; some in the older form, some in the newer.

A choice is a list of options in the older form, `COMBO` with its options beside it in the newer.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

DEV = "ltx-2.3-22b-dev.safetensors"
DISTILLED = "ltx-2.3-22b-distilled-1.1.safetensors"
HDR_LORA = "ltxv/ltx2/ltx-2.3-22b-ic-lora-hdr-0.9.safetensors"
DISTILLED_LORA = "ltxv\\ltx2\\ltx-2.3-22b-distilled-lora-384-1.1.safetensors"
GEMMA = "comfy_gemma_3_12B_it.safetensors"


def number(kind: str, default: float, low: float, high: float) -> list[Any]:
    return [kind, {"default": default, "min": low, "max": high}]


def choice(*options: str) -> list[Any]:
    return [list(options)]


def combo(*options: str, **more: Any) -> list[Any]:
    return ["COMBO", {"multiselect": False, "options": list(options), **more}]


def node(output: list[str], *, is_output: bool = False, optional: Any = None, **required: Any) -> dict[str, Any]:
    inputs = {"required": required} | ({"optional": optional} if optional else {})
    return {"input": inputs, "output": output, "output_node": is_output}


_WRITER = {
    "exposure": number("FLOAT", 0.0, -10.0, 10.0),
    "save_exr": ["BOOLEAN", {"default": False}],
    "output_dir": ["STRING", {"default": "output/hdr_exr"}],
    "filename_prefix": ["STRING", {"default": "frame"}],
    "half_precision": ["BOOLEAN", {"default": True}],
}

_KINDS = {
    "EmptyImage": node(
        ["IMAGE"],
        width=number("INT", 512, 1, 16384),
        height=number("INT", 512, 1, 16384),
        batch_size=number("INT", 1, 1, 4096),
        color=number("INT", 0, 0, 0xFFFFFF),
    ),
    "LoadVideo": node(["VIDEO"], file=combo(video_upload=True)),
    "GetVideoComponents": node(["IMAGE", "AUDIO", "FLOAT"], video=["VIDEO", {}]),
    "CheckpointLoaderSimple": node(["MODEL", "CLIP", "VAE"], ckpt_name=choice("other.safetensors", DEV, DISTILLED)),
    "LTXICLoRALoaderModelOnly": node(
        ["MODEL", "FLOAT"],
        model=["MODEL", {}],
        lora_name=combo("anime.safetensors", DISTILLED_LORA, HDR_LORA),
        strength_model=number("FLOAT", 1.0, -100.0, 100.0),
    ),
    "LTXAVTextEncoderLoader": node(
        ["CLIP"],
        text_encoder=choice("t5xxl.safetensors", GEMMA),
        ckpt_name=choice("other.safetensors", DEV, DISTILLED),
        device=choice("default", "cpu"),
    ),
    "CLIPTextEncode": node(["CONDITIONING"], text=["STRING", {"multiline": True}], clip=["CLIP", {}]),
    "LTXVConditioning": node(
        ["CONDITIONING", "CONDITIONING"],
        positive=["CONDITIONING"],
        negative=["CONDITIONING"],
        frame_rate=number("FLOAT", 25.0, 0.0, 1000.0),
    ),
    "EmptyLTXVLatentVideo": node(
        ["LATENT"],
        width=number("INT", 768, 64, 16384),
        height=number("INT", 512, 64, 16384),
        length=number("INT", 97, 1, 16384),
        batch_size=number("INT", 1, 1, 4096),
    ),
    "LTXAddVideoICLoRAGuide": node(
        ["CONDITIONING", "CONDITIONING", "LATENT"],
        positive=["CONDITIONING"],
        negative=["CONDITIONING"],
        vae=["VAE"],
        latent=["LATENT"],
        image=["IMAGE"],
        frame_idx=number("INT", 0, -9999, 9999),
        strength=number("FLOAT", 1.0, 0.0, 1.0),
        latent_downscale_factor=number("FLOAT", 1.0, 1.0, 10.0),
        crop=combo("disabled", "center", default="disabled"),
        use_tiled_encode=["BOOLEAN", {"default": False}],
        tile_size=number("INT", 256, 64, 512),
        tile_overlap=number("INT", 64, 16, 256),
    ),
    "RandomNoise": node(["NOISE"], noise_seed=number("INT", 0, 0, 2**64 - 1)),
    "CFGGuider": node(
        ["GUIDER"],
        model=["MODEL"],
        positive=["CONDITIONING"],
        negative=["CONDITIONING"],
        cfg=number("FLOAT", 8.0, 0.0, 100.0),
    ),
    "KSamplerSelect": node(["SAMPLER"], sampler_name=choice("euler", "euler_ancestral")),
    "ManualSigmas": node(["SIGMAS"], sigmas=["STRING", {"default": "1, 0.5"}]),
    "SamplerCustomAdvanced": node(
        ["LATENT", "LATENT"],
        noise=["NOISE"],
        guider=["GUIDER"],
        sampler=["SAMPLER"],
        sigmas=["SIGMAS"],
        latent_image=["LATENT"],
    ),
    "LTXVCropGuides": node(
        ["CONDITIONING", "CONDITIONING", "LATENT"],
        positive=["CONDITIONING"],
        negative=["CONDITIONING"],
        latent=["LATENT"],
    ),
    "VAEDecode": node(["IMAGE"], samples=["LATENT"], vae=["VAE"]),
    "VAEDecodeTiled": node(
        ["IMAGE"],
        samples=["LATENT"],
        vae=["VAE"],
        tile_size=number("INT", 512, 64, 4096),
        overlap=number("INT", 64, 0, 4096),
        temporal_size=number("INT", 64, 8, 4096),
        temporal_overlap=number("INT", 8, 4, 4096),
    ),
    "LTXVHDRDecodePostprocess": node(["IMAGE", "IMAGE"], is_output=True, optional=_WRITER, image=["IMAGE"]),
}


def kinds() -> dict[str, Any]:
    """All of them, for a test to change."""
    return deepcopy(_KINDS)

"""What changes with the generation of the model: its steps, its sizes, its files, and what its codes mean.

Facts from Lightricks/LTX-2 v1.2.0 (`ltx_pipelines.hdr_ic_lora`) and diffusers 0.42
(`diffusers.pipelines.ltx2.utils.DISTILLED_SIGMA_VALUES`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from bridge.domain.color import Primaries


@dataclass(frozen=True)
class Recipe:
    """How a clip is lifted by one generation of LTX.

    `first_sigmas` and `second_sigmas` are the noise levels of the two stages without the closing 0; the first works at
    half the width and height. Frames are `frames_modulus` n + 1, sides multiples of `size_modulus`. A latent stands for
    `spatial` x `spatial` pixels and `frames_modulus` frames. The model is trained up to `trained_side` pixels a side:
    beyond, the second stage works in tiles. The clip that guides it is `reference_downscale` times smaller than what
    is made. `transfer` is the curve of its codes, in `primaries`; 1.0 in the light that they stand for is reference
    white, and `peak` the light of code 1.

    Beside the folders of the base model a set of weights holds the three files named here.
    """

    name: str
    generation: str
    first_sigmas: tuple[float, ...]
    second_sigmas: tuple[float, ...]
    frames_modulus: int
    size_modulus: int
    spatial: int
    trained_side: int
    transfer: Literal["logc3"]
    primaries: Primaries
    peak: float
    reference_downscale: int
    upsampler_file: str
    hdr_lora_file: str
    embeddings_file: str

    @property
    def provenance(self) -> dict[str, JsonValue]:
        """What of it belongs into the sidecar and the header of what was made."""
        return {
            "recipe": self.name,
            "generation": self.generation,
            "first_sigmas": list(self.first_sigmas),
            "second_sigmas": list(self.second_sigmas),
            "transfer": self.transfer,
            "primaries": self.primaries.value,
        }


LTX_2_3 = Recipe(
    name="ltx-2.3-hdr",
    generation="2.3",
    first_sigmas=(1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875),
    second_sigmas=(0.909375, 0.725),
    frames_modulus=8,
    size_modulus=64,
    spatial=32,
    trained_side=2048,
    transfer="logc3",
    primaries=Primaries.REC709,
    peak=55.0796,
    reference_downscale=1,
    upsampler_file="ltx-2.3-spatial-upscaler-x2-1.1.safetensors",
    hdr_lora_file="ltx-2.3-22b-ic-lora-hdr-0.9.safetensors",
    embeddings_file="ltx-2.3-22b-ic-lora-hdr-scene-emb.safetensors",
)

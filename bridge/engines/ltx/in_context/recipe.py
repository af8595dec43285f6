"""What in-context work needs to know of one generation of LTX: its files, its steps, and how its LoRAs were trained.

Facts from Lightricks/LTX-2 v1.2.0 (`ltx_pipelines.ic_lora`), diffusers 0.42 (`pipeline_ltx2_ic_lora`) and the example
graphs of Lightricks/ComfyUI-LTXVideo (`LTX-2.3_ICLoRA_Union_Control_Distilled`,
`LTX-2.3_ICLoRA_Inpaint_Two_Stage_Distilled`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InContextRecipe:
    """How a clip is made anew by one generation of LTX.

    Sets are folders of the models folder. Sigmas are the noise levels of the stages without the closing 0; the first
    stage works at half the width and height. `hole` is the colour, 8-bit Rec.709 R'G'B', that the inpainting LoRA takes
    for what is to be made. `longest_side` in pixels is what the model is trained for.
    """

    generation: str
    text_set: str
    control_set: str
    control_file: str
    inpaint_set: str
    inpaint_file: str
    first_sigmas: tuple[float, ...]
    second_sigmas: tuple[float, ...]
    inpaint_second_sigmas: tuple[float, ...]
    hole: tuple[int, int, int]
    longest_side: int
    most_frames: int


IN_CONTEXT_2_3 = InContextRecipe(
    generation="2.3",
    text_set="ltx-2.3-text",
    control_set="ltx-2.3-union-control",
    control_file="ltx-2.3-22b-ic-lora-union-control-ref0.5.safetensors",
    inpaint_set="ltx-2.3-inpaint",
    inpaint_file="ltx-2.3-22b-ic-lora-in-outpainting-0.9.safetensors",
    first_sigmas=(1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875),
    second_sigmas=(0.909375, 0.725, 0.421875),
    inpaint_second_sigmas=(0.725, 0.421875),
    hole=(0x66, 0xFF, 0x00),
    longest_side=2048,
    most_frames=481,
)

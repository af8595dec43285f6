"""The clip that guides the model becomes latents once, piece by piece, and serves every call that is guided by it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from diffusers.pipelines.ltx2.pipeline_ltx2_hdr_lora import LTX2HDRPipeline, LTX2HDRReferenceCondition
from numpy.typing import NDArray

from .memory import DecodeTiles
from .tiling import Span, assemble, blend, spans, spans_in_time

WHOLE = DecodeTiles(side=0, overlap=0, frames=0, frames_overlap=0)


def encode_reference(
    pipe: LTX2HDRPipeline,
    frames: NDArray[np.uint8],
    size: tuple[int, int],
    tiles: DecodeTiles,
    tell: Callable[[int, int], None],
) -> torch.Tensor:
    """`frames` `(F, H, W, 3)`, full-range R'G'B', F = 8n + 1, as normalised latents `(1, C, f, h, w)` for pictures of
    `size` (height, width), float32 on the pipeline's device.

    Pixels are scaled and padded as the pipeline does it, and go to the device piece by piece. Pieces and fades are
    those of `AutoencoderKLLTX2Video.tiled_encode` and `_temporal_tiled_encode`, without slivers at the end.
    """
    inner: Any = pipe  # what it does between its public calls
    vae, device = pipe.vae, inner._execution_device
    pace, scale = vae.temporal_compression_ratio, vae.spatial_compression_ratio
    kept = tiles.frames_overlap // pace
    pieces = spans_in_time((len(frames) - 1) // pace + 1, tiles.frames // pace, kept)
    rows, columns = (spans(side // scale, tiles.side // scale, tiles.overlap // scale) for side in size)
    done, total = 0, len(pieces) * len(rows) * len(columns)
    found: list[torch.Tensor] = []
    tail: torch.Tensor | None = None
    for piece in pieces:
        part = frames[piece.start * pace : (piece.stop - 1) * pace + 1].astype(np.float32) / np.float32(255)
        pixels = pipe.hdr_video_processor.preprocess_reference_video_hdr(part, *size)

        def tile(row: Span, column: Span, pixels: torch.Tensor = pixels) -> torch.Tensor:
            nonlocal done
            y, x = (slice(span.start * scale, span.stop * scale) for span in (row, column))
            latents = _encode(vae, pixels[:, :, :, y, x].to(device, vae.dtype))
            done += 1
            tell(done, total)
            return latents

        latents = assemble(rows, columns, tiles.overlap // scale, 1, tile)
        if piece.start:
            latents = latents[1:]
        if tail is not None:
            blend(tail, latents, 0)
        end = len(latents) if piece.last else len(latents) - kept
        tail = latents[end:]
        found.append(latents[:end])
    latents = torch.cat(found).transpose(0, 1).unsqueeze(0)
    return inner._normalize_latents(latents, vae.latents_mean, vae.latents_std).float()


@torch.no_grad()
def _encode(vae: Any, pixels: torch.Tensor) -> torch.Tensor:
    """One tile, `(f, C, h, w)`."""
    # `use_framewise_decoding` cuts what is encoded as well.
    tiling, framewise = vae.use_tiling, vae.use_framewise_decoding
    vae.use_tiling = vae.use_framewise_decoding = False
    try:
        latents = vae.encode(pixels, return_dict=False)[0].mode()
    finally:
        vae.use_tiling, vae.use_framewise_decoding = tiling, framewise
    return latents[0].transpose(0, 1)


@contextmanager
def guided_by(pipe: LTX2HDRPipeline, reference: torch.Tensor) -> Generator[list[LTX2HDRReferenceCondition]]:
    """Inside, `pipe(reference_conditions=...)` with the conditions given is guided by these latents, of
    `encode_reference`, in place of pixels that each call would encode again.

    diffusers knows no public way; `_encode_reference_conditions` is what its `prepare_latents` asks.
    """

    inner: Any = pipe

    def given(
        *, reference_downscale_factor: int, frame_rate: float, dtype: torch.dtype, device: torch.device, **_: Any
    ) -> tuple[torch.Tensor, torch.Tensor, None]:
        frames, height, width = reference.shape[2:]
        coordinates = inner.transformer.rope.prepare_video_coords(
            batch_size=1, num_frames=frames, height=height, width=width, device=device, fps=frame_rate
        )
        coordinates[:, 1:] *= reference_downscale_factor
        packed = inner._pack_latents(
            reference.to(device, dtype), inner.transformer_spatial_patch_size, inner.transformer_temporal_patch_size
        )
        return packed, coordinates, None

    inner._encode_reference_conditions = given
    try:
        yield [LTX2HDRReferenceCondition(frames=torch.zeros(1, 3, 1, 1), strength=1.0)]
    finally:
        del inner._encode_reference_conditions

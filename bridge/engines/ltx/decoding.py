"""Latents become pictures piece by piece, and a picture leaves as soon as nothing can change it any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from diffusers.models.autoencoders.autoencoder_kl_ltx2 import AutoencoderKLLTX2Video

from .memory import DecodeTiles
from .tiling import Span, assemble, blend, spans, spans_in_time

TellPiece = Callable[[int, int], None]
"""Told after each piece: how many are done, and of how many. What it raises ends the work."""


def decode_frames(
    vae: AutoencoderKLLTX2Video, latents: torch.Tensor, tiles: DecodeTiles, tell: TellPiece, *, first: int = 0
) -> Iterator[torch.Tensor]:
    """Yield pictures `(C, H, W)`, float32 in the VAE's range -1..1 and in memory of the system, from frame `first` on.

    `latents` are `(1, C, f, h, w)` as the pipeline returns them with `output_type="latent"`; they are decoded on the
    device where they lie. What is held does not grow with the length of the clip: one piece of `tiles.frames` frames,
    and the overlap of the one before. An overlap in time of at most half a piece lets `first` begin in the middle with
    the very pictures of a run from the beginning.

    Pieces and fades are diffusers' own (`AutoencoderKLLTX2Video.tiled_decode`, `_temporal_tiled_decode`), but for two
    things. The first latent of a piece stands for one picture, the last of the eight that it stands for inside a clip;
    it belongs to the piece before, whose end it repeats. diffusers 0.42 keeps it and drops the piece's last picture
    instead, so that everything after the first piece comes one frame late. And no piece begins where the one before
    has reached the end (`spans`).
    """
    pace, scale = vae.temporal_compression_ratio, vae.spatial_compression_ratio
    kept = tiles.frames_overlap // pace
    pieces = spans_in_time(latents.shape[2], tiles.frames // pace, kept)
    ends = [(piece.stop - 1 - (0 if piece.last else kept)) * pace + 1 for piece in pieces]
    rows, columns = (spans(length, tiles.side // scale, tiles.overlap // scale) for length in latents.shape[3:])
    wanted = next(n for n, end in enumerate(ends) if first < end)
    begin = max(wanted - 1, 0)
    done, total = 0, (len(pieces) - begin) * len(rows) * len(columns)
    tail: torch.Tensor | None = None
    for n in range(begin, len(pieces)):
        piece = pieces[n]

        def tile(row: Span, column: Span, piece: Span = piece) -> torch.Tensor:
            nonlocal done
            part = latents[:, :, piece.start : piece.stop, row.start : row.stop, column.start : column.stop]
            pictures = _decode(vae, part)
            done += 1
            tell(done, total)
            return pictures

        pictures, origin = assemble(rows, columns, tiles.overlap, scale, tile), piece.start * pace
        if n:
            pictures, origin = pictures[1:], origin + 1
        if tail is not None:
            blend(tail, pictures, 0)
        tail = None if piece.last else pictures[ends[n] - origin :].clone()
        if n >= wanted:
            for frame in range(max(first, origin), ends[n]):
                yield pictures[frame - origin].clone()
        del pictures  # before the next piece needs the room


@torch.no_grad()
def _decode(vae: AutoencoderKLLTX2Video, latents: torch.Tensor) -> torch.Tensor:
    """One tile, `(F, C, H, W)` in memory of the system.

    Through `decode` and not the decoder, because the hooks that bring an offloaded VAE to the card sit there.
    """
    tiling, framewise = vae.use_tiling, vae.use_framewise_decoding
    vae.use_tiling = vae.use_framewise_decoding = False
    # A VAE that is told how noisy its latents are is told what the pipeline tells it: not at all.
    timestep = torch.zeros(1, device=latents.device) if vae.config["timestep_conditioning"] else None
    try:
        pictures = vae.decode(latents.to(vae.dtype), timestep, return_dict=False)[0]
    finally:
        vae.use_tiling, vae.use_framewise_decoding = tiling, framewise
    return pictures[0].transpose(0, 1).to("cpu", torch.float32)

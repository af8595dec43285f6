"""Decoding in pieces against diffusers' own, and against all at once."""

from __future__ import annotations

import weakref

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKLLTX2Video

from bridge.engines.ltx.decoding import decode_frames
from bridge.engines.ltx.memory import DecodeTiles

WHOLE = DecodeTiles(side=0, overlap=0, frames=0, frames_overlap=0)


@pytest.fixture(scope="module")
def vae(tiny_weights):
    model = AutoencoderKLLTX2Video.from_pretrained(tiny_weights.base, subfolder="vae")
    return model.eval().requires_grad_(requires_grad=False)


def latents(frames: int, height: int, width: int) -> torch.Tensor:
    return torch.randn(1, 8, frames, height, width, generator=torch.Generator().manual_seed(5))


def decoded(vae, z: torch.Tensor, tiles: DecodeTiles, **more) -> torch.Tensor:
    """`(C, F, H, W)`."""
    return torch.stack(list(decode_frames(vae, z, tiles, lambda done, total: None, **more)), dim=1)


class Late(torch.nn.Module):
    """A decoder whose pieces after the first have their first picture last, where diffusers drops it."""

    def __init__(self, decoder: torch.nn.Module, pieces: list[int]) -> None:
        super().__init__()
        self.decoder = decoder
        self.pieces = pieces

    def forward(self, z, temb=None, causal=None):
        pictures = self.decoder(z, temb, causal=causal)
        first = self.pieces.pop(0) == 0
        return pictures if first else torch.roll(pictures, -1, dims=2)


def diffusers_own(vae, z: torch.Tensor, tiles: DecodeTiles, *, pieces: list[int]) -> torch.Tensor:
    """diffusers' tiled decoding; `pieces` says of each tile, in order, which piece of time it is of."""
    own = AutoencoderKLLTX2Video.from_config(vae.config).eval()
    own.load_state_dict(vae.state_dict())
    own.decoder = Late(own.decoder, pieces)
    side, stride = tiles.side or 9999, (tiles.side - tiles.overlap) or 9999
    own.enable_tiling(side, side, tiles.frames or 9999, stride, stride, (tiles.frames - tiles.frames_overlap) or 9999)
    own.use_framewise_decoding = bool(tiles.frames)
    with torch.no_grad():
        return own.decode(z).sample[0]


def test_all_at_once_is_a_plain_decode(vae):
    z = latents(3, 2, 3)
    with torch.no_grad():
        plain = vae.decode(z).sample[0]
    assert torch.equal(decoded(vae, z, WHOLE), plain)
    assert torch.equal(decoded(vae, z, DecodeTiles(side=96, overlap=32, frames=16, frames_overlap=8)), plain)


def test_tiles_of_a_picture_are_those_of_diffusers_bit_by_bit(vae):
    z = latents(2, 4, 6)
    tiles = DecodeTiles(side=96, overlap=32, frames=0, frames_overlap=0)
    assert torch.equal(decoded(vae, z, tiles), diffusers_own(vae, z, tiles, pieces=[0] * 6))


def test_pieces_of_time_are_those_of_diffusers_but_for_the_picture_that_is_dropped(vae):
    z = latents(6, 2, 2)
    tiles = DecodeTiles(side=0, overlap=0, frames=32, frames_overlap=8)
    assert torch.equal(decoded(vae, z, tiles), diffusers_own(vae, z, tiles, pieces=[0, 1]))


def test_both_at_once(vae):
    z = latents(6, 2, 4)
    tiles = DecodeTiles(side=96, overlap=32, frames=32, frames_overlap=8)
    assert torch.equal(decoded(vae, z, tiles), diffusers_own(vae, z, tiles, pieces=[0, 0, 1, 1]))


@pytest.mark.parametrize("length", [1, 2, 5, 6, 7, 8, 11, 16])
def test_every_length_gives_every_frame_once(vae, length):
    tiles = DecodeTiles(side=0, overlap=0, frames=32, frames_overlap=16)
    assert decoded(vae, latents(length, 1, 1), tiles).shape == (3, 8 * (length - 1) + 1, 32, 32)


def test_a_piece_is_not_late(vae):
    """Against a decode of everything: the frame itself is nearer than its neighbours, in every piece."""
    z = latents(16, 2, 2)
    with torch.no_grad():
        plain = vae.decode(z).sample[0]
    pieces = decoded(vae, z, DecodeTiles(side=0, overlap=0, frames=32, frames_overlap=16))

    def error(shift: int) -> torch.Tensor:
        inside = range(1, plain.shape[1] - 1)
        return torch.stack([(pieces[:, n] - plain[:, n + shift]).abs().mean() for n in inside])

    here, before, after = error(0), error(-1), error(1)
    for piece in range(0, 112, 16):
        part = slice(piece, piece + 16)
        assert here[part].mean() < 0.8 * before[part].mean()
        assert here[part].mean() < 0.8 * after[part].mean()


def test_the_edge_of_a_picture_is_not_made_of_slivers(vae):
    """Five latents in tiles of three, two apart: diffusers begins a third one at the last latent alone."""
    z = latents(1, 5, 3)
    tiles = DecodeTiles(side=96, overlap=32, frames=0, frames_overlap=0)
    with torch.no_grad():
        plain = vae.decode(z).sample[0]
    edge = slice(5 * 32 - 16, 5 * 32)
    ours = (decoded(vae, z, tiles) - plain)[:, :, edge].abs().mean()
    theirs = (diffusers_own(vae, z, tiles, pieces=[0] * 6) - plain)[:, :, edge].abs().mean()
    assert ours < 0.8 * theirs


def test_frames_leave_before_the_next_piece_is_begun(vae):
    told: list[tuple[int, int]] = []
    frames = decode_frames(
        vae, latents(9, 2, 4), DecodeTiles(96, 32, 32, 16), lambda done, total: told.append((done, total))
    )
    count = []
    for n, _ in enumerate(frames):
        if len(told) > len(count) * 2:
            count.append(n)
    assert count == [0, 17, 33]  # the first frame of each piece
    assert told == [(n, 6) for n in range(1, 7)]


@pytest.mark.parametrize("first", [0, 1, 16, 17, 18, 40, 64])
def test_going_on_in_the_middle_gives_the_same_pictures(vae, first):
    z = latents(9, 1, 2)
    tiles = DecodeTiles(side=0, overlap=0, frames=32, frames_overlap=16)
    assert torch.equal(decoded(vae, z, tiles, first=first), decoded(vae, z, tiles)[:, first:])


def test_what_went_before_is_not_decoded_again(vae):
    told: list[int] = []
    tiles = DecodeTiles(side=0, overlap=0, frames=32, frames_overlap=16)
    list(decode_frames(vae, latents(16, 1, 1), tiles, lambda done, total: told.append(total), first=100))
    assert told == [2, 2]


def test_what_is_told_may_end_the_work_and_leaves_the_vae_as_it_was(vae):
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    whole = decoded(vae, latents(1, 4, 4), WHOLE)
    vae.enable_tiling(64, 64, None, 32, 32)
    try:
        assert torch.equal(decoded(vae, latents(1, 4, 4), WHOLE), whole)
        with pytest.raises(KeyboardInterrupt):
            list(decode_frames(vae, latents(2, 4, 4), DecodeTiles(96, 32, 0, 0), stop))
        assert vae.use_tiling
    finally:
        vae.disable_tiling()


def test_memory_does_not_grow_with_the_clip(vae):
    """What lives while frames are taken and let go: counted in bytes of tensors that the decoding made."""

    class Counted:
        """Decodes like the VAE, into memory whose life is watched: a view keeps all of it alive."""

        def __init__(self) -> None:
            self.made: list[weakref.ref[np.ndarray]] = []
            self.most = 0

        def __getattr__(self, name):
            return getattr(vae, name)

        def decode(self, *args, **kwargs):
            array = vae.decode(*args, **kwargs)[0].numpy().copy()
            self.made.append(weakref.ref(array))
            self.most = max(self.most, sum(ref() is not None for ref in self.made))
            return (torch.from_numpy(array),)

    peaks = []
    for length in (9, 17):
        counted = Counted()
        kept = list(
            decode_frames(counted, latents(length, 1, 1), DecodeTiles(0, 0, 32, 16), lambda done, total: None)
        )
        assert len(kept) == 8 * (length - 1) + 1
        peaks.append(counted.most)
    assert peaks == [1, 1]


def test_a_vae_that_wants_a_time_is_told_0(vae):
    class Asked(torch.nn.Module):
        def forward(self, z, temb=None, causal=None):
            asked.append(temb)
            return torch.zeros(1, 3, 1, 32, 32)

    asked: list[torch.Tensor | None] = []
    for wants, expected in ((False, None), (True, [0.0])):
        own = AutoencoderKLLTX2Video.from_config({**vae.config, "timestep_conditioning": wants})
        own.decoder = Asked()
        decoded(own, latents(1, 1, 1), WHOLE)
        assert (asked[-1].tolist() if asked[-1] is not None else None) == expected

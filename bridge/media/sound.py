"""Sound by itself: how long it is, and a file of it that is sent to an endpoint."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.resampler import AudioResampler

from bridge.domain.errors import MediaUnreadable

from .encode import explained
from .ffmpeg import check_file, in_words, open_container
from .soundtrack import SAMPLE_RATE, AudioRange, Soundtrack
from .storage import replacing


def sound_seconds(path: Path) -> Fraction:
    """How long the sound of a file is. Raises `MediaError`s, where there is none too."""
    check_file(path)
    with in_words(path), open_container(path) as container:
        stream = container.streams.best("audio")
        if stream is None:
            raise MediaUnreadable(f"“{path.name}” has no sound.", remedy="Choose a clip that has sound.")
        if stream.duration and stream.time_base:
            return Fraction(stream.duration * stream.time_base)
        return Fraction(container.duration or 0, av.time_base)


def write_wav(path: Path, audio: AudioRange) -> Fraction:
    """Writes a range of a file's sound as 16-bit PCM at 48 kHz and returns its seconds.

    The file appears whole or not at all. Raises `MediaError`s and `OutputError`s.
    """
    track = Soundtrack(audio)
    try:
        if track.layout is None:
            raise MediaUnreadable(
                f"“{audio.path.name}” has no sound in this range.", detail=" ".join(track.warnings), remedy=""
            )
        with replacing(path) as part, explained(path), av.open(str(part), "w", format="wav") as container:
            stream: Any = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout=track.layout)
            resampler = AudioResampler("s16", track.layout, SAMPLE_RATE)
            samples = 0
            while frame := track.read():
                samples += frame.samples
                for piece in resampler.resample(frame):
                    container.mux(stream.encode(piece))
            container.mux(stream.encode(None))
        return Fraction(samples, SAMPLE_RATE)
    finally:
        track.close()

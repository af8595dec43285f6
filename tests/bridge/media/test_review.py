from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtGui import QImage

from bridge.domain.errors import OutputNotWritable, OutputVanished
from bridge.media.review import ReviewWriter, write_poster
from bridge.media.soundtrack import AudioRange

BUNNY = Path(__file__).parents[2] / "data" / "bigbuckbunny.mp4"
RATE = Fraction(25)
COLORS = np.vstack([np.eye(3) * 255, 255 - np.eye(3) * 255, [[255] * 3, [0] * 3, [128] * 3, [200, 30, 90]]]).astype(
    np.uint8
)


def patches(colors, size=32):
    """Square patches of `colors` side by side."""
    return np.ascontiguousarray(np.broadcast_to(colors.repeat(size, 0)[None], (size, size * len(colors), 3)))


def grey(level, height=48, width=64):
    return np.full((height, width, 3), level, np.uint8)


def write(path, pictures, **settings):
    height, width, _ = pictures[0].shape
    defaults = {"width": width, "height": height, "rate": RATE, "audio": None, "threads": 1}
    with ReviewWriter(path, **(defaults | settings)) as writer:
        for picture in pictures:
            writer.write(picture)
    return writer


def read(path):
    with av.open(path) as container:
        return list(container.decode(video=0))


def plane(frame, index):
    p = frame.planes[index]
    return np.frombuffer(p, np.uint8).reshape(p.height, -1)[:, : p.width].astype(float)


def sound(path):
    """Samples `(channels, n)`, and the time of the first in seconds."""
    with av.open(path) as container:
        frames = list(container.decode(audio=0))
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1), frames[0].time


def source(path, *, codec="pcm_s16le", layout="stereo", pictures_late=0, sound_late=0.0, seconds=2):
    """A movie that flashes and beeps (0.1 s of 1 kHz) one second after it starts. Times are in frames and seconds."""
    with av.open(path, "w") as container:
        video = container.add_stream("libx264", rate=25, width=64, height=48, pix_fmt="yuv420p", options={"bf": "2"})
        audio = container.add_stream(codec, rate=48_000, layout=layout)
        for i in range(seconds * 25):
            frame = av.VideoFrame.from_ndarray(grey(255 if i == 25 else 20), format="rgb24")
            frame.pts, frame.time_base = i + pictures_late, Fraction(1, 25)
            container.mux(video.encode(frame))
        time = np.arange(seconds * 48_000) / 48_000
        beep = np.where((time >= 1) & (time < 1.1), np.sin(2000 * np.pi * time) / 2, 0).astype(np.float32)
        resampler = av.AudioResampler(audio.codec_context.format, layout, 48_000)
        for start in range(0, beep.size, 1000):
            channels = np.repeat(beep[None, start : start + 1000], audio.layout.nb_channels, axis=0)
            frame = av.AudioFrame.from_ndarray(channels, format="fltp", layout=layout)
            frame.sample_rate, frame.time_base = 48_000, Fraction(1, 48_000)
            frame.pts = start + round(sound_late * 48_000)
            for ready in resampler.resample(frame):
                container.mux(audio.encode(ready))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return path


def review_of(path, folder, start, frames):
    """A review of `frames` frames of `path` from frame `start`; its soundtrack as `sound` gives it, or none."""
    audio = AudioRange(path, start / RATE, frames / RATE)
    writer = write(folder / "review.mp4", [grey(90)] * frames, audio=audio)
    with av.open(folder / "review.mp4") as container:
        has_sound = bool(container.streams.audio)
    return writer.warnings, sound(folder / "review.mp4") if has_sound else None


def beep_seconds(samples, starts_at):
    """When the beep is loud, from and to."""
    loud = np.nonzero(np.abs(samples[0]) > 0.2)[0] / 48_000
    return loud[0] + starts_at, loud[-1] + starts_at


def test_codes_are_those_of_the_bt709_matrix(tmp_path):
    write(tmp_path / "review.mp4", [patches(COLORS)] * 3)
    frame = read(tmp_path / "review.mp4")[1]
    rgb = COLORS / 255
    luma = rgb @ [0.2126, 0.7152, 0.0722]
    expected = (
        (plane(frame, 0)[16, 16::32], 16 + 219 * luma),
        (plane(frame, 1)[8, 8::16], 128 + 224 * (rgb[:, 2] - luma) / 1.8556),
        (plane(frame, 2)[8, 8::16], 128 + 224 * (rgb[:, 0] - luma) / 1.5748),
    )
    for got, wanted in expected:
        np.testing.assert_allclose(got, wanted, atol=1.01)


def test_stream_says_what_it_is(tmp_path):
    rate = Fraction(24_000, 1001)
    write(tmp_path / "review.mp4", [grey(i) for i in range(10)], rate=rate, pixel_aspect=Fraction(4, 3))
    with av.open(tmp_path / "review.mp4") as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.pix_fmt, context.codec_tag) == ("h264", "yuv420p", "avc1")
        # H.273: 1 is BT.709; range 1 is limited.
        assert (context.color_primaries, context.color_trc, context.colorspace, context.color_range) == (1, 1, 1, 1)
        assert stream.sample_aspect_ratio == Fraction(4, 3)
        assert stream.average_rate == rate
        assert [frame.pts * frame.time_base for frame in container.decode(video=0)] == [i / rate for i in range(10)]


def test_index_comes_before_the_pictures(tmp_path):
    write(tmp_path / "review.mp4", [grey(i) for i in range(3)])
    data = (tmp_path / "review.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(("height", "width"), [(47, 64), (48, 63), (33, 35)])
def test_odd_picture_grows_by_its_edge_and_is_not_scaled(tmp_path, height, width):
    rows, columns = np.mgrid[:height, :width]
    picture = np.repeat(((rows // 8 + columns // 8) % 2 * 180 + 30).astype(np.uint8)[..., None], 3, axis=2)
    picture[-1], picture[:, -1] = 120, 220
    write(tmp_path / "review.mp4", [picture] * 2)
    luma = plane(read(tmp_path / "review.mp4")[0], 0)
    wide = np.pad(picture[..., 0], ((0, height % 2), (0, width % 2)), mode="edge")
    assert luma.shape == wide.shape
    assert np.abs(luma - (16 + 219 / 255 * wide.astype(float))).mean() < 3


def test_picture_of_another_size_is_refused(tmp_path):
    with pytest.raises(ValueError, match="given to a movie"):
        write(tmp_path / "review.mp4", [grey(1), grey(1, 24, 32)])
    assert list(tmp_path.iterdir()) == []


def test_file_appears_only_when_it_is_whole(tmp_path):
    path = tmp_path / "review.mp4"
    path.write_bytes(b"an older review")
    writer = ReviewWriter(path, width=64, height=48, rate=RATE, audio=None, threads=1)
    writer.write(grey(3))
    assert path.read_bytes() == b"an older review"
    writer.close()
    writer.close()
    assert len(read(path)) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("frames", [0, 3])
def test_aborted_movie_leaves_nothing(tmp_path, frames):
    writer = ReviewWriter(tmp_path / "review.mp4", width=64, height=48, rate=RATE, audio=None, threads=1)
    for _ in range(frames):
        writer.write(grey(9))
    writer.abort()
    writer.close()
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_gone(tmp_path):
    with pytest.raises(OutputVanished):
        write(tmp_path / "gone" / "review.mp4", [grey(1)])
    with pytest.raises(OutputVanished):
        write_poster(tmp_path / "gone" / "poster.jpg", grey(1))


def test_drive_that_takes_no_more(tmp_path):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    noise = np.random.default_rng(5).integers(0, 256, (40, 90, 160, 3), np.uint8)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(OutputNotWritable):
            write(tmp_path / "review.mp4", list(noise))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mov", "pcm_s16le"), ("a.mp4", "aac"), ("a.ts", "mp2"), ("a.mkv", "flac")]
)
@pytest.mark.parametrize(("start", "frames"), [(0, 40), (12, 30), (20, 8)])
def test_sound_stays_with_its_pictures(tmp_path, name, codec, start, frames):
    path = source(tmp_path / name, codec=codec)
    warnings, (samples, at) = review_of(path, tmp_path, start, frames)
    begins, ends = beep_seconds(samples, at)
    assert warnings == ()
    # A tenth of a frame, and what a lossy codec smears.
    assert begins == pytest.approx(1 - start / 25, abs=0.004)
    assert ends == pytest.approx(min(1.1, (start + frames) / 25) - start / 25, abs=0.004)
    # Whole AAC frames of 1024 samples, and not one more.
    assert samples.shape[1] / 48_000 == pytest.approx(frames / 25, abs=0.022)


def test_zero_is_the_first_picture_not_the_start_of_the_file(tmp_path):
    late = source(tmp_path / "late.mkv", pictures_late=5)
    _, (samples, at) = review_of(late, tmp_path, 0, 40)
    assert beep_seconds(samples, at)[0] == pytest.approx(1 - 5 / 25, abs=0.004)


def test_sound_that_starts_late_waits_in_silence(tmp_path):
    late = source(tmp_path / "late.mov", sound_late=0.3)
    _, (samples, at) = review_of(late, tmp_path, 0, 40)
    assert at == 0
    assert beep_seconds(samples, at)[0] == pytest.approx(1.3, abs=0.004)


@pytest.mark.parametrize(
    ("layout", "expected"), [("mono", "mono"), ("stereo", "stereo"), ("5.1", "5.1"), ("quad", "stereo")]
)
def test_channel_layout_is_kept_where_aac_has_it(tmp_path, layout, expected):
    review_of(source(tmp_path / "a.mov", layout=layout), tmp_path, 0, 10)
    with av.open(tmp_path / "review.mp4") as container:
        assert container.streams.audio[0].layout.name == expected


def test_surround_of_the_sample_clip_arrives_channel_by_channel(tmp_path):
    warnings, (samples, at) = review_of(BUNNY, tmp_path, 25, 50)
    original, _ = sound(BUNNY)
    original = original[:, 48_000 : 48_000 + samples.shape[1]]
    assert (warnings, at, samples.shape[0]) == ((), 0, 6)
    for channel in (0, 1, 2, 4, 5):  # the LFE is silent
        assert np.corrcoef(samples[channel], original[channel])[0, 1] > 0.99


def test_source_without_sound_is_no_failure(tmp_path):
    write(tmp_path / "silent.mp4", [grey(5)] * 10)
    assert review_of(tmp_path / "silent.mp4", tmp_path, 0, 5) == ((), None)


def test_range_after_the_end_of_the_sound_is_silent(tmp_path):
    assert review_of(source(tmp_path / "a.mov"), tmp_path, 75, 5) == ((), None)


def test_unknown_sound_codec_is_left_out_with_a_warning(tmp_path):
    path = source(tmp_path / "a.mov")
    data = path.read_bytes()
    assert data.count(b"sowt") == 1
    path.write_bytes(data.replace(b"sowt", b"zzzz"))
    (warning,), soundtrack = review_of(path, tmp_path, 0, 10)
    assert soundtrack is None
    assert "The sound of a.mov cannot be decoded" in warning
    assert len(read(tmp_path / "review.mp4")) == 10


@pytest.mark.parametrize(("damaged", "remains"), [(slice(5, 8), True), (slice(0, None), False)])
def test_damaged_sound_costs_no_more_than_itself(tmp_path, damaged, remains):
    path = source(tmp_path / "a.mp4", codec="aac")
    data = bytearray(path.read_bytes())
    with av.open(path) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.size]
    for position, size in packets[damaged]:
        data[position : position + size] = b"\xff" * size
    path.write_bytes(data)
    (warning,), soundtrack = review_of(path, tmp_path, 0, 40)
    assert "a.mp4 cannot be decoded" in warning
    assert (soundtrack is not None) is remains
    if remains:
        assert beep_seconds(*soundtrack)[0] == pytest.approx(1, abs=0.004)
    assert len(read(tmp_path / "review.mp4")) == 40


@pytest.mark.parametrize("size", [32, 31])
def test_poster_shows_its_colours(tmp_path, size):
    picture = patches(COLORS, size)
    write_poster(tmp_path / "poster.jpg", picture)
    # Qt has its own JPEG decoder.
    image = QImage(str(tmp_path / "poster.jpg")).convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    decoded = lines[:, : image.width() * 3].reshape(image.height(), image.width(), 3)
    assert decoded.shape == picture.shape
    middle = size // 2
    difference = decoded[middle, middle::size].astype(int) - COLORS
    assert np.abs(difference).max() <= 3
    assert list(tmp_path.iterdir()) == [tmp_path / "poster.jpg"]

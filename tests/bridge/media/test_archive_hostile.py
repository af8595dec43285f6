"""Archives that lie, overlap, hide, swell or break off: each is refused with a sentence, whichever way it is read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.errors import ResultUnusable
from bridge.media.archive import (
    ArchiveLimits,
    NotStreamable,
    Seen,
    check_whole,
    members_as_they_come,
    members_of,
)
from tests.archives import LIMITS, Feed, Raw, build, deflated, exr, frames

FIRST, SECOND = exr(1), exr(2)


def by_stream(path, whole, limits=LIMITS):
    members = list(members_as_they_come(path, Feed(path, whole, step=1000), limits))
    check_whole(path, [member.seen for member in members])
    return members


def by_list(path, whole, limits=LIMITS):
    path.write_bytes(whole)
    return list(members_of(path, limits))


def refused(tmp_path, whole, *, limits=LIMITS, match=None):
    """The error that both ways of reading end in."""
    for read in (by_stream, by_list):
        with pytest.raises(ResultUnusable, match=match) as caught:
            read(tmp_path / "hostile.zip", whole, limits)
    return caught.value


def with_second(**fields):
    """A good frame, then one that is made as `fields` say."""
    return [*frames(1), Raw(**{"name": "frame_00002.exr", "data": SECOND} | fields)]


def test_the_builder_makes_what_zipfile_reads(tmp_path):
    """So that what is refused below is refused for its fault alone."""
    for method in (0, 8):
        whole = build(frames(3, method=method))
        assert zipfile.ZipFile(io.BytesIO(whole)).testzip() is None
        assert [m.data for m in by_stream(tmp_path / "a.zip", whole)] == [exr(n) for n in (1, 2, 3)]
        assert [m.data for m in by_list(tmp_path / "a.zip", whole)] == [exr(n) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "name",
    [
        "/frame_00002.exr",
        "../frame_00002.exr",
        "out/../../frame_00002.exr",
        "out/..",
        "C:frame_00002.exr",
        "c:/frame_00002.exr",
        "..\\frame_00002.exr",
        "\\\\host\\share\\frame_00002.exr",
        "frame_00002.exr\0.txt",
        "frame\n_00002.exr",
        "frame\x1b[2J.exr",
        "frame_00002.exr\x7f",
        "frame_\u202erxe.2.exr",
        "../notes.txt",
    ],
)
def test_names_that_point_elsewhere(tmp_path, name):
    whole = build(with_second(name=name, flags=1 << 11))
    error = refused(tmp_path, whole, match="a name that is not safe")
    assert "\x1b" not in error.sentence + error.detail


@pytest.mark.parametrize(("name", "flags"), [(b"\xff\xfe.exr", 1 << 11), (b"", 0), (b"a" * 1100 + b".exr", 0)])
def test_names_that_are_none(tmp_path, name, flags):
    refused(
        tmp_path,
        build(with_second(name=name, flags=flags)),
        match="damaged: (it has a name|its list of contents cannot be read)",
    )


@pytest.mark.parametrize("flag", [0, 6, 13])
def test_encryption(tmp_path, flag):
    refused(tmp_path, build(with_second(flags=1 << flag)), match=r"is encrypted: frame_00002\.exr")


@pytest.mark.parametrize(
    ("method", "flags"), [(1, 0), (6, 0), (9, 0), (12, 0), (14, 0), (93, 0), (99, 0), (8, 1 << 5)]
)
def test_methods_that_are_not_known(tmp_path, method, flags):
    whole = build(with_second(method=method, flags=flags, payload=SECOND))
    refused(tmp_path, whole, match=r"packed in a way that is not known here: frame_00002\.exr")


@pytest.mark.parametrize("method", [0, 8])
def test_a_wrong_sum_names_the_frame(tmp_path, method):
    whole = build([Raw("frame_00012.exr", FIRST, method=method, crc=7)])
    error = refused(tmp_path, whole)
    assert error.sentence == (
        "The archive from the endpoint is damaged: frame_00012.exr does not match its checksum."
    )


@pytest.mark.parametrize("form", ["<4sIII", "<4sIQQ", "<III", "<IQQ"])
def test_every_form_of_descriptor_is_read_and_a_wrong_one_is_not(tmp_path, form):
    def described(data, wrong=0):
        packed = deflated(data)
        crc = zlib.crc32(data) + wrong
        fields = ([b"PK\7\x08"] if "4s" in form else []) + [crc, len(packed), len(data)]
        return {"data": data, "method": 8, "flags": 8, "after": struct.pack(form, *fields)}

    good = [Raw("frame_00001.exr", **described(FIRST)), Raw("frame_00002.exr", **described(SECOND))]
    assert len(by_stream(tmp_path / "a.zip", build(good))) == len(by_list(tmp_path / "a.zip", build(good))) == 2
    bad = [good[0], Raw("frame_00002.exr", **described(SECOND, wrong=-1))]
    refused(tmp_path, build(bad), match="damaged")


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o020644, 0o060644, 0o140755, 0o040755])
def test_links_devices_and_folders_in_disguise(tmp_path, mode):
    refused(tmp_path, build(with_second(mode=mode)), match=r"frame_00002\.exr, which is no plain file")


def test_a_file_with_the_dos_mark_of_a_folder(tmp_path):
    refused(tmp_path, build(with_second(attributes=0x10)), match="no plain file or empty folder")


@pytest.mark.parametrize(("mode", "data"), [(0o040755, b"more"), (0o100644, b""), (0o120777, b"")])
def test_a_folder_that_is_none(tmp_path, mode, data):
    refused(tmp_path, build(with_second(name="out/", data=data, mode=mode)), match="out/, which is no plain file or")


@pytest.mark.parametrize(
    "name", ["frame_00001.exr", "FRAME_00001.EXR", "other/frame_00001.exr", "frame_1.exr", "other/Frame_000001.exr"]
)
def test_one_frame_twice(tmp_path, name):
    refused(tmp_path, build(with_second(name=name)), match="twice")


def test_another_file_twice(tmp_path):
    whole = build([Raw("a.json", b"{}"), Raw("A.JSON", b"{}"), *frames(1)])
    refused(tmp_path, whole, match="twice")


@pytest.mark.parametrize("data", [b"", b"\x76\x2f\x31", b"\x89PNG" + bytes(40), b"PK\3\4" + bytes(40)])
@pytest.mark.parametrize("method", [0, 8])
def test_what_is_called_exr_and_is_not(tmp_path, data, method):
    whole = build(with_second(data=data, method=method))
    refused(tmp_path, whole, match=r"damaged: frame_00002\.exr is not an EXR picture")


@pytest.mark.parametrize("members", [[], [Raw("out/", b"", mode=0o040755)], [Raw("preview.mp4", b"film")]])
def test_no_frames(tmp_path, members):
    refused(tmp_path, build(members), match="holds no EXR frames")


def test_more_frames_than_were_asked_for(tmp_path):
    whole = build(frames(5))
    limits = replace(LIMITS, frames=4)
    refused(tmp_path, whole, limits=limits, match=r"more frames than were asked for \(4\)")
    path = tmp_path / "a.zip"
    feed = Feed(path, whole)
    coming = members_as_they_come(path, feed, limits)
    assert len([next(coming) for _ in range(4)]) == 4
    with pytest.raises(ResultUnusable):
        next(coming)
    assert feed.there < len(whole)


def test_a_crowd_of_other_files(tmp_path):
    whole = build([*(Raw(f"{n}.txt", b"x") for n in range(70)), *frames(1)])
    refused(tmp_path, whole, limits=replace(LIMITS, frames=1), match="far more files than frames")


@pytest.mark.parametrize("name", ["frame_00002.exr", "preview.mp4"])
@pytest.mark.parametrize("told", [None, 100])
def test_a_bomb_is_not_unpacked_whatever_its_header_says(tmp_path, name, told):
    """100 MB of zeros, packed to 100 kB; a limit of 200 kB for one member."""
    payload = deflated(bytes(100_000_000))
    whole = build([*frames(1), Raw(name, SECOND, method=8, payload=payload, size=told or 100_000_000)])
    path = tmp_path / "bomb.zip"
    with pytest.raises(ResultUnusable, match=f"unpacks to more than this clip can need; stopped at {name}"):
        list(members_as_they_come(path, Feed(path, whole), LIMITS))
    if name.endswith(".exr"):
        with pytest.raises(ResultUnusable, match="unpacks to more"):
            by_list(path, whole)


def test_many_frames_that_are_large_together(tmp_path):
    limits = replace(LIMITS, total_bytes=len(FIRST) * 3)
    for method in (0, 8):
        refused(tmp_path, build(frames(5, method=method)), limits=limits, match="unpacks to more")


def test_a_stored_frame_that_says_it_is_huge(tmp_path):
    whole = build(with_second(size=0xFFFFFFFE, packed=0xFFFFFFFE))
    path = tmp_path / "a.zip"
    with pytest.raises(ResultUnusable, match="unpacks to more"):
        list(members_as_they_come(path, Feed(path, whole), LIMITS))
    refused(tmp_path, whole)


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("size", [{"size": 10}, {"packed": 10}, {"size": 4_000}])
def test_sizes_that_are_not_true(tmp_path, method, size):
    refused(tmp_path, build(with_second(method=method, **size)))


def test_deflate_that_is_broken(tmp_path):
    payload = bytearray(deflated(SECOND))
    payload[0] |= 0b110  # the block type that there is not
    whole = build(with_second(method=8, payload=bytes(payload)))
    refused(tmp_path, whole, match=r"damaged: frame_00002\.exr cannot be unpacked")


@pytest.mark.parametrize("method", [0, 8])
def test_every_truncation(tmp_path, method):
    whole = build(frames(2, method=method))
    for length in [*range(0, 60), *range(60, len(whole) - 200, 97), *range(len(whole) - 200, len(whole))]:
        refused(tmp_path, whole[:length])


@pytest.mark.parametrize(
    "wrong",
    [
        {"front": b"junk"},
        {"front": build([Raw("frame_00001.exr", SECOND)])},
        {"gap": b"\0"},
        {"gap": build([Raw("hidden.exr", SECOND)])},
        {"behind": b"\0"},
        {"behind": build(frames(1))},
        {"comment": b"PK\5\6" + bytes(18)},
        {"comment": b"note PK\5\6 " + bytes(30)},
        {"count": 1},
        {"count": 3},
    ],
)
def test_what_hides_around_the_members(tmp_path, wrong):
    refused(tmp_path, build(frames(2), **wrong))


def test_a_member_that_the_list_does_not_name(tmp_path):
    refused(tmp_path, build([*frames(1), Raw("frame_00002.exr", SECOND, listed=False)]))
    refused(tmp_path, build([Raw("frame_00000.exr", SECOND, listed=False), *frames(1)]))
    refused(tmp_path, build([*frames(1), Raw("x.txt", b"x", listed=False), Raw("frame_00002.exr", SECOND)]))


@pytest.mark.parametrize(
    "lie",
    [
        {"listed_name": "frame_00003.exr"},
        {"listed_name": "frame_00002.txt"},
        {"listed_name": "../frame_0002.exr"},
        {"listed_crc": 7},
        {"offset": 0},
        {"offset": 31},
        {"offset": 0xFFFFFFF0},
    ],
)
def test_a_list_that_tells_another_story(tmp_path, lie):
    refused(tmp_path, build(with_second(**lie)))


def test_members_that_overlap(tmp_path):
    """One member's bytes are the whole of the other: a file and, to other readers, an archive."""
    inner = build([Raw("frame_00002.exr", SECOND)])
    outer = [Raw("frame_00001.exr", FIRST + inner)]
    assert len(by_stream(tmp_path / "a.zip", build(outer))) == 1
    start = 30 + len("frame_00001.exr") + len(FIRST)
    tricky = [*outer, Raw("frame_00002.exr", SECOND, offset=start)]
    refused(tmp_path, build(tricky))


def test_the_list_is_held_against_what_was_seen(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(build(frames(3)))
    seen = [member.seen for member in members_of(path, LIMITS)]
    check_whole(path, seen)
    changed = replace(seen[1], crc=1)
    moved = replace(seen[1], offset=1)
    extra = Seen("frame_00004.exr", 1, 1, 1)
    for wrong in (
        seen[:2],
        seen[1:],
        seen[::-1],
        [*seen, extra],
        [seen[0], changed, seen[2]],
        [seen[0], moved, seen[2]],
    ):
        with pytest.raises(ResultUnusable, match="does not fit the frames in it"):
            check_whole(path, wrong)


def test_a_hole_is_refused_at_the_end_too(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(build([Raw(f"f_{n}.exr", exr(n)) for n in (6, 8)]))
    with pytest.raises(ResultUnusable, match=r"lacks f_7\.exr, which comes after f_6\.exr"):
        check_whole(path, [])


def test_a_list_too_large_to_be_read(tmp_path):
    """90 000 empty files: 8.6 MB of names that would be a hundred in memory."""
    name = b"n" * 50
    central = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0) + name
    whole = central * 90_000
    whole += struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(whole), 0, 0)
    path = tmp_path / "a.zip"
    path.write_bytes(whole)
    with pytest.raises(ResultUnusable, match="far more files"):
        check_whole(path, [])


def test_something_else_than_an_archive(tmp_path):
    for whole in (b"", b"PK", b"<html>502 Bad Gateway</html>" * 20, FIRST, bytes(100_000)):
        refused(tmp_path, whole, match="damaged")


BASES = [
    build([Raw("out/", b"", mode=0o040755), *frames(2), Raw("info.json", b"{}", method=8)]),
    build(frames(2, method=8), comment=b"note"),
]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    base=st.sampled_from(BASES),
    flips=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(1, 255)), min_size=1, max_size=4),
    near_records=st.booleans(),
    cut=st.integers(0, 40),
)
def test_any_damage_gives_whole_frames_or_a_sentence(tmp_path, base, flips, near_records, cut):
    damaged = bytearray(base)
    places = [at for mark in (b"PK\3\4", b"PK\1\2", b"PK\5\6") for at in _all(base, mark)]
    for place, mask in flips:
        at = places[place % len(places)] + place % 46 if near_records else place
        damaged[at % len(damaged)] ^= mask
    whole = bytes(damaged[: len(damaged) - cut] if cut > 30 else damaged)
    known = {exr(1), exr(2)}
    for read in (by_stream, by_list):
        try:
            found = read(tmp_path / "fuzz.zip", whole, ArchiveLimits(8, 100_000, 400_000))
        except (ResultUnusable, NotStreamable):
            continue
        assert {member.data for member in found} <= known


def _all(data, mark):
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)

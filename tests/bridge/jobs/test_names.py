"""Names of clips and of the folders made from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.jobs.names import clip_name, safe_name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/p/A001_C003.mov", "A001_C003"),
        ("/p/bigbuckbunny.mp4", "bigbuckbunny"),
        ("/p/take 2.mp4", "take 2"),
        ("/p/shot.%04d.png", "shot"),
        ("/p/shot.%d.exr", "shot"),
        ("/p/shot.####.exr", "shot"),
        ("/p/shot.@@@.exr", "shot"),
        ("/p/shot_[1-9].png", "shot"),
        ("/p/shot.{1..9}.png", "shot"),
        ("/p/shot.$F4.exr", "shot"),
        ("/p/shot.1001.png", "shot"),
        ("/p/shot_v003.1001.EXR", "shot_v003"),
        ("/p/shot-0007.dpx", "shot"),
        ("/p/shot0007.tiff", "shot"),
        ("/p/still.png", "still"),
        ("/p/sh010/1001.png", "sh010"),
        ("/p/sh010/%04d.png", "sh010"),
        ("/p/archive.tar.mov", "archive.tar"),
        ("/p/Аня и море.mov", "Аня и море"),
    ],
)
def test_a_clip_is_named_without_its_frame_numbers(path: str, name: str) -> None:
    assert clip_name(Path(path)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("shot", "shot"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c", "a_b_c"),
        (".hidden", "hidden"),
        ("new\nline\ttab\x00nul", "new_line_tab_nul"),
        ('what? "100%" #1 [x]', "what_ _100__ _1 _x_"),
        ("trailing. . ", "trailing"),
        ("con.v1", "_con.v1"),
        ("COM1", "_COM1"),
        ("console", "console"),
        ("right\u202eto left", "right_to left"),
        ("", "clip"),
        ("...", "clip"),
        ("e\u0301", "é"),
        ("日本語", "日本語"),
    ],
)
def test_a_name_is_made_safe(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text(st.characters(), max_size=300))
def test_any_text_becomes_a_name_that_a_file_can_bear(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    name = safe_name(text)
    longest = f".part-01234567-.{name}_hdr_v0001.00001001.exr.partial"
    assert 0 < len(name.encode()) <= 121
    assert len(longest.encode()) < 255
    assert not name.startswith(".")
    assert name == name.rstrip(" .")
    assert name.isprintable() or all(c == " " or c.isprintable() or c.isspace() for c in name)
    assert not set(name) & set('<>:"/\\|?*%#@$[]{}\0\n\r')
    assert safe_name(name) == name
    folder = tmp_path_factory.getbasetemp() / "names"
    (folder / name).mkdir(parents=True, exist_ok=True)
    assert (folder / name).parent == folder

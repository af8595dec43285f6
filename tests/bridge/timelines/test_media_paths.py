"""The ways in which timelines write where media lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.timelines.media import is_there, media_path


@pytest.mark.skipif(Path("/").drive != "", reason="the paths are those of POSIX")
@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///Volumes/My%20Drive/a%23b.mov", "/Volumes/My Drive/a#b.mov"),
        ("file:///Volumes/My Drive/100% #1?.mov", "/Volumes/My Drive/100% #1?.mov"),
        ("file://localhost/Volumes/pl%C3%A5t.mov", "/Volumes/plåt.mov"),
        ("file://localhost/C%3a/media/a.mov", "C:/media/a.mov"),
        ("file:///C:/media/a.mov", "C:/media/a.mov"),
        ("file://C:/media/a.mov", "C:/media/a.mov"),
        ("C:\\media\\a.mov", "C:\\media\\a.mov"),
        ("file://server/share/a.mov", "//server/share/a.mov"),
        ("\\\\server\\share\\a.mov", "\\\\server\\share\\a.mov"),
        ("/Volumes/a.mov", "/Volumes/a.mov"),
        ("media/a.mov", "/edit/media/a.mov"),
        ("./media/a.mov", "/edit/media/a.mov"),
        ("file:media/a.mov", "/edit/media/a.mov"),
    ],
)
def test_a_path_is_read_however_it_is_written(url, path):
    assert media_path(url, Path("/edit")) == Path(path)


@pytest.mark.parametrize("url", ["", "https://example.com/a.mov", "rsrc:x", "a\0.mov"])
def test_what_is_no_file_has_no_path(url):
    assert media_path(url, Path("/edit")) is None


@pytest.mark.parametrize("url", ["media/a b.mov", "media/a%20b.mov", "media\\a b.mov", "media\\a%20b.mov"])
def test_a_relative_path_is_tried_in_each_spelling(tmp_path, url):
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a b.mov").touch()
    assert media_path(url, tmp_path) == tmp_path / "media" / "a b.mov"


def test_a_literal_percent_comes_before_a_decoded_one(tmp_path):
    (tmp_path / "a%20b.mov").touch()
    (tmp_path / "a b.mov").touch()
    assert media_path("a%20b.mov", tmp_path) == tmp_path / "a%20b.mov"


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("shot.1001.png", True),
        ("shot.%04d.png", True),
        ("shot.####.png", True),
        ("shot.[1001-1002].png", True),
        ("other.%04d.png", False),
        ("shot.mov", False),
        ("x" * 5000 + ".mov", False),
    ],
)
def test_a_sequence_is_there_when_one_of_its_files_is(tmp_path, name, there):
    (tmp_path / "shot.1001.png").touch()
    assert is_there(tmp_path / name) is there

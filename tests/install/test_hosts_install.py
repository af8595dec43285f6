"""Installing into real folders: byte by byte as before afterwards, whatever happens in between."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from install.hosts.condition import condition
from install.hosts.launchers import LINE_MARK, NUKE_LINE, Home
from install.hosts.machine import LINUX, MACOS, WINDOWS
from install.hosts.manifest import manifest_path, read_manifest
from install.hosts.pieces import FINDERS
from install.hosts.problem import InstallProblem
from tests.install.host_site import Site, snapshot
from tests.install.test_hosts_find import put

ROOT = Path(__file__).resolve().parents[2]
EDITED, SAME, GONE = "edited by hand, left", "as it was", "not there"


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


@pytest.mark.parametrize("system", [LINUX, MACOS, WINDOWS])
def test_what_was_installed_goes_without_a_trace(tmp_path, system):
    site = Site(tmp_path, system)
    before = snapshot(site.files)
    count = 0
    for host in FINDERS:
        deeds = site.install(host)
        assert set(deeds) <= {"written", "line added"}
        count += len(deeds)
    assert count == 1 + 2 + 1 + 4
    after = snapshot(site.files)
    assert len(after) > len(before)
    assert {path: after[path] for path in before} == before
    for host in FINDERS:
        assert [condition(piece, None) for piece in site.pieces(host)] == ["current"] * len(site.pieces(host))
        assert set(site.install(host)) == {SAME}
    assert snapshot(site.files) == after
    for host in ("nuke", "resolve", "blender", "hiero"):  # in another order: the folder of Nuke is shared
        assert set(site.uninstall(host)) <= {"removed", "line taken out"}
    assert snapshot(site.files) == before
    assert not (site.state / "launchers").exists()
    assert site.uninstall("nuke") == [GONE, GONE]


@pytest.mark.parametrize(
    "content",
    [
        b"import nuke\nnuke.pluginAddPath('./gizmos')\n",
        b"import nuke",
        b"",
        b"\n\n",
        b"import nuke\r\nx = 1\r\n",
        b"import nuke\r\nx = 1",
        b"x = 1\ry = 2\r",
        b"x = 1\r\ny = 2\n",
        "# -*- coding: latin-1 -*-\nname = 'Zo\xeb'\n".encode("latin-1"),
        b"\xef\xbb\xbfimport nuke\n",
        b"print 'of Python 2'\n",
        b"if True:\n    x = 1\n    # the end",
        b"x = 1  # no end\n\x0c",
        b"x = 1 \\",
        b"x = '''abc\n",
    ],
    ids=repr,
)
def test_a_line_is_added_and_taken_out_byte_by_byte(site, content):
    init = put(site.nuke / "init.py", content)
    init.chmod(0o640)
    before = snapshot(site.files)
    site.install("nuke")
    added = init.read_bytes()
    assert added.startswith(content)
    assert added.count(NUKE_LINE.encode()) == 1
    ends = {end for end in (b"\r\n", b"\n", b"\r") if end in content}
    if len(ends - {b"\n", b"\r"} or ends) == 1 and b"\r\n" in content and b"\n" not in content.replace(b"\r\n", b""):
        assert b"\n" not in added.replace(b"\r\n", b"")
    site.install("nuke")
    assert init.read_bytes() == added
    site.uninstall("nuke")
    assert snapshot(site.files) == before


def test_what_the_user_writes_around_the_line_stays(site):
    init = put(site.nuke / "init.py", b"first = 1")
    site.install("nuke")
    init.write_bytes(b"zero = 0\r\n" + init.read_bytes() + b"last = 2")
    site.uninstall("nuke")
    assert init.read_bytes() == b"zero = 0\r\nfirst = 1\nlast = 2"


def test_a_line_that_the_user_has_edited_stays_and_is_said(site):
    site.install("nuke")
    init = site.nuke / "init.py"
    edited = b"if True:\n    " + init.read_bytes()
    init.write_bytes(edited)
    assert site.install("nuke") == [SAME, EDITED]
    assert condition(site.pieces("nuke")[1], None) == "edited"
    assert site.uninstall("nuke") == [EDITED, "removed"]
    assert init.read_bytes() == edited
    assert not (site.nuke / "superwhite").exists()


def test_a_file_of_ours_to_which_the_user_added_keeps_what_is_his(site):
    site.install("nuke")
    init = site.nuke / "init.py"
    init.write_bytes(init.read_bytes() + b"his = 1\n")
    site.uninstall("nuke")
    assert snapshot(site.nuke) == {str(init): (b"his = 1\n", init.stat().st_mode)}


def test_nothing_is_added_to_what_is_no_text(site):
    put(site.nuke / "init.py", "import nuke\n".encode("utf-16"))
    before = snapshot(site.files)
    with pytest.raises(InstallProblem, match="not a text file"):
        site.install("nuke")
    assert snapshot(site.files) == before


def test_an_init_that_is_a_link_stays_one(site):
    target = put(site.files / "dotfiles" / "init.py", b"x = 1")
    site.nuke.mkdir()
    (site.nuke / "init.py").symlink_to(target)
    before = snapshot(site.files)
    site.install("nuke")
    assert (site.nuke / "init.py").is_symlink()
    assert LINE_MARK.encode() in target.read_bytes()
    site.uninstall("nuke")
    assert snapshot(site.files) == before


def test_a_launcher_that_the_user_has_edited_stays_and_is_said(site):
    site.install("hiero")
    path = site.pieces("hiero")[0].path
    path.write_bytes(path.read_bytes() + b"# mine\n")
    edited = path.read_bytes()
    entry = read_manifest(site.state, "hiero").entry(path)
    assert condition(site.pieces("hiero")[0], entry) == "edited"
    assert site.install("hiero") == [EDITED]
    assert site.uninstall("hiero", dry_run=True) == [EDITED]
    assert site.uninstall("hiero") == [EDITED]
    assert path.read_bytes() == edited


def test_a_file_of_somebody_else_is_not_touched(site):
    path = put(site.pieces("blender")[2].path, b"# somebody's\n")
    before = snapshot(site.files)
    with pytest.raises(InstallProblem, match="not Superwhite's"):
        site.install("blender")
    assert snapshot(site.files) == before
    assert condition(site.pieces("blender")[2], None) == "foreign"
    assert not manifest_path(site.state, "blender").exists()
    assert GONE in site.uninstall("blender")
    assert path.read_bytes() == b"# somebody's\n"


def test_another_installation_s_launcher_is_put_back(tmp_path, site):
    other = Site(tmp_path)
    other.home, other.state = (
        Home(tmp_path / "other", Path("python"), tmp_path / "other-state"),
        tmp_path / "other-state",
    )
    other.install("resolve")
    theirs = snapshot(site.files)
    assert site.install("resolve") == ["written"]
    assert other.uninstall("resolve", dry_run=True) == [EDITED]
    assert site.uninstall("resolve") == ["put back"]
    assert snapshot(site.files) == theirs


def test_an_upgrade_replaces_what_is_ours_and_takes_away_what_is_no_longer_needed(site):
    site.install("blender")
    (blender_4, blender_5) = FINDERS["blender"](site.machine)
    shutil.rmtree(blender_4.folder.parent)
    site.home = Home(site.home.root / "new", site.home.python, site.state)
    changed = [
        condition(piece, read_manifest(site.state, "blender").entry(piece.path)) for piece in site.pieces("blender")
    ]
    assert changed == ["outdated", "current"]
    assert site.install("blender") == ["written", SAME, GONE, GONE]
    entries = read_manifest(site.state, "blender").entries
    assert [entry.path for entry in entries] == [piece.path for piece in site.pieces("blender")]
    site.uninstall("blender")
    assert snapshot(blender_5.folder.parent) == {}


def test_what_python_has_compiled_goes_too_and_others_files_stay(site):
    site.install("blender")
    enabling = site.pieces("blender")[1].path
    add_on = site.pieces("blender")[0].path
    for path in (enabling, add_on):
        put(path.parent / "__pycache__" / f"{path.stem}.cpython-311.pyc", b"ours")
    theirs = put(enabling.parent / "__pycache__" / "superwhite_enable_not.cpython-311.pyc", b"theirs")
    site.uninstall("blender")
    assert not add_on.parent.parent.exists()
    assert list(theirs.parent.iterdir()) == [theirs]


def test_a_manifest_that_is_lost_or_junk_still_lets_everything_go(site):
    before = snapshot(site.files)
    for junk in (
        None,
        b"\x00\xff junk",
        b"[]",
        b'{"phase": 1, "entries": [{"kind": "file"}], "folders": []}',
        b"{" * 9999,
    ):
        site.install("nuke")
        path = manifest_path(site.state, "nuke")
        path.unlink() if junk is None else path.write_bytes(junk)
        assert site.uninstall("nuke") == ["line taken out", "removed"]
        left = {path for path in snapshot(site.files) if path not in before}
        assert left <= {
            str(site.nuke),
            str(site.nuke / "init.py"),
            str(site.nuke / "superwhite"),
        }  # made by nobody known
        shutil.rmtree(site.nuke)


def test_a_dry_run_writes_nothing(site):
    site.install("nuke")
    before = snapshot(site.files, site.state)
    assert site.uninstall("nuke", dry_run=True) == ["removed", "removed"]
    assert snapshot(site.files, site.state) == before


def test_a_state_folder_that_cannot_be_written_is_said_before_anything_is_done(site):
    site.state.write_text("a file")
    before = snapshot(site.files)
    with pytest.raises(InstallProblem, match="in the way"):
        site.install("nuke")
    assert snapshot(site.files) == before


def test_a_file_where_a_folder_belongs_is_said(site):
    put(site.nuke / "superwhite", b"a file")
    before = snapshot(site.files)
    with pytest.raises(InstallProblem, match="in the way"):
        site.install("nuke")
    assert snapshot(site.files) == before


def test_the_manifest_says_what_was_there_before_and_what_is_there_now(site):
    put(site.nuke / "init.py", b"x = 1")
    site.install("nuke")
    told = json.loads(manifest_path(site.state, "nuke").read_bytes())
    assert told["phase"] == "installed"
    line = next(each for each in told["entries"] if each["kind"] == "line")
    assert (line["path"], line["separator"], line["existed"]) == (str(site.nuke / "init.py"), "\n", True)
    file = next(each for each in told["entries"] if each["kind"] == "file")
    assert len(file["sha256"]) == 64
    assert file["before"] is None
    assert told["folders"] == [str(site.nuke / "superwhite")]
    assert site.state.stat().st_mode & 0o077 == 0

"""Hosts on trees of files that stand for Linux, macOS and Windows."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path

import pytest

from install.hosts.machine import LINUX, MACOS, WINDOWS, Machine
from install.hosts.nuke import find_hiero
from install.hosts.pieces import FINDERS
from install.hosts.resolve import external_scripting

SYSTEMS = (LINUX, MACOS, WINDOWS)


def machine_of(top, system, **environment):
    home = top / ("Users" if system != LINUX else "home") / "Zoë O'Hara"
    home.mkdir(parents=True, exist_ok=True)
    if system == WINDOWS:
        environment = {
            "APPDATA": str(home / "AppData" / "Roaming"),
            "PROGRAMDATA": str(top / "ProgramData"),
            "PROGRAMFILES": str(top / "Program Files"),
        } | environment
    return Machine(system, home, environment, top)


def put(path, content=b""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


RESOLVE = {
    LINUX: ("opt/resolve/bin/resolve", ".local/share/DaVinciResolve/Fusion/Scripts"),
    MACOS: (
        "Applications/DaVinci Resolve/DaVinci Resolve.app/Contents/Info.plist",
        "Library/Application Support/Blackmagic Design/DaVinci Resolve/Fusion/Scripts",
    ),
    WINDOWS: (
        "Program Files/Blackmagic Design/DaVinci Resolve/Resolve.exe",
        "AppData/Roaming/Blackmagic Design/DaVinci Resolve/Support/Fusion/Scripts",
    ),
}
LOGS = {
    LINUX: ".local/share/DaVinciResolve/logs/ResolveDebug.txt",
    MACOS: "Library/Application Support/Blackmagic Design/DaVinci Resolve/logs/ResolveDebug.txt",
    WINDOWS: "AppData/Roaming/Blackmagic Design/DaVinci Resolve/Support/logs/davinci_resolve.log",
}
CONFIGS = {
    LINUX: ".local/share/DaVinciResolve/configs/config.dat",
    MACOS: "Library/Preferences/Blackmagic Design/DaVinci Resolve/config.dat",
    WINDOWS: "AppData/Roaming/Blackmagic Design/DaVinci Resolve/Preferences/config.dat",
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_resolve_is_found_with_edition_version_and_preference(tmp_path, system):
    machine = machine_of(tmp_path, system)
    assert FINDERS["resolve"](machine) == []
    program, scripts = RESOLVE[system]
    plist = plistlib.dumps({"CFBundleShortVersionString": "21.1.0"}) if system == MACOS else b""
    put(tmp_path / program, plist)
    (host,) = FINDERS["resolve"](machine)
    assert host.folder == machine.home / scripts
    assert host.program
    assert (host.edition, host.version) == ("", "21.1.0" if system == MACOS else "")
    log = b"\xff\xfe junk \x00\n[0x1] | Running DaVinci Resolve v20.3.0.0001 (Clang)\n" + b"x" * 600_000
    put(machine.home / LOGS[system], log + b"\n[0x2] | Running DaVinci Resolve Studio v21.1.0.0014 (Clang)\n")
    (host,) = FINDERS["resolve"](machine)
    assert host.edition == "Studio"
    assert host.version in ("21.1.0.0014", "21.1.0")
    assert external_scripting(machine) == ""
    put(machine.home / CONFIGS[system], b"Site.Count = 1\n\x80\x81System.Scripting.Mode = 1\n")
    assert external_scripting(machine) == "local"


def test_resolve_s_free_edition_and_the_other_linux_folder(tmp_path):
    machine = machine_of(tmp_path, LINUX)
    put(tmp_path / "home/resolve/bin/resolve")
    (tmp_path / "home/resolve/ResolvePython").mkdir()
    put(machine.home / LOGS[LINUX], b"Running DaVinci Resolve v21.0.3.0007 (Linux/Clang x86_64)")
    (host,) = FINDERS["resolve"](machine)
    assert (host.edition, host.version, host.python) == ("Free", "21.0.3.0007", "its own")


NUKES = {
    LINUX: "usr/local/Nuke{}/Nuke{short}",
    MACOS: "Applications/Nuke{}/Nuke{}.app/Contents/MacOS/Nuke{short}",
    WINDOWS: "Program Files/Nuke{}/Nuke{short}.exe",
}


def put_nuke(top, system, version):
    return put(top / NUKES[system].format(version, version, short=version.split("v")[0]))


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_nuke_is_found_oldest_first_with_python_and_qt(tmp_path, system):
    machine = machine_of(tmp_path, system)
    for version in ("16.0v1", "14.1v8", "15.2v11"):
        program = put_nuke(tmp_path, system, version)
    library = {LINUX: "libpython3.12.so.1.0", MACOS: "libpython3.12.dylib", WINDOWS: "python312.dll"}[system]
    put(program.parent / library)
    put(program.parent / "pythonextensions/site-packages/PySide6/__init__.py")
    hosts = FINDERS["nuke"](machine)
    assert [(host.version, host.python, host.qt) for host in hosts] == [
        ("14.1v8", "3.9", "PySide2"),
        ("15.2v11", "3.12", "PySide6"),  # what lies there is believed, not the table
        ("16.0v1", "3.11", "PySide6"),
    ]
    assert {host.folder for host in hosts} == {machine.home / ".nuke"}
    assert [host.host for host in find_hiero(machine)] == ["hiero"] * 3


def test_a_nuke_on_the_search_path_and_one_that_only_left_its_folder(tmp_path):
    machine = machine_of(tmp_path, LINUX)
    (machine.home / ".nuke").mkdir()
    assert [(host.program, host.version) for host in FINDERS["nuke"](machine)] == [(None, "")]
    program = put(tmp_path / "mnt/sw/Nuke17.0v1/Nuke17.0")
    links = tmp_path / "links"
    links.mkdir()
    (links / "Nuke17.0").symlink_to(program)
    machine = machine_of(tmp_path, LINUX, PATH=f"{links}{os.pathsep}relative{os.pathsep}{tmp_path / 'none'}")
    assert [host.program for host in FINDERS["nuke"](machine)] == [program]


BLENDERS = {
    LINUX: (".config/blender", "opt/blender-{}.1-linux-x64/{}"),
    MACOS: ("Library/Application Support/Blender", "Applications/Blender {}.app/Contents/Resources/{}"),
    WINDOWS: ("AppData/Roaming/Blender Foundation/Blender", "Program Files/Blender Foundation/Blender {}/{}"),
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_blender_from_4_2_is_found(tmp_path, system):
    machine = machine_of(tmp_path, system)
    config, program = BLENDERS[system]
    for version in ("2.79", "4.1", "4.2", "5.10", "5.9"):
        (machine.home / config / version).mkdir(parents=True)
    resources = tmp_path / program.format("4.5", "4.5")
    put(resources / "python/bin/python3.11")
    hosts = FINDERS["blender"](machine)
    assert [host.version for host in hosts] == ["4.2", "4.5", "5.9", "5.10"]
    assert [host.folder for host in hosts][1] == machine.home / config / "4.5" / "scripts"
    assert (hosts[1].program, hosts[1].python, hosts[0].program) == (resources, "3.11", None)


def test_blender_s_own_variables_and_its_sandbox_count(tmp_path):
    machine = machine_of(tmp_path, LINUX, XDG_CONFIG_HOME=str(tmp_path / "xdg"))
    (tmp_path / "xdg/blender/4.5").mkdir(parents=True)
    sandbox = machine.home / ".var/app/org.blender.Blender/config/blender/5.0"
    sandbox.mkdir(parents=True)
    assert [host.folder for host in FINDERS["blender"](machine)] == [
        tmp_path / "xdg/blender/4.5/scripts",
        sandbox / "scripts",
    ]
    shared = machine_of(tmp_path, LINUX, XDG_CONFIG_HOME=str(tmp_path / "xdg"), BLENDER_USER_SCRIPTS="/srv/scripts")
    assert [host.folder for host in FINDERS["blender"](shared)] == [Path("/srv/scripts")]


@pytest.mark.parametrize("system", SYSTEMS)
def test_strange_trees_break_no_finder(tmp_path, system):
    """Junk where a property list belongs, files where folders do, links that lead nowhere or to themselves, a pipe."""
    machine = machine_of(tmp_path, system)
    put(tmp_path / RESOLVE[system][0], bytes(range(256)) * 100)
    log = machine.home / LOGS[system]
    log.parent.mkdir(parents=True)
    os.mkfifo(log)  # would block whoever opens it
    config = machine.home / CONFIGS[system]
    config.parent.mkdir(parents=True, exist_ok=True)
    config.symlink_to(config)
    put(machine.home / ".nuke")
    for name in ("opt/Nuke9999999999999999999999.0v1", "usr/local/Nuke16.0v1"):
        put(tmp_path / name)
    (tmp_path / "opt" / "Nuke16.0v2").symlink_to(tmp_path / "gone")
    blender = machine.home / BLENDERS[system][0]
    put(blender / "4.5")
    (blender / "4.4").symlink_to(blender / "4.4")
    for find in FINDERS.values():
        find(machine)
    assert FINDERS["blender"](machine) == []
    assert FINDERS["resolve"](machine)[0].version == ""
    assert external_scripting(machine) == ""

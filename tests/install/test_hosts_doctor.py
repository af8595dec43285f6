"""What the doctor says of hosts and of what surrounds them."""

from __future__ import annotations

import os
import site
import subprocess
from pathlib import Path

import certifi
import pytest

from install import driver, surroundings
from install.finding import Finding, guarded
from install.hosts.checks import examine_hosts
from install.hosts.launchers import Home
from install.hosts.machine import LINUX, MACOS, WINDOWS, Machine
from install.hosts.manifest import manifest_path
from install.hosts.resolve_api import missing_names
from tests.install.host_site import Site
from tests.install.test_hosts_find import CONFIGS, LOGS, machine_of, put

ROOT = Path(__file__).resolve().parents[2]


def findings(site):
    found = examine_hosts(site.machine, site.home)
    assert all(each.remedy for each in found if each.verdict != "ok"), found
    assert all(isinstance(each.as_dict()["facts"], dict) for each in found)
    return {each.name: each for each in found}


@pytest.mark.parametrize("system", [LINUX, MACOS, WINDOWS])
def test_every_host_is_told_with_what_to_do(tmp_path, system):
    site = Site(tmp_path, system)
    put(site.machine.home / LOGS[system], b"Running DaVinci Resolve Studio v21.1.0.0014 (Clang)\n")
    put(site.machine.home / CONFIGS[system], b"System.Scripting.Mode = 0\n")
    found = findings(site)
    resolve = found["DaVinci Resolve 21.1.0.0014"]
    assert (resolve.verdict, resolve.facts["edition"]) == ("ok", "Studio")
    assert "not installed" in found["DaVinci Resolve 21.1.0.0014: launcher"].found
    scripting = found["DaVinci Resolve 21.1.0.0014: external scripting"]
    assert (scripting.verdict, "Local" in scripting.remedy) == ("note", True)
    assert found["Nuke 16.0v1: Python"].facts == {"python": "3.11", "qt": "PySide6"}
    assert "window" in found["Nuke 16.0v1: Python"].found
    assert {"Hiero / Nuke Studio 16.0v1", "Blender 4.2", "Blender 5.0: script folder"} <= found.keys()
    for host in ("resolve", "nuke", "hiero", "blender"):
        site.install(host)
    (site.home.root / ".docked" / "cp311").mkdir(parents=True)
    found = findings(site)
    launchers = [each for name, each in found.items() if name.endswith("launcher")]
    assert {each.found for each in launchers} == {"installed"}
    assert "docks" in found["Nuke 16.0v1: Python"].found


def test_a_launcher_that_is_not_as_it_should_be_is_told(tmp_path):
    site = Site(tmp_path)
    site.install("nuke")
    name = "Nuke 16.0v1: launcher"
    menu, init = (piece.path for piece in site.pieces("nuke"))
    content = menu.read_bytes()
    menu.write_bytes(content + b"#")
    assert "edited by hand" in findings(site)[name].found
    menu.unlink()
    assert "not installed" in findings(site)[name].found
    menu.write_bytes(content)
    site.home = Home(tmp_path / "moved", site.home.python, site.state)
    assert "another version or folder" in findings(site)[name].found
    manifest = manifest_path(site.state, "nuke")
    manifest.write_bytes(manifest.read_bytes().replace(b'"installed"', b'"installing"'))
    assert "cut short" in findings(site)[name].found
    manifest.write_bytes(b"\xff junk")
    assert "damaged" in findings(site)[name].found
    init.unlink()
    init.mkdir()
    assert findings(site)[name].verdict != "ok"


def test_editions_and_versions_that_cannot_do_it_are_told(tmp_path):
    site = Site(tmp_path)
    put(site.machine.home / LOGS[LINUX], b"Running DaVinci Resolve v21.1.0.0014 (Clang)\n")
    assert "Studio" in findings(site)["DaVinci Resolve 21.1.0.0014"].remedy
    put(site.machine.home / LOGS[LINUX], b"Running DaVinci Resolve Studio v17.4.6.0004 (Clang)\n")
    assert "older than 18.5" in findings(site)["DaVinci Resolve 17.4.6.0004"].found
    put(site.machine.home / LOGS[LINUX], b"")
    found = findings(site)
    assert "first run" in found["DaVinci Resolve"].found
    assert found["DaVinci Resolve: external scripting"].verdict == "note"
    assert found["DaVinci Resolve: Python"].verdict == "note"


def test_a_script_folder_on_a_read_only_drive_is_told(tmp_path):
    site = Site(tmp_path)
    site.nuke.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", site.nuke], check=False).returncode:
        pytest.skip("mounting a drive is not allowed here")
    try:
        assert findings(site)["Nuke 16.0v1: script folder"].verdict == "note"
    finally:
        subprocess.run(["umount", site.nuke], check=True)


def test_a_machine_without_hosts_is_fine(tmp_path):
    machine = machine_of(tmp_path, LINUX)
    (only,) = examine_hosts(machine, Home(tmp_path, Path("python"), tmp_path))
    assert only.verdict == "ok"


def test_strange_input_breaks_nothing(tmp_path):
    site = Site(tmp_path)
    huge = site.machine.home / LOGS[LINUX]
    huge.parent.mkdir(parents=True)
    with huge.open("wb") as file:
        file.truncate(50 << 30)  # a sparse file that nobody could read whole
    config = site.machine.home / CONFIGS[LINUX]
    config.parent.mkdir(parents=True)
    config.symlink_to(tmp_path / "gone")
    put(site.files / "opt/resolve/Developer/Scripting/DaVinciResolveScript.pyi", b"\x00\xffclass (")
    put(manifest_path(site.state, "hiero"), bytes(range(256)))
    (site.machine.home / ".nuke").symlink_to(site.machine.home / ".nuke")  # a link to itself
    found = findings(site)
    assert found["DaVinci Resolve: scripting interface"].verdict == "fault"
    assert "Nuke 16.0v1: launcher" in found


PYI = """
class Timeline:
    def GetStartFrame(self) -> int: ...
    def GetSelectedClips(self) -> list: ...
class Resolve(Protocol):
    GetProductName: Callable[[], str]
    async def Nothing(self): ...
"""
ADAPTER = """
import subprocess
from pathlib import Path
from .api import Timeline
class Own:
    def Method(self): ...
def f(tl, resolve):
    tl.GetStartFrame(); tl.parent.GetSelectedClips(); resolve.GetProductName()
    subprocess.Popen([]); Path.Home(); Own.Method(); Timeline.Of(tl); tl.lower(); tl.CONSTANT()
    return main(resolve.GetProductName)
"""


def test_what_the_adapter_calls_is_looked_up_in_what_resolve_describes(tmp_path):
    description = put(tmp_path / "DaVinciResolveScript.pyi", PYI.encode())
    adapter = put(tmp_path / "resolve" / "host.py", ADAPTER.encode())
    assert missing_names(adapter.parent, description) == (3, [])
    adapter.write_text(ADAPTER + "    main(resolve.GetGone)\n    tl.markers.AddThing(1)\n")
    assert missing_names(adapter.parent, description) == (5, ["AddThing", "GetGone"])
    put(adapter.parent / "api.py", b"class Resolve(Protocol):\n    def GetStartFrame(self): ...\n")
    assert missing_names(adapter.parent, description)[1] == ["AddThing", "GetGone", "Resolve.GetStartFrame"]
    with description.open("ab") as file:
        file.truncate(9 << 20)
    with pytest.raises(ValueError, match="too large"):
        missing_names(adapter.parent, description)


def test_our_own_adapter_is_measured_against_the_published_interface_of_21_0():
    """Its stubs lack what came with 21.0.4 and 21.1, and nothing else that we use."""
    (stubs,) = (Path(root) / "fusionscript-stubs" / "fusionscript.pyi" for root in site.getsitepackages())
    used, missing = missing_names(ROOT / "plugin" / "resolve", stubs)
    assert used > 40
    assert "Timeline.GetSelectedClips" in missing
    assert len(missing) < 10


def test_the_installed_description_is_compared_with_our_own_source(tmp_path):
    site = Site(tmp_path)
    put(site.files / "opt/resolve/Developer/Scripting/DaVinciResolveScript.pyi", PYI.encode())
    put(site.home.root / "plugin/resolve/host.py", ADAPTER.encode())
    name = "DaVinci Resolve: scripting interface"
    assert findings(site)[name].verdict == "ok"
    put(site.home.root / "plugin/resolve/placing.py", b"def f(tl):\n    tl.InsertNowhere()\n")
    told = findings(site)[name]
    assert (told.verdict, told.facts["missing"]) == ("note", "InsertNowhere")


def machine(tmp_path, system=LINUX, **environment):
    return Machine(system, tmp_path, environment, tmp_path)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PYTHONPATH", "/somewhere"),
        ("PYTHONHOME", "/somewhere"),
        ("FUSION_PYTHON3_HOME", "/nothing/here"),
        ("RESOLVE_SCRIPT_API", "/nothing/here"),
        ("RESOLVE_SCRIPT_API", "/"),
        ("RESOLVE_SCRIPT_LIB", "/nothing/here.so"),
    ],
)
def test_variables_that_lead_astray_are_named(tmp_path, variable, value):
    told = surroundings.variables(machine(tmp_path, **{variable: value}))
    assert told.verdict == "note"
    assert variable in told.found
    assert value in told.found
    assert surroundings.variables(machine(tmp_path)).verdict == "ok"


def test_proxies_are_told_without_their_passwords():
    told = surroundings.proxy({"https": "http://zoe:secret@proxy:3128", "ftp": "x"})
    assert (told.verdict, "secret" in str(told.as_dict())) == ("ok", False)
    assert "proxy:3128" in told.found
    assert surroundings.proxy({"http": "socks5://proxy:1080"}).verdict == "fault"
    assert surroundings.proxy({"http": "proxy:3128"}).verdict == "ok"
    assert surroundings.proxy({"no": "localhost"}).found == "none"


def test_certificate_stores_are_opened(tmp_path):
    assert surroundings.certificates({}).verdict == "ok"
    assert surroundings.certificates({"SSL_CERT_FILE": certifi.where()}).verdict == "ok"
    junk = put(tmp_path / "junk.pem", b"\x00 no certificate")
    for value in (str(junk), str(tmp_path / "gone.pem")):
        told = surroundings.certificates({"SSL_CERT_FILE": value})
        assert told.verdict == "fault"
        assert "SSL_CERT_FILE" in told.remedy


def test_graphics_cards_are_named_where_that_is_cheap(tmp_path):
    def nvidia(command):
        assert command[0] == "nvidia-smi"
        return "NVIDIA RTX 6000, 49140 MiB, 570.10, 8.9\nNVIDIA RTX 6000, 49140 MiB, 570.10, 8.9\n"

    told = surroundings.graphics(machine(tmp_path), nvidia)
    assert told.facts == {"name": "NVIDIA RTX 6000", "memory": "49140 MiB", "driver": "570.10"}
    assert told.verdict == "ok"
    junk = surroundings.graphics(machine(tmp_path), lambda command: "\ufffd junk\nNo devices were found")
    assert junk.verdict == "ok"
    apple = surroundings.graphics(machine(tmp_path, MACOS), lambda c: "Apple M4 Max\n" if c[0] == "sysctl" else "")
    assert apple.found == "Apple M4 Max"
    put(tmp_path / "sys/class/drm/card0/device/vendor", b"0x1002\n")
    assert surroundings.graphics(machine(tmp_path), lambda command: "").found == "AMD"
    put(tmp_path / "proc/driver/nvidia/version", b"NVRM version: 570")
    assert surroundings.graphics(machine(tmp_path), lambda command: "").verdict == "note"


@pytest.mark.parametrize("body", ["exit 1", "sleep 60", "printf '\\377\\376'", "kill -9 $$"])
def test_a_driver_tool_that_fails_or_hangs_is_left_alone(tmp_path, monkeypatch, body):
    tool = put(tmp_path / "bin" / "nvidia-smi", f"#!/bin/sh\n{body}\n".encode())
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(driver, "_PATIENCE_SECONDS", 0.3)
    assert surroundings.graphics(machine(tmp_path)).verdict == "ok"


def test_a_check_that_breaks_is_a_finding():
    def breaks() -> Finding:
        raise RuntimeError("junk")

    told = guarded("What", breaks)
    assert (told.name, told.verdict, "junk" in told.found) == ("What", "fault", True)

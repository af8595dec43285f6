"""A machine of files on which every host is found, and a Superwhite that is to be put there."""

from __future__ import annotations

import sys
from pathlib import Path

from install.hosts.act import install, uninstall
from install.hosts.launchers import Home
from install.hosts.machine import LINUX
from install.hosts.pieces import FINDERS, all_pieces
from tests.install.test_hosts_find import BLENDERS, RESOLVE, machine_of, put, put_nuke


def snapshot(*tops):
    """Every path below, with its bytes, mode and link."""
    found = {}
    for top in tops:
        for path in sorted(top.rglob("*")):
            kind = (
                "->" + str(path.readlink())
                if path.is_symlink()
                else path.read_bytes()
                if path.is_file()
                else "folder"
            )
            found[str(path)] = (kind, path.lstat().st_mode)
    return found


class Site:
    """A machine on which everything is found, and a Superwhite that is to be put there."""

    def __init__(self, top, system=LINUX):
        self.machine = machine_of(top / "machine", system)
        self.files = top / "machine"
        self.state = top / "state"
        self.home = Home(top / "Rööt 'q'", Path(sys.executable), self.state)
        put(self.files / RESOLVE[system][0])
        put_nuke(self.files, system, "16.0v1")
        for version in ("4.2", "5.0"):
            (self.machine.home / BLENDERS[system][0] / version).mkdir(parents=True, exist_ok=True)

    def pieces(self, host):
        return all_pieces(FINDERS[host](self.machine), self.home)

    def install(self, host, **more):
        return [each.deed for each in install(host, self.pieces(host), self.state, **more).done]

    def uninstall(self, host, **more):
        return [each.deed for each in uninstall(host, self.pieces(host), self.state, **more).done]

    @property
    def nuke(self):
        return self.machine.home / ".nuke"

"""Environments of engines that need more than the service has: made beside the one in use, tried, and only then put in
its place. Standard library only.

Each engine has a folder, and in it its environment under a name of its own, since one that was made cannot be moved. A
file says which one is in use (its form: `bridge.engines.environments`). It is replaced last, and at once: however a
set-up ends, the environment in use stays in use. What an unfinished one has left is removed by the next.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from install.driver import find_cards
from install.environment import Environment, Say, alone
from install.setup_error import NoRoom, SetupError
from install.torch_build import Build, DriverTooOld, pinned

_GIGABYTE = 10**9
_ROOM, _ROOM_FOR_CUDA = 3 * _GIGABYTE, 9 * _GIGABYTE
"""What an environment takes, with something to spare: 1.8 GB as measured without CUDA, an estimate with it."""

_POINTER = "current.json"

_TRIAL = """
import json, platform
import accelerate, peft, torch, transformers
from diffusers import LTX2HDRPipeline
import bridge.engines.ltx
# diffusers gives a class that can do nothing in place of one whose needs it misses.
assert LTX2HDRPipeline.__module__.startswith("diffusers.pipelines"), "diffusers misses something"
cuda, why = torch.version.cuda, ""
if cuda:
    try:
        torch.ones(8, device="cuda").sum().item()
    except torch.OutOfMemoryError:
        pass  # in use, but there
    except (RuntimeError, AssertionError) as error:
        why = str(error).splitlines()[0]
    flavour = "cu" + cuda.replace(".", "")
else:
    flavour = "mps" if torch.backends.mps.is_built() else "cpu"
facts = {"torch": torch.__version__, "flavour": flavour, "python": platform.python_version(), "why": why}
print("FACTS", json.dumps(facts))
"""


class EngineSetup(Environment):
    """The environment of the engine `name`, below `home`. `root` is the folder that holds Superwhite's packages,
    `python` what the environment is made from, `lock` what goes into it beside torch: the one in `root` by default.
    """

    def __init__(
        self, name: str, home: Path, root: Path, python: Path, uv: str | None, say: Say, lock: Path | None = None
    ) -> None:
        self._lock = lock or root / "install" / "lock" / (name + ".txt")
        super().__init__(root, python, self._lock, self._lock, uv, say)
        self._name = name
        self._home = home / name

    def install(self, build: Build, *, keep_former: bool = False, room: int | None = None) -> bool:
        """Whether an environment was made: one from the same lock with the same build, which works, is left alone.

        The former one goes when the new one is in its place, unless `keep_former`: a process may run on it. `room`
        is how many bytes must be free. Raises `SetupError`; the former environment is in use then as before.
        """
        self._prepare()
        with alone(self._home.with_suffix(".lock"), self._say):
            former = self._in_use()
            if self._is_good(former, build):
                return False
            self._remove_all_but(former)
            wanted = room or (_ROOM_FOR_CUDA if build.for_cuda else _ROOM)
            free = shutil.disk_usage(str(self._home)).free
            if free < wanted:
                raise NoRoom(
                    f"There is too little room in {self._home}: {free / _GIGABYTE:.1f} GB are free, and about "
                    f"{wanted / _GIGABYTE:.0f} GB are needed.",
                    "Free some space, or name a folder on another drive in SUPERWHITE_ENGINES.",
                )
            self.folder = self._home / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
            try:
                facts = self._build(build)
                self._put_in_use({"folder": self.folder.name, "build": build.flavour, **facts})
            except BaseException:
                shutil.rmtree(str(self.folder), ignore_errors=True)
                raise
            if not keep_former:
                self._remove_all_but({"folder": self.folder.name})
        return True

    def remove(self) -> int:
        """How many bytes that has freed; 0 where there was nothing. Raises `SetupError` where something stays."""
        if not self._home.exists():
            return 0
        with alone(self._home.with_suffix(".lock"), self._say):
            freed = size_of(self._home)
            # First: what is half removed must not be in use.
            (self._home / _POINTER).unlink(missing_ok=True)
            shutil.rmtree(str(self._home), ignore_errors=True)
        if self._home.exists():
            raise SetupError(f"{self._home} could not be removed altogether.", "Close what uses it, then try again.")
        return freed

    def _prepare(self) -> None:
        try:
            self._home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(
                f"{self._home} cannot be made: {error.strerror}.",
                "Name a folder that you may write in, in SUPERWHITE_ENGINES.",
            ) from error

    def _in_use(self) -> dict[str, Any]:
        try:
            told = json.loads((self._home / _POINTER).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}

    def _is_good(self, former: dict[str, Any], build: Build) -> bool:
        name = former.get("folder")
        if former.get("made_from") != self._made_from() or former.get("build") != build.flavour:
            return False
        if not isinstance(name, str) or name not in {path.name for path in self._home.iterdir()}:
            return False
        self.folder = self._home / name
        try:
            self._try()
        except SetupError:
            self._say("The environment that is there does not work any more.")
            return False
        return True

    def _build(self, build: Build) -> dict[str, str]:
        if build.note:
            self._say(build.note)
        size = "several GB" if build.for_cuda else "600 MB"
        self._say(f"Setting up the engine {self._name} ({size} to download; takes some minutes) …")
        pip = self._create("the environment")
        self._say("Installing diffusers and what it needs …")
        self._install_locked(pip, self._lock)
        self._point_to_packages()
        self._say(f"Installing {build.requirement} …")
        self._install_torch(build, self._lock)
        self._say("Trying it …")
        return {**self._try(), "made_from": self._made_from()}

    def _point_to_packages(self) -> None:
        """A line of code where others write a path: Python reads .pth files in the locale's encoding, and no relative
        path leads to another drive.
        """
        for packages in (*self.folder.glob("lib/python3*/site-packages"), *self.folder.glob("Lib/site-packages")):
            line = f"import sys; sys.path.append({str(self.root)!a})\n"
            (packages / "superwhite.pth").write_text(line, encoding="ascii")

    def _try(self) -> dict[str, str]:
        # Isolated: neither this folder nor the user's own packages stand in for what is missing.
        output = self._run([str(self.python), "-I", "-c", _TRIAL], "start the engine's libraries")
        told = [line for line in output.splitlines() if line.startswith("FACTS ")]  # libraries may say things too
        facts: dict[str, str] = json.loads(told[-1].partition(" ")[2])
        why = facts.pop("why")
        if why:
            for card in find_cards():
                raise DriverTooOld(
                    f"torch {facts['torch']} does not run on {card.name} with driver {card.driver}: {why}",
                    "Install the present driver from NVIDIA, or choose another build with --torch.",
                )
            self._say("Note: no NVIDIA card is here to try it on.")
        return facts

    def _made_from(self) -> str:
        return hashlib.sha256(self._lock.read_bytes()).hexdigest()

    def _put_in_use(self, facts: dict[str, str]) -> None:
        new = self._home / (_POINTER + ".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(facts, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._home / _POINTER)

    def _remove_all_but(self, one: dict[str, Any]) -> None:
        """What cannot be removed now goes the next time."""
        for path in self._home.iterdir():
            if path.is_dir() and path.name != one.get("folder"):
                shutil.rmtree(str(path), ignore_errors=True)


def build_version(root: Path, name: str) -> str:
    """The torch that the engine `name` is locked to."""
    return pinned(root / "install" / "lock" / (name + ".txt"))


def size_of(folder: Path) -> int:
    """Bytes of the files below `folder`."""
    total = 0
    for at, _, names in os.walk(str(folder)):
        for name in names:
            with contextlib.suppress(OSError):  # gone meanwhile
                total += os.lstat(os.path.join(at, name)).st_size  # noqa: PTH118 - of tens of thousands
    return total

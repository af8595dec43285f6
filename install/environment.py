"""The virtual environment at the root of the repository: made, kept up to date, and left alone when it is. Standard
library only.

A stamp in the environment says what it was made from: the locks, the Python, the folder. When one of these has changed,
or the last set-up did not finish, the environment is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, Generator, List, Optional, Sequence, Tuple  # noqa: UP035 - has to load on Python 3.8

from install.setup_error import NoRoom, SetupError
from install.torch_build import Build, constraints, pip_into

OLDEST, NEWEST = (3, 11), (3, 13)

Say = Callable[[str], None]


class Environment:
    """`root` is the folder with `pyproject.toml`; the locks are requirement files with hashes, for running and for
    development, which needs `torch` too: its build, none where it is left out. `uv` is the path of uv, or none for venv
    and pip.
    """

    def __init__(
        self,
        root: Path,
        python: Path,
        runtime_lock: Path,
        dev_lock: Path,
        uv: str | None,
        say: Say,
        torch: Optional[Build] = None,  # noqa: UP045
    ) -> None:
        self.root = root
        self.folder = root / ".venv"
        self._base = python
        self._locks = {False: runtime_lock, True: dev_lock}
        self._uv = uv
        self._say = say
        self._torch = torch

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def ensure(self, dev: bool) -> Path:
        """The environment's Python, with everything that the lock names. Raises `SetupError`."""
        if self._is_ready(dev):
            return self.python
        with alone(self.root / ".venv.lock", self._say):
            if not self._is_ready(dev):  # another run may have finished it meanwhile
                self._make(dev)
        return self.python

    def _is_ready(self, dev: bool) -> bool:
        try:
            stamp = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        wanted = self._wanted(dev)
        return stamp in (wanted, {**wanted, "for": "development"})

    @property
    def _stamp(self) -> Path:
        return self.folder / "superwhite-setup.json"

    def _wanted(self, dev: bool) -> Dict[str, str]:  # noqa: UP006
        content = b"".join(
            path.read_bytes() for path in (*self._locks.values(), self.root / "pyproject.toml") if path.exists()
        )
        return {
            "from": hashlib.sha256(content).hexdigest(),
            "for": "development" if dev else "running",
            # Whichever supported Python starts the set-up, what counts is that the environment's own still runs.
            "python": ".".join(str(part) for part in version_of(self.python)),
            "root": str(self.root),
        }

    def _make(self, dev: bool) -> None:
        tool = "uv" if self._uv else "venv and pip"
        self._say(f"Setting up .venv with {tool} (once; takes a minute or so) …")
        # Before anything else goes: a removal that is cut short must not leave a stamp upon half an environment.
        self._stamp.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.folder.exists():
            raise SetupError(f"{self.folder} cannot be replaced.", "Close what uses it, or delete it yourself.")
        pip = self._create(".venv")
        self._install_locked(pip, self._locks[dev])
        self._run([*pip, "--no-deps", "--no-build-isolation", "-e", str(self.root)], "install Superwhite itself")
        self._point_to_root()
        if dev and self._torch:
            self._say("Installing torch (200 MB without CUDA, several GB with it) …")
            self._install_torch(self._torch, self._locks[dev])
        self._stamp.write_text(json.dumps(self._wanted(dev)), encoding="utf-8")

    def _create(self, name: str) -> List[str]:  # noqa: UP006
        """A fresh environment, called `name`; gives the command that installs into it."""
        if self._uv:
            self._run([self._uv, "venv", "--quiet", "--python", str(self._base), str(self.folder)], "make " + name)
            return [self._uv, "pip", "install", "--quiet", "--python", str(self.python)]
        self._venv()
        return [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]

    def _install_locked(self, pip: Sequence[str], lock: Path) -> None:
        # The lock names every package, so nothing has to be resolved.
        self._run([*pip, "--no-deps", "--require-hashes", "-r", str(lock)], "install the dependencies")

    def _install_torch(self, build: Build, lock: Path) -> None:
        """By pip, also where uv is: pip alone looks where a site's own configuration says. What torch needs beside
        itself is there from `lock`, or comes with it: NVIDIA's libraries, which differ from build to build.
        """
        limits = self.folder / "superwhite-constraints.txt"
        limits.write_text(constraints(lock), encoding="utf-8")
        pip = [*pip_into(self.python, self._base), "install", "--disable-pip-version-check", "--no-input"]
        pip += ["--progress-bar", "off", "--only-binary", ":all:", "-c", str(limits)]
        self._run(
            [*pip, *(["--index-url", build.address] if build.address else []), build.requirement],
            "install torch",
            lambda line: self._say("  " + line) if line.startswith(("Downloading", "Installing")) else None,
        )

    def _point_to_root(self) -> None:
        """Write the editable install's path relative to its file.

        Python reads .pth files in the locale's encoding: in the C locale an absolute path with other letters than ASCII
        would keep it from starting at all.
        """
        for packages in (*self.folder.glob("lib/python3*/site-packages"), *self.folder.glob("Lib/site-packages")):
            for path in packages.glob("*superwhite*.pth"):
                path.write_text(os.path.relpath(str(self.root), str(packages)) + "\n", encoding="ascii")

    def _venv(self) -> None:
        done = subprocess.run(
            [str(self._base), "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            version = "python3.%d-venv" % version_of(self._base)[1]  # noqa: UP031
            raise SetupError(
                "This Python has no venv module.", f"On Debian: apt-get install python3-venv, or {version}."
            )
        self._run([str(self._base), "-m", "venv", str(self.folder)], "make .venv")

    def _run(
        self,
        command: Sequence[str],
        aim: str,
        tell: Optional[Callable[[str], None]] = None,  # noqa: UP045
    ) -> str:
        """What `command` prints; `tell` has its lines as they come. Raises `SetupError` when it fails."""
        try:
            process = subprocess.Popen(
                list(command),
                cwd=str(self.root),
                env=_clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise SetupError(f"Could not {aim}: {error}.") from error
        lines: List[str] = []  # noqa: UP006
        with process:
            assert process.stdout
            try:
                for line in process.stdout:
                    lines.append(line)
                    if tell:
                        tell(line.strip())
            except BaseException:
                process.kill()  # else the block would wait for it
                raise
        output = "".join(lines)
        if process.returncode:
            sys.stderr.write(output)
            kind = NoRoom if "no space left" in output.lower() else SetupError
            raise kind(f"Could not {aim}; the lines above say why.", _remedy(output))
        return output


def find_uv() -> Optional[str]:  # noqa: UP045
    """The path of a uv that runs: one on the path may be the shim of a version manager with nothing behind it."""
    uv = shutil.which("uv")
    if uv is None:
        return None
    done = subprocess.run([uv, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return uv if done.returncode == 0 else None


def find_python(uv: Optional[str]) -> Path:  # noqa: UP045
    """A Python that Superwhite supports: this one, else one on the path, else one of uv's. Raises `SetupError`."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return Path(getattr(sys, "_base_executable", sys.executable))
    names = ["python3.%d" % minor for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]  # noqa: UP031
    for name in names:
        found = shutil.which(name)
        if found and OLDEST <= version_of(Path(found)) <= NEWEST:
            return Path(found)
    if uv:
        done = subprocess.run(
            [uv, "python", "find", ">=3.11,<3.14"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        if done.returncode == 0 and done.stdout.strip():
            return Path(done.stdout.strip())
    here = ".".join(str(part) for part in sys.version_info[:3])
    raise SetupError(
        f"Superwhite needs Python 3.11, 3.12 or 3.13; this is {here}.",
        "Install one of them and run it with this file, for instance: python3.12 install/run.py lift",
    )


def version_of(python: Path) -> Tuple[int, ...]:  # noqa: UP006
    """Major and minor version of an interpreter; zeros where it does not run."""
    code = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run(
            [str(python), "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
        )
        return tuple(int(part) for part in done.stdout.split())
    except (OSError, ValueError):
        return (0, 0)


def _clean_environment() -> Dict[str, str]:  # noqa: UP006
    """Without what would lead pip or the new Python to another environment."""
    dropped = {
        "PYTHONPATH",
        "PYTHONHOME",
        "VIRTUAL_ENV",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_USER",
        "UV_PROJECT_ENVIRONMENT",
    }
    return {key: value for key, value in os.environ.items() if key not in dropped}


def _remedy(output: str) -> str:
    text = output.lower()
    known: List[tuple] = [  # noqa: UP006  # pyright: ignore[reportMissingTypeArgument]
        (("no space left",), "Free some space, then try again."),
        (("hash", "do not match"), "A package differs from the locked one: check the package index that you use."),
        (
            ("no matching distribution found for torch",),
            "Check the network. Where the index cannot be reached, or lacks this build, name another one in "
            "SUPERWHITE_TORCH_INDEX: an address, or pypi for the index that pip is set up for.",
        ),
        (
            ("resolve", "connect", "timed out", "network", "name or service"),
            "Check the network, and the proxy if any.",
        ),
    ]
    for words, remedy in known:
        if any(word in text for word in words):
            return remedy
    return ""


@contextlib.contextmanager
def alone(lock: Path, say: Say) -> Generator[None, None, None]:
    """One set-up at a time; the lock goes with the process that holds it. Raises `SetupError` without one."""
    try:
        handle = open(lock, "a+")  # noqa: PTH123, SIM115 - closed below
    except OSError as error:
        raise SetupError(
            f"{lock} cannot be written: {error.strerror}.", "Run this as a user who may write in that folder."
        ) from error
    with handle:
        try:
            _lock(handle.fileno(), wait=False)
        except OSError:
            say("Another set-up of this folder is under way; waiting for it …")
            _lock(handle.fileno(), wait=True)
        yield


def _lock(handle: int, wait: bool) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
                break
            except OSError:  # LK_LOCK gives up after ten seconds; a set-up takes longer
                if not wait:
                    raise
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

"""From a fresh machine to a result, in one command. Standard library only.

python3 install/run.py lift [arguments of `superwhite lift`]     lift a clip; without one, the sample
python3 install/run.py panel [timeline or clips]                 open the panel
python3 install/run.py test [arguments of pytest]                run the test suite, in Blender 4.5 and 5.0 too
python3 install/run.py test --without-blender …                  the same, but leave their download out (400 MB each)
python3 install/run.py check                                     ruff and the type checker
python3 install/run.py setup [--dev]                             set up and do nothing else
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import List, Sequence  # noqa: UP035 - says what it needs even on Python 3.8

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from install import host_environments, system_libraries  # noqa: E402
from install.environment import Environment, find_python, find_uv  # noqa: E402
from install.setup_error import SetupError  # noqa: E402
from install.torch_build import INDEX_VARIABLE, PYPI, Build, choose, pinned  # noqa: E402

SAMPLE = ROOT / "tests" / "data" / "bigbuckbunny.mp4"
RESULTS = ROOT / "superwhite-out"
LOCKS = ROOT / "install" / "lock"

WITHOUT_BLENDER = "--without-blender"

SIDE_BY_SIDE = ["-n", "2", "--dist", "worksteal"]
"""Two tests at a time, since most of them wait for processes of their own; `-n 0` among the arguments takes it back."""

FAILED = 3
"""Exit code when the set-up itself fails; everything else is the code of what was run."""


def main(arguments: Sequence[str]) -> int:
    verb, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    if verb not in ("lift", "panel", "test", "check", "setup"):
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 0 if verb in ("-h", "--help") else 2
    # In the C locale a new Python could not read a path with letters beyond ASCII out of its own environment.
    os.environ["PYTHONUTF8"] = "1"
    # Modules of a stranger, from a pipeline's PYTHONPATH or the folder we are started in, must not stand in for ours.
    os.environ.pop("PYTHONPATH", None)
    os.environ.pop("PYTHONHOME", None)
    os.environ["PYTHONSAFEPATH"] = "1"
    dev = verb in ("test", "check") or (verb == "setup" and "--dev" in rest)
    try:
        uv = find_uv()
        torch = torch_for_tests() if dev else None
        environment = Environment(ROOT, find_python(uv), LOCKS / "runtime.txt", LOCKS / "dev.txt", uv, say, torch)
        python = environment.ensure(dev)
        ensure_libraries(needed=verb in ("panel", "test"))
    except SetupError as error:
        say("Error: " + error.sentence)
        if error.remedy:
            say(error.remedy)
        return FAILED
    except OSError as error:
        say(f"Error: the set-up could not go on: {error}.")
        return FAILED
    except KeyboardInterrupt:
        return 130
    if verb == "lift":
        return hand_over([str(python), "-m", "plugin.terminal", "lift", *lift_arguments(rest)])
    if verb == "panel":
        return hand_over([str(python), "-m", "plugin.standalone", *(str(Path(path).absolute()) for path in rest)])
    if verb == "test":
        os.chdir(str(ROOT))
        if WITHOUT_BLENDER in rest:
            rest.remove(WITHOUT_BLENDER)
        else:
            find_blenders()
        return hand_over([str(python), "-m", "pytest", *SIDE_BY_SIDE, *rest])
    if verb == "check":
        os.chdir(str(ROOT))
        return check(python)
    return 0


def say(text: str) -> None:
    """A line for the person at the screen, also where the locale has no such letters."""
    stream = sys.stderr
    encoding = stream.encoding or "ascii"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()


def torch_for_tests() -> Build:
    """Tests and the type checker need torch, of whichever build: what pip finds, unless an index is named."""
    named = os.environ.get(INDEX_VARIABLE, PYPI)
    return choose(PYPI if named == PYPI else "cpu", pinned(LOCKS / "dev.txt"), None)


def lift_arguments(given: List[str]) -> List[str]:  # noqa: UP006
    """`given`, or the sample and a folder for it when nothing is given."""
    return given or [str(SAMPLE), "--out", str(RESULTS)]


def ensure_libraries(needed: bool) -> None:
    """Install what the system lacks where that is allowed; else name it. Raises `SetupError` as `report_libraries`."""
    missing = system_libraries.missing_libraries()
    if missing and system_libraries.may_install():
        say(f"Installing system libraries that are missing ({_names(missing)}) …")
        if system_libraries.install(system_libraries.install_command(missing)):
            missing = system_libraries.missing_libraries()
    report_libraries(missing, needed)


def report_libraries(missing: Sequence[system_libraries.Library], needed: bool) -> None:
    """Name what is missing; raises `SetupError` when it is `needed` for more than a window on a screen."""
    if not missing:
        return
    remedy = "Install them with: sudo " + " ".join(system_libraries.install_command(missing))
    if needed and any(library.needed_for == system_libraries.PANEL for library in missing):
        raise SetupError(f"System libraries are missing: {_names(missing)}.", remedy)
    say(f"Note: {missing[0].needed_for} will not work without {_names(missing)}.")
    say(remedy)


def _names(libraries: Sequence[system_libraries.Library]) -> str:
    return ", ".join(library.soname for library in libraries)


def find_blenders() -> None:
    """Name the Pythons of the Blenders to the tests, which leave out those that cannot be had and say so."""
    for name in host_environments.BLENDERS:
        variable = "SUPERWHITE_" + name.upper().replace("-", "_").replace(".", "_")
        try:
            os.environ[variable] = str(host_environments.ensure(ROOT, name, say))
        except SetupError as error:
            say(f"Note: the tests in {name} are left out. {error.sentence}")
            if error.remedy:
                say(error.remedy)


def check(python: Path) -> int:
    """Style and types; the exit code of the first that finds something."""
    for command in (
        ["-m", "ruff", "check"],
        ["-m", "ruff", "format", "--check", "--quiet"],
        ["-m", "basedpyright"],
    ):
        code = subprocess.call([str(python), *command])
        if code:
            return code
    return 0


def hand_over(command: Sequence[str]) -> int:
    """Become `command`, so that signals and the exit code are its own; on Windows, wait for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        return subprocess.call(list(command))
    return os.execv(command[0], list(command))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

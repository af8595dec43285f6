"""The text of what lies in a host: a few lines each that lead to Superwhite, in ASCII and in Python 3.6 syntax.

A launcher must not stop its host, whatever has become of Superwhite meanwhile, so it relies on nothing that can change.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import Template

MARK = "# Superwhite launcher"
"""How the first line of every launcher begins."""

LINE_MARK = "# Superwhite: taken out by `superwhite uninstall nuke`"
NUKE_LINE = f'__import__("nuke").pluginAddPath("./superwhite", addToSysPath=False)  {LINE_MARK}'
"""What `.nuke/init.py` gets. It leaves no name behind, and keeps our `menu.py` off the path of Python, where it would
stand in for others' module `menu`. Nuke takes `./` as the folder of the file that it reads."""


@dataclass(frozen=True)
class Home:
    """Where Superwhite lies: `root` holds its packages, `python` is the interpreter of its environment, `state` its
    folder for journals and logs.
    """

    root: Path
    python: Path
    state: Path


_HEAD = f"{MARK} for $title: made by `superwhite install $host`, removed by `superwhite uninstall $host`.\n"

_START = (
    _HEAD
    + '''

def _superwhite(module, function, *arguments):
    """Call a function of Superwhite with where it lies. Whatever goes wrong is told, and never stops the host."""
    import importlib
    import importlib.util
    import os
    import sys
    import time
    import traceback

    root = $root
    python = $python
    state = $state

    def tell(sentence, detail=""):
        print(("Superwhite: " + sentence).encode("ascii", "backslashreplace").decode("ascii"))
        try:
            folder = os.path.join(state, "log")
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, "$host.log"), "a", encoding="utf-8", errors="backslashreplace") as log:
                log.write(time.strftime("%Y-%m-%d %H:%M:%S ") + sentence + "\\n" + detail)
        except OSError as error:
            print("Superwhite: its log cannot be written (errno {}).".format(error.errno))

    def stranger():
        """A module from elsewhere that bears one of our names in this interpreter."""
        for name in ("bridge", "plugin", "qt_panels"):
            if name in sys.modules:
                place = getattr(sys.modules[name], "__file__", None)
            else:
                spec = importlib.util.find_spec(name)
                place = spec and spec.origin
            ours = os.path.join(os.path.realpath(root), name, "")
            if not place or not os.path.normcase(os.path.realpath(place)).startswith(os.path.normcase(ours)):
                return name, place or "an unknown place"
        return None

    try:
        if not os.path.isfile(os.path.join(root, "plugin", "__init__.py")):
            tell("it is no longer at " + root + ". Run `superwhite install $host` from where it is now.")
            return
        if sys.version_info < (3, 9):
            $old_python
            return
        if root not in sys.path:
            sys.path.append(root)
            importlib.invalidate_caches()
        other = stranger()
        if other:
            sys.path.remove(root)
            tell("the module {!r} from {} bears a name that it needs. Take that off Python's path.".format(*other))
            return
        from pathlib import Path

        from plugin.hosting.installation import Installation

        if arguments:
            arguments = (Installation(Path(root), Path(python), Path(state)),)
        getattr(importlib.import_module(module), function)(*arguments)
    except (Exception, SystemExit):
        tell("it could not be started; the log in " + state + " says why.", traceback.format_exc())
'''
)

_TOO_OLD = 'tell("it needs Python 3.9 or newer in this application.")'
_OWN_PYTHON = """import subprocess

            # The panel has a Python of its own, which can run this file in place of one that is too old.
            foreign = ("PYTHON", "LD_", "DYLD_", "QT_")
            clean = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
            if subprocess.call([python, $path], env=clean):
                tell("its own Python could not start it: " + python)"""

_CALL = '\n\n_superwhite("$module", "$function", True)\n'

_ADD_ON = """

bl_info = {
    "name": "Superwhite",
    "author": "The Superwhite authors",
    "version": (0, 1, 0),
    "blender": (4, 2, 0),
    "location": "Video Sequencer and Compositor > Sidebar > Superwhite",
    "description": "Lifts selected SDR clips to HDR, and puts the result above them",
    "category": "Sequencer",
}


def register():
    _superwhite("plugin.blender.addon", "register", True)


def unregister():
    import sys

    if "plugin.blender.addon" in sys.modules:
        _superwhite("plugin.blender.addon", "unregister")
"""

_ENABLING = (
    _HEAD
    + '''"""Switches the add-on Superwhite on at every start, so that nobody has to look for it in the preferences."""

import addon_utils


def register():
    try:
        # Persistent: else Blender switches it off when it reads its preferences again, which do not name it.
        addon_utils.enable("superwhite", default_set=False, persistent=True)
    except Exception as error:
        print("Superwhite: the add-on could not be switched on ({}).".format(type(error).__name__))


def unregister():
    pass
'''
)


def resolve_launcher(home: Home, path: Path) -> bytes:
    """Resolve runs scripts by whichever Python it finds, on Rocky Linux 8 that is 3.6, and gives them no `__file__`."""
    old_python = Template(_OWN_PYTHON).substitute(path=ascii(str(path)))
    return _starting(home, "resolve", "DaVinci Resolve", old_python) + _calling("plugin.resolve.menu", "main")


def nuke_launcher(home: Home) -> bytes:
    """A `menu.py`, which Nuke runs among its own names."""
    start = _starting(home, "nuke", "Nuke", _TOO_OLD)
    return start + _calling("plugin.nuke.menu", "install") + b"del _superwhite\n"


def hiero_launcher(home: Home) -> bytes:
    return _starting(home, "hiero", "Hiero and Nuke Studio", _TOO_OLD) + _calling("plugin.hiero.menu", "install")


def blender_add_on(home: Home) -> bytes:
    return _starting(home, "blender", "Blender", _TOO_OLD) + _ADD_ON.encode("ascii")


def blender_enabling() -> bytes:
    return Template(_ENABLING).substitute(title="Blender", host="blender").encode("ascii")


def _starting(home: Home, host: str, title: str, old_python: str) -> bytes:
    # `ascii` of a path is a literal that any Python reads, whatever letters, quotes or stray bytes are in the path.
    places = {name: ascii(str(getattr(home, name))) for name in ("root", "python", "state")}
    return Template(_START).substitute(places, host=host, title=title, old_python=old_python).encode("ascii")


def _calling(module: str, function: str) -> bytes:
    return Template(_CALL).substitute(module=module, function=function).encode("ascii")

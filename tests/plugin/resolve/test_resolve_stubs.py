"""The adapter held to the published stubs, by a type checker; and the strict classes that are made of them."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from install.typing_stubs import PUBLISHED, StubsChanged, mended, resolve_stubs, write_resolve_stubs
from tests.fakes.stubs import Stub

ROOT = Path(__file__).resolve().parents[3]
CONFORM = """
import fusionscript as given
from plugin.resolve import api

def objects(
    graph: given.Graph, clip: given.MediaPoolItem, folder: given.Folder, item: given.TimelineItem,
    timeline: given.Timeline, pool: given.MediaPool, project: given.Project, manager: given.ProjectManager,
    resolve: given.Resolve,
) -> None:
    a: api.Graph = graph
    b: api.MediaPoolItem = clip
    c: api.Folder = folder
    d: api.TimelineItem = item
    e: api.Timeline = timeline
    f: api.MediaPool = pool
    g: api.Project = project
    h: api.ProjectManager = manager
    i: api.Resolve = resolve

def dictionaries(
    clip: api.ImportClipInfo, track: api.NewTrackOptions, lay: api.MediaPoolClipInfo, render: api.RenderSettings
) -> None:
    a: given.ImportClipInfo = clip
    b: given.NewTrackOptions = track
    c: given.MediaPoolClipInfo = lay
    d: given.RenderSettings = render
"""


def mypy(folder: Path, cache: Path, *changes: tuple[str, str, str]) -> str:
    """What mypy says of the adapter against the mended stubs, after texts in it were changed."""
    stubs = folder / "stubs"
    stubs.mkdir()
    write_resolve_stubs(stubs)
    copy = folder / "copy"
    for package in ("plugin/resolve", "plugin/hosting", "bridge/domain"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for package in ("plugin", "bridge"):
        shutil.copy(ROOT / package / "__init__.py", copy / package)
    (copy / "conform.py").write_text(CONFORM)
    for name, before, after in changes:
        path = copy / "plugin" / "resolve" / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(cache),
         "--follow-imports", "silent", "plugin/resolve", "conform.py"],
        cwd=copy, env={"MYPYPATH": f"{copy}:{stubs}", "PATH": ""}, capture_output=True, text=True,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """What mypy says of the adapter as it is, and what it remembers of that."""
    cache = tmp_path_factory.mktemp("mypy")
    return mypy(tmp_path_factory.mktemp("as it is"), cache), cache


@pytest.fixture
def cache(tmp_path, checked):
    """Of the adapter as it is, always: two slips of one length in one second would look alike to mypy."""
    return shutil.copytree(checked[1], tmp_path / "cache")


def test_the_adapter_is_right_against_the_published_stubs(checked):
    assert checked[0] == ""


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("placing.py", "item.GetLeftOffset()", "item.GetLeftOfset()", "GetLeftOfset"),
        ("placing.py", '"Lemon"', '"Lemmon"', "Lemmon"),
        ("placing.py", '"endFrame": first', '"endFrme": first', "endFrme"),
        ("media.py", '"StartIndex":', '"StartIdx":', "StartIdx"),
        ("rendering.py", '"MarkOut":', '"MarkOt":', "MarkOt"),
        ("tracks.py", 'timeline.AddTrack, "video"', 'timeline.AddTrack, "vidoe"', "vidoe"),
        (
            "desk.py",
            "timeline.DeleteClips, list[Any](items), False",
            "timeline.DeleteClips, list[Any](items)",
            "main",
        ),
        # A slip in our own description of the interface does not match what is published.
        ("api.py", "def SetTrackLock", "def SetTrackLok", "SetTrackLok"),
        ("api.py", "    MarkOut: int", "    MarkOt: int", "MarkOut"),
    ],
)
def test_a_slip_is_found(tmp_path, cache, name, before, after, said):
    assert said in mypy(tmp_path, cache, (name, before, after))


def test_stubs_that_have_changed_are_not_mended_in_silence():
    from sysconfig import get_paths

    text = Path(get_paths()["purelib"], PUBLISHED).read_text(encoding="utf-8")
    mended(text)
    for before, after in [
        ("subframe_precision: bool", "subframe_precision: bool = False"),
        ("from deprecated import deprecated", ""),
        ("class RenderSettings(TypedDict):", "class RenderSettings(TypedDict, total=False):"),
        ("def GetStartFrame(self)", "def GetSelectedClips(self)"),
    ]:
        assert before in text
        with pytest.raises(StubsChanged):
            mended(text.replace(before, after))


@pytest.mark.parametrize("path", sorted((ROOT / "plugin" / "resolve").glob("*.py")), ids=lambda path: path.name)
def test_the_adapter_is_old_enough_for_every_python_of_resolves(path):
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


def test_the_menu_loads_nothing_but_the_standard_library():
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import plugin.resolve.menu; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded - set(sys.stdlib_module_names) - {"__main__", "bridge", "plugin"} == set()


STUB = """
from typing import Literal, Optional, TypedDict, Union, overload
Kind = Literal["video", "audio"]
class Info(TypedDict):
    path: str
    first: int
class Base:
    def name(self) -> str: ...
class Thing(Base):
    size: int
    WIDE = 3
    def put(self, kind: Kind, at: int = ...) -> bool: ...
    @overload
    def take(self, one: str) -> None: ...
    @overload
    def take(self, more: list[Info]) -> None: ...
    @staticmethod
    def make(name: Optional[str]) -> Thing: ...
    def join(self, other: Thing, *rest: int, quick: Union[bool, None] = ...) -> None: ...
def find(name: str) -> Thing: ...
"""


def strict_thing(**how):
    api = Stub(STUB, **how)

    class Thing(api.strict("Thing")):
        def name(self):
            return "n"

        def put(self, kind, at=0):
            return True

        def take(self, what):
            return what

        def join(self, other, *rest, quick=None):
            return None

    return api, Thing()


def test_a_strict_class_takes_what_the_stub_says():
    api, thing = strict_thing()
    assert thing.name() == "n"
    assert thing.put("video", 3)
    assert thing.take("a") == "a"
    assert thing.take([{"path": "a", "first": 1}])
    assert thing.join(thing, 1, 2, quick=None) is None
    assert thing.WIDE == 3
    assert api.function("find", lambda name: name)("x") == "x"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda thing: thing.nam(), AttributeError),
        (lambda thing: thing.name(1), TypeError),
        (lambda thing: thing.put(), TypeError),
        (lambda thing: thing.put("video", wher=1), TypeError),
        (lambda thing: thing.put("vidoe"), ValueError),
        (lambda thing: thing.put("video", "1"), TypeError),
        (lambda thing: thing.take(1), TypeError),
        (lambda thing: thing.take([{"path": "a", "frst": 1}]), ValueError),
        (lambda thing: thing.join("other"), TypeError),
        (lambda thing: thing.join(thing, "a"), TypeError),
        (lambda thing: thing.make("a", 1), TypeError),
        (lambda thing: thing.make("a"), NotImplementedError),
    ],
)
def test_a_strict_class_takes_nothing_else(call, error):
    with pytest.raises(error):
        call(strict_thing()[1])


def test_positional_interfaces_take_no_keywords():
    _, thing = strict_thing(positional=True)
    assert thing.put("video", 1)
    with pytest.raises(TypeError):
        thing.put(kind="video")


def test_a_fake_cannot_invent():
    api = Stub(STUB, without={"Thing.put"})
    with pytest.raises(TypeError, match="has no put"):

        class Thing(api.strict("Thing")):
            def put(self, kind):
                return True


def test_the_mended_stubs_have_what_later_versions_brought():
    api = Stub(resolve_stubs())
    assert {"GetSelectedClips", "AddTrack"} <= set(api.methods("Timeline"))
    assert {"GetSpeed", "GetType"} <= set(api.methods("TimelineItem"))

"""The stand-in for Hiero is held to what the adapter says that it uses."""

from __future__ import annotations

import inspect

import pytest

from plugin.hiero import api
from tests.fakes import hiero as fake
from tests.fakes.hiero import app, media, timeline

PAIRS = [
    (api.Rate, media.TimeBase),
    (api.Metadata, media.DataCollection),
    (api.Tag, media.Tag),
    (api.FileInfo, media.MediaFileInfo),
    (api.MediaSource, media.MediaSource),
    (api.Clip, media.Clip),
    (api.Transition, timeline.Transition),
    (api.TrackItem, timeline.TrackItem),
    (api.VideoTrack, timeline.VideoTrack),
    (api.Timeline, timeline.Sequence),
    (api.BinItem, media.BinItem),
    (api.Bin, media.Bin),
    (api.Project, app.Project),
    (api.UndoGroup, app.UndoGroup),
    (api.Editor, fake.Editor),
    (api.Events, fake.Events),
]


def methods(protocol):
    named = {name: each for name, each in vars(protocol).items() if inspect.isfunction(each)}
    return {
        name: each for name, each in named.items() if not name.startswith("_") or name in ("__enter__", "__exit__")
    }


def shape(method):
    return [(each.name, each.kind) for each in inspect.signature(method).parameters.values() if each.name != "self"]


@pytest.mark.parametrize(("protocol", "stand_in"), PAIRS, ids=lambda each: each.__name__)
def test_names_and_parameters_are_the_same(protocol, stand_in):
    wanted = methods(protocol)
    assert wanted
    for name, method in wanted.items():
        found = inspect.getattr_static(stand_in, name, None)
        assert found is not None, f"{stand_in.__name__} has no {name}"
        assert shape(found) == shape(method), name


def test_the_modules_have_what_is_asked_of_them(one):
    for protocol, module in ((api.Core, api.core()), (api.Ui, api.ui())):
        for name in vars(protocol):
            if not name.startswith("_"):
                assert hasattr(module, name), name

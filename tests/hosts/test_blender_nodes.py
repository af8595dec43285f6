"""Image nodes of a real Blender's compositor: told as clips, HDR nodes beside them, and taken away again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.hosts.blender import Blender, BlenderError
from tests.hosts.footage import NUMBERS, columns, exr, movie, sequence, stills

DUMP = "answer = kit.dump()"
PLACE = "answer = kit.place(given['results'], conflict=given.get('conflict', 'new_track'))"
REVERT = "answer = kit.host.revert(tuple(given['them']))"


def clip_id(node: str) -> str:
    return json.dumps(["node", "Scene", node], ensure_ascii=False)


def ids(placing: dict) -> list[str]:
    return [each["placement"] for each in placing["placed"]]


@pytest.fixture
def plate(blender: Blender, tmp_path: Path):
    """A node "Bild ü" of stills 86400 to 86409 from frame 5, seen by a viewer, an output and a blur."""
    files = stills(tmp_path / "stills", 86400, 10)
    blender.run("kit.image_node('Bild ü', given['f'], 'SEQUENCE', start=5, frames=10, offset=86399)", f=files[0])
    return sequence(tmp_path / "bild_hdr_v001", 86398, 13, (2, 1))


def test_a_sequence_is_a_clip_by_its_file_numbers(blender: Blender, plate, tmp_path: Path):
    (clip,) = blender.run("answer = kit.selection()")["clips"]
    assert (clip["id"], clip["name"], clip["track_name"]) == (clip_id("Bild ü"), "plate.00086400.png", "Compositor")
    assert (clip["source_start"], clip["source_end"], clip["media_start_known"]) == (86400, 86410, False)
    assert (clip["record_start"], clip["record_end"]) == (4, 14)
    assert clip["liftable"]


def test_a_movie_is_a_clip_by_its_own_rate(blender: Blender, tmp_path: Path):
    path = movie(tmp_path / "a.mkv", 20, "30000/1001")
    blender.run("kit.image_node('film', given['f'], 'MOVIE', start=1, frames=12, offset=3)", f=path)
    before = blender.run(DUMP)
    (clip,) = blender.run("answer = kit.selection()")["clips"]
    assert blender.run(DUMP) == before
    assert (clip["source_start"], clip["source_end"], clip["source_rate"]) == (3, 15, "30000/1001")
    assert clip["media_start_known"]


def test_what_cannot_be_lifted_says_why(blender: Blender, tmp_path: Path):
    path = stills(tmp_path, 1, 1)[0]
    blender.run("kit.image_node('gone', given['f'], 'FILE')", f=path)
    assert blender.run("answer = kit.selection()")["clips"][0]["liftable"]
    blender.run("kit.tree().nodes['gone'].image.pack()")
    assert "packed" in blender.run("answer = kit.selection()")["clips"][0]["reason"]
    blender.run("kit.tree().nodes['gone'].image.source = 'GENERATED'")
    assert "generated" in blender.run("answer = kit.selection()")["clips"][0]["reason"]
    blender.run("kit.tree().nodes['gone'].image = None")
    assert "no image" in blender.run("answer = kit.selection()")["clips"][0]["reason"]
    with pytest.raises(BlenderError, match="Only strips can be rendered"):
        blender.run("kit.host.export(given['c'], given['f'], 0)", c=clip_id("gone"), f=tmp_path / "x")


def test_the_hdr_node_takes_over_links_and_gives_them_back(blender: Blender, plate, tmp_path: Path):
    before = blender.run(DUMP)
    placing = blender.run(PLACE, results=[plate.of("job", clip_id("Bild ü"))])
    assert "took over its links" in placing["sentence"]
    node = blender.run(
        "n = next(n for n in kit.tree().nodes if n.get('superwhite_job'));"
        "answer = (n.label, n.frame_start, n.frame_duration, n.frame_offset, n.image.source,"
        "          n.image.colorspace_settings.name, sorted(l.to_node.name for l in n.outputs['Image'].links),"
        "          len(kit.tree().nodes['Bild ü'].outputs['Image'].links), n.select)"
    )
    assert node == ["bild_hdr_v001", 5, 10, 86399, "SEQUENCE", "Linear Rec.709", ["blur", "out"], 0, False]
    for frame, number in ((5, 86400), (14, 86409)):
        path = tmp_path / f"{frame}.exr"
        blender.run("kit.render_nodes(given['frame'], given['path'])", frame=frame, path=path)
        assert columns(exr(path)) == [*(float(np.float32(each)) for each in NUMBERS), number]
    assert blender.run(REVERT, them=ids(placing)) == "One HDR clip was taken off again."
    blender.run("kit.forget_render(given['was'])", was=before["Scene"]["render"]["filepath"])
    after = blender.run(DUMP)
    for part in ("nodes", "links", "strips"):
        assert after["Scene"][part] == before["Scene"][part]
    assert after["data"] == before["data"]


def test_saved_and_reopened_it_is_taken_back_whole(blender: Blender, plate, tmp_path: Path):
    before = blender.run("kit.save(given['p']); kit.load(given['p']); " + DUMP, p=tmp_path / "a.blend")
    placing = blender.run(PLACE, results=[plate.of("job", clip_id("Bild ü"))])
    blender.run("kit.save(given['p']); kit.begin(given['j']); kit.load(given['p'])",
                p=tmp_path / "b.blend", j=tmp_path / "journal")  # fmt: skip
    assert ids(blender.run(PLACE, results=[plate.of("job", clip_id("Bild ü"))])) == ids(placing)
    blender.run(REVERT, them=ids(placing))
    assert blender.run(DUMP) == before


def test_what_was_linked_by_hand_since_stays(blender: Blender, plate):
    placing = blender.run(PLACE, results=[plate.of("job", clip_id("Bild ü"))])
    blender.run("t = kit.tree(); t.links.remove(t.nodes['blur'].inputs['Image'].links[0])")
    assert "“blur” had been linked to something else" in blender.run(REVERT, them=ids(placing))
    assert blender.run("answer = len(kit.tree().nodes['blur'].inputs['Image'].links)") == 0
    assert blender.run("answer = [l.to_node.name for l in kit.tree().nodes['Bild ü'].outputs['Image'].links]") == [
        "out"
    ]
    placing = blender.run(PLACE, results=[plate.of("job", clip_id("Bild ü"))])
    blender.run("t = kit.tree(); t.nodes.remove(next(n for n in t.nodes if n.get('superwhite_job')))")
    assert "removed by hand before" in blender.run(REVERT, them=ids(placing))


def test_a_second_result_and_one_in_its_place(blender: Blender, plate, tmp_path: Path):
    before = blender.run(DUMP)
    clip = clip_id("Bild ü")
    second = sequence(tmp_path / "bild_hdr_v002", 86398, 13, (2, 1))
    one = ids(blender.run(PLACE, results=[plate.of("one", clip)]))
    assert ids(blender.run(PLACE, results=[second.of("two", clip)], conflict="skip")) == [""]
    two = ids(blender.run(PLACE, results=[second.of("two", clip)], conflict="new_track"))
    owners = "answer = sorted(l.from_node.label or l.from_node.name for l in kit.tree().links)"
    assert blender.run(owners).count("bild_hdr_v002") == 2
    blender.run(REVERT, them=one)
    blender.run(REVERT, them=two)
    assert blender.run(DUMP) == before
    blender.run(PLACE, results=[plate.of("one", clip)])
    three = ids(blender.run(PLACE, results=[second.of("three", clip)], conflict="replace"))
    assert blender.run("answer = [n.label for n in kit.tree().nodes if n.get('superwhite_job')]") == ["bild_hdr_v002"]
    blender.run(REVERT, them=three)
    assert blender.run(DUMP) == before


def test_a_node_that_was_changed_or_renamed_is_refused(blender: Blender, plate, tmp_path: Path):
    blender.run("kit.tree().nodes['Bild ü'].frame_duration = 4")
    before = blender.run(DUMP)
    with pytest.raises(BlenderError, match="plays 4 frames now, and the result has 10"):
        blender.run(PLACE, results=[plate.of("job", clip_id("Bild ü"))])
    with pytest.raises(BlenderError, match="not among the compositor's nodes"):
        blender.run(PLACE, results=[plate.of("job", clip_id("other"))])
    assert blender.run(DUMP) == before
    assert not list((tmp_path / "journal").glob("*.json"))


def test_a_mask_over_the_node_is_numbered_as_its_files(blender: Blender, plate, tmp_path: Path):
    blender.run("kit.mask('m', (0, 0, .5, .5))")
    (clip,) = blender.run("answer = kit.selection()")["clips"]
    made = blender.run("answer = kit.host.export_mask(given['c'], given['m'], given['f']).path",
                       c=clip["id"], m=clip["masks"][0]["id"], f=tmp_path / "mattes")  # fmt: skip
    assert len(list((tmp_path / "mattes").iterdir())) == 10
    matte = exr(made % 86400)[..., 0]
    assert (matte[24:, :32].min(), matte.sum()) == (1.0, 24 * 32)

"""Taking results out again: after restarts, under other names, and with respect for what was done by hand."""

from __future__ import annotations

import pytest

from bridge.domain.host import HostFailure
from plugin.hosting.journal import REVERTED


def op(app, name):
    return next(op for op in app.graph.ops.values() if op.name == name)


def wrapped(app, name):
    return app.wrap(op(app, name).number)


def feeds(app, name, index=0):
    inputs = op(app, name).inputs
    return app.graph.ops[inputs[index]].name if index < len(inputs) and inputs[index] is not None else None


@pytest.fixture
def made(one):
    """A Read that feeds a Blur, with a result between: the placement, and the script as it was before."""
    read = one.sequence()
    blur = one.app.make("Blur")
    blur.setInput(0, read)
    (clip,) = one.clips(read)
    before = one.app.snapshot()
    (placed,) = one.place(one.result(clip.id)).placed
    return placed.placement, before


def test_after_a_restart_and_in_one_undo_step(one, made):
    placement, before = made
    one.app.save_as(one.app.path)
    one.app.reopen()
    one.host = one.adapter()
    assert one.do("revert", (placement,)) == "The result was taken out, and the sources are connected as before."
    assert one.app.snapshot() == before
    assert one.app.graph.steps == ["Superwhite: revert"]
    one.app.graph.undo()
    assert feeds(one.app, "Blur1") == "Switch1"
    assert one.journal.read(placement).phase == REVERTED
    assert "taken out" in one.do("revert", (placement,))  # what an undo has brought back
    assert one.app.snapshot() == before


def test_a_script_that_was_saved_under_another_name(one, made):
    placement, _ = made
    old = one.do("facts").project
    one.app.save_as(str(one.folder / "shot_v002.nk"))
    read = one.sequence(name="b")
    (clip,) = one.clips(read)
    assert one.place(one.result(clip.id, "j2"), project=old).placed[0].placement
    one.app.reopen()
    one.host = one.adapter()
    assert "taken out" in one.do("revert", (placement,))


def test_another_script(one, made):
    placement, _ = made
    old = one.app.path
    one.do("facts")
    one.app.open_other(str(one.folder / "other.nk"))
    with pytest.raises(HostFailure, match=r"Another script is open now: “other\.nk”"):
        one.place(one.result("Read1"), project=old)
    with pytest.raises(HostFailure, match=r"lies in another script, “shot_v001\.nk”"):
        one.do("revert", (placement,))
    assert one.journal.read(placement).phase != REVERTED


def test_scripts_without_a_file_are_told_apart(one):
    one.app.path = ""
    facts = one.do("facts")
    assert (facts.project_title, facts.project.partition(":")[0]) == ("Untitled", "untitled")
    assert one.do("facts").project == facts.project
    (clip,) = one.clips(one.sequence())
    one.app.save_as(str(one.folder / "now.nk"))
    assert one.place(one.result(clip.id), project=facts.project).placed[0].placement
    one.app.open_other("")
    assert one.do("facts").project not in (facts.project, "")
    with pytest.raises(HostFailure, match="Another script"):
        one.place(one.result(clip.id, "j2"), project=facts.project)


def test_renamed_nodes_are_found(one, made):
    placement, before = made
    wrapped(one.app, "Switch1").setName("HDR_on_off")
    wrapped(one.app, "Read2").setName("HDR_plate")
    one.host = one.adapter()
    one.do("revert", (placement,))
    assert one.app.snapshot() == before


def test_without_a_journal_the_nodes_tell(one, made):
    placement, before = made
    (one.journal.folder / f"{placement}.json").unlink()
    assert "taken out" in one.do("revert", (placement,))
    assert one.app.snapshot() == before


def test_what_was_connected_since_goes_to_the_source(one, made):
    placement, _ = made
    later = one.app.make("Blur")
    later.setInput(0, wrapped(one.app, "Switch1"))
    one.do("revert", (placement,))
    assert feeds(one.app, "Blur2") == "Read1"


def test_what_was_connected_elsewhere_is_left_alone(one, made):
    placement, _ = made
    other = one.sequence(name="b")
    wrapped(one.app, "Blur1").setInput(0, other)
    sentence = one.do("revert", (placement,))
    assert "Blur1 had been connected elsewhere by hand and was left alone." in sentence
    assert feeds(one.app, "Blur1") == other.name()


def test_a_read_that_is_used_elsewhere_is_kept(one, made):
    placement, _ = made
    user = one.app.make("Blur")
    user.setInput(0, wrapped(one.app, "Read2"))
    assert "“Read2” was kept: Blur2 uses it." in one.do("revert", (placement,))
    assert feeds(one.app, "Blur2") == "Read2"
    assert feeds(one.app, "Blur1") == "Read1"


@pytest.mark.parametrize(("gone", "note"), [("Switch1", "Its Switch had been"), ("Read2", "Its Read had been")])
def test_a_node_that_was_deleted_by_hand(one, made, gone, note):
    placement, before = made
    one.app.graph.remove(op(one.app, gone))
    assert note in one.do("revert", (placement,))
    assert one.app.snapshot() == before


def test_both_were_deleted_by_hand(one, made):
    placement, _ = made
    for name in ("Switch1", "Read2"):
        one.app.graph.remove(op(one.app, name))
    assert one.do("revert", (placement,)).startswith("Nothing was left to take back")
    assert one.journal.read(placement).phase == REVERTED


def test_the_source_was_deleted_by_hand(one, made):
    placement, _ = made
    one.app.graph.remove(op(one.app, "Read1"))
    one.do("revert", (placement,))
    assert {each.kind for each in one.app.graph.ops.values()} == {"Root", "Blur"}


def test_a_placement_that_nobody_knows(one):
    assert one.do("revert", ("feedc0de",)).startswith("Nothing was left")


def test_two_panels_on_one_nuke(one, made):
    placement, _ = made
    first, second = one.host, one.adapter()
    one.host = second
    (clip,) = [clip for clip in one.clips(wrapped(one.app, "Read1")) if clip.liftable]
    (again,) = one.place(one.result(clip.id)).placed
    assert again.placement == placement
    one.app.away(second.close)
    one.host = first
    one.do("revert", (placement,))
    one.select()
    assert one.do("facts").project == one.app.path


def test_a_closed_adapter_leaves_no_callback(one):
    assert len(one.app.callbacks["load"]) == 1
    one.do("close")
    assert one.app.callbacks == {"load": [], "close": []}


def test_nuke_is_closed_in_the_middle(one):
    """What was intended stays in the journal, and is known again by the knobs of what came to pass."""
    (clip,) = one.clips(one.sequence())
    result = one.result(clip.id)
    intend = one.journal.intend

    def and_close(*arguments, **more):
        entry = intend(*arguments, **more)
        one.queue.close()
        return entry

    one.monkeypatch.setattr(one.journal, "intend", and_close)
    with pytest.raises(HostFailure) as caught:
        one.place(result)
    assert caught.value.kind == "lost"
    (entry,) = one.journal.entries(one.app.path)
    assert entry.phase == "intended"

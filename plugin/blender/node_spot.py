"""Results beside their Image nodes: put there and taken away. All of it on Blender's main thread."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.domain.host import HostFailure, Result

from . import api
from .color import advice, space_for
from .marks import CLIP, JOB, PLACEMENT, Lying, mark, marked
from .nodes import MovieRates, clip_id, read_node

_BELOW = 320.0
"""How far under its source a node lies: an Image node with all its settings is about 300 high."""


@dataclass(frozen=True)
class NodePlan:
    """`links` are those to be taken over: node and socket (by identifier) that they came from, and that they go to."""

    scene: str
    source: str
    title: str
    first: int
    count: int
    space: str
    links: tuple[tuple[str, str, str, str], ...]
    notes: tuple[str, ...]


def lying(clip: str = "") -> list[Lying]:
    found: list[Lying] = []
    for scene in api.bpy.data.scenes:
        tree = api.tree_of(scene)
        for place, node in enumerate(tree.nodes if tree is not None else ()):
            placement = marked(node, PLACEMENT)
            if placement and clip in ("", marked(node, CLIP)):
                found.append(Lying(placement, marked(node, JOB), marked(node, CLIP), node.label or node.name, place))
    return found


def plan(scene_name: str, name: str, result: Result, rates: MovieRates) -> NodePlan:
    """Changes nothing. Raises `HostFailure` where `result` does not fit the node as it is now."""
    scene, tree, node = _node(scene_name, name)
    if tree.library is not None or scene.library is not None:
        raise HostFailure(f"“{scene_name}” is linked from another file, so nothing can be placed in it.")
    clip = read_node(scene, node, rates).clip
    used = result.last - result.first + 1 - result.handles_before - result.handles_after
    if used != clip.source_end - clip.source_start:
        raise HostFailure(
            f"“{name}” plays {clip.source_end - clip.source_start} frames now, and the result has {used}.",
            remedy="Set the node's frames as they were when the clip was lifted, or lift it again.",
        )
    movie = result.is_movie
    space = (
        node.image.colorspace_settings.name
        if movie
        else space_for(result.color, api.bpy.types.ColorManagedInputColorspaceSettings)
    )
    sources = {name, *(each.name for each in tree.nodes if marked(each, CLIP) == clip_id(scene_name, name))}
    links = tuple(
        (link.from_node.name, link.from_socket.identifier, link.to_node.name, link.to_socket.identifier)
        for link in tree.links
        if link.from_node.name in sources and link.from_socket.name == "Image"
    )
    title = Path(result.pattern).stem if movie else Path(result.directory).name
    first = result.first + result.handles_before
    return NodePlan(scene_name, name, title, first, used, space, links, advice(scene, result.reference_white))


def put(it: NodePlan, result: Result, placement: str) -> dict[str, Any]:
    """Add the node and give it the source's links; what was made, read back."""
    _, tree, source = _node(it.scene, it.source)
    movie = result.is_movie
    active = tree.nodes.active
    node = tree.nodes.new("CompositorNodeImage")
    mark(node, placement, result.job, clip_id(it.scene, it.source))
    name = str(node.name)
    try:
        file = result.pattern if movie else result.pattern % it.first
        image = api.bpy.data.images.load(str(Path(result.directory) / file), check_existing=False)
        mark(image, placement, result.job, clip_id(it.scene, it.source))
        image.name = it.title
        image.source = "MOVIE" if movie else "SEQUENCE"
        image.colorspace_settings.name = it.space
        node.image, node.label = image, it.title
        node.frame_start, node.frame_duration = source.frame_start, it.count
        node.frame_offset = it.first if movie else it.first - 1
        node.use_cyclic, node.use_auto_refresh = source.use_cyclic, True
        node.parent = source.parent
        node.location = (source.location.x, source.location.y - _BELOW)
        node.select = False
        tree.nodes.active = active
        output = next(each for each in node.outputs if each.name == "Image")
        for _, _, to_node, to_socket in it.links:
            tree.links.new(_socket(tree.nodes[to_node].inputs, to_socket), output)
        is_right = (
            (node.frame_duration, image.colorspace_settings.name) == (it.count, it.space)
            and node.frame_offset == (it.first if movie else it.first - 1)
            and len([link for link in tree.links if link.from_node.name == name]) == len(it.links)
        )
        if not is_right:
            raise HostFailure(f"Blender did not add “{it.title}” as it was asked to, so it was taken away again.")
    except BaseException:
        take(placement, {"links": it.links})
        raise
    return {"name": name}


def take(placement: str, was: dict[str, Any]) -> list[str]:
    """Remove the node of this placement and give its links back; what is to be told of it.

    Only links that still come from the node are given back: what was linked by hand since then stays.
    """
    told: list[str] = []
    for scene in api.bpy.data.scenes:
        tree = api.tree_of(scene)
        node = next((each for each in (tree.nodes if tree else ()) if marked(each, PLACEMENT) == placement), None)
        if node is None:
            continue
        source = _source_name(marked(node, CLIP))
        now = {(link.to_node.name, link.to_socket.identifier) for link in tree.links if link.from_node == node}
        image = node.image
        tree.nodes.remove(node)
        before = {(to_node, to_socket): (name, socket) for name, socket, to_node, to_socket in was.get("links", ())}
        for to_node, to_socket in sorted(now):
            name, socket = before.get((to_node, to_socket), (source, ""))
            giver = tree.nodes.get(name) or tree.nodes.get(source)
            if giver is None:
                told.append(f"“{source}” is not there any more, so “{to_node}” has lost its picture.")
                continue
            tree.links.new(_socket(tree.nodes[to_node].inputs, to_socket), _socket(giver.outputs, socket))
        changed = set(before) - now
        told += [f"“{to_node}” had been linked to something else, and stays so." for to_node, _ in sorted(changed)]
        if image is not None and marked(image, PLACEMENT) == placement and not image.users:
            api.bpy.data.images.remove(image)
    return told


def _node(scene_name: str, name: str) -> tuple[Any, Any, Any]:
    scene = api.scene_named(scene_name)
    tree = api.tree_of(scene) if scene is not None else None
    node = tree.nodes.get(name) if tree is not None else None
    if node is None or node.type != "IMAGE":
        raise HostFailure(
            f"“{name}” is not among the compositor's nodes any more under this name.",
            remedy="Undo what removed or renamed it, then import again; or lift the clip anew.",
        )
    return scene, tree, node


def _socket(sockets: Any, identifier: str) -> Any:
    found = next((each for each in sockets if each.identifier == identifier), None)
    return found if found is not None else next(each for each in sockets if each.name == "Image")


def _source_name(clip: str) -> str:
    return str(json.loads(clip)[2])

"""Sets a project up, as a user would have it, and does what users do behind a script's back."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge.domain.frames import Timecode

from .application import new_project
from .pool import clip_of_file, new_clip, new_item, new_timeline, new_track, rate_of
from .proxy import make
from .state import STATE_VARIABLE, State, item_of, new_id, tracks_of

API = Path(__file__).resolve().parent


class Stage:
    """One Resolve. With `file`, other processes may script it too (`environment`)."""

    def __init__(self, version: str = "21.1", *, studio: bool = True, file: Path | None = None, **traps: Any) -> None:
        doc: dict[str, Any] = {
            "version": version,
            "studio": studio,
            "external": True,
            "lets_free_in": False,
            "running": True,
            "page": "edit",
            "busy": "",
            "language": "en",
            "traps": traps,
            "projects": {},
            "current": "",
        }
        self.state = State(doc, file)

    @property
    def resolve(self) -> Any:
        return make(self.state, "Resolve")

    @property
    def doc(self) -> dict[str, Any]:
        return self.state.doc

    @contextmanager
    def changing(self) -> Generator[dict[str, Any], None, None]:
        """The document, for a change."""
        with self.state.turn(changes=True):
            yield self.state.doc

    def environment(self, library: Path) -> dict[str, str]:
        """For a process that scripts this Resolve; `library` stands for fusionscript."""
        library.touch()
        assert self.state.path
        return {
            "RESOLVE_SCRIPT_API": str(API),
            "RESOLVE_SCRIPT_LIB": str(library),
            STATE_VARIABLE: str(self.state.path),
        }

    # Setting up

    def project(self, name: str = "Schnitt Ünïcode 片", rate: str = "24", **settings: str) -> dict[str, Any]:
        with self.changing() as doc:
            made = new_project(name, rate, settings)
            doc["projects"][made["id"]] = made
            doc["current"] = made["id"]
        return made

    @property
    def here(self) -> dict[str, Any]:
        with self.state.turn(changes=False):
            assert self.state.project is not None
            return self.state.project

    def timeline(self, name: str = "Reel 1", rate: str | None = None, start: str = "01:00:00:00") -> str:
        with self.changing():
            made = new_timeline(name, rate or self.here["settings"]["timelineFrameRate"], start)
            self.here["timelines"][made["id"]] = made
            self.here["timeline"] = made["id"]
        return made["id"]

    def media(self, path: Path, /, **more: Any) -> str:
        """A clip in the media pool from a real file, one of a sequence or a movie."""
        with self.changing():
            clip = clip_of_file(path)
            assert clip is not None
            return self._take(clip, more)

    def media_without_file(self, name: str, kind: str, frames: int = 100) -> str:
        with self.changing():
            return self._take(
                new_clip("", name, 0, frames, self.here["settings"]["timelineFrameRate"]), {"type": kind}
            )

    def put(
        self,
        clip: str | None,
        at: int = 0,
        source: int = 0,
        frames: int = 10,
        *,
        track: int = 1,
        kind: str = "video",
        on: str = "video",
        name: str = "",
        **more: Any,
    ) -> str:
        """An item on a track of the current timeline, `at` frames after its start; `frames` of the timeline."""
        with self.changing():
            timeline = self._timeline()
            while len(timeline[on]) < track:
                timeline[on].append(new_track(f"{on.title()} {len(timeline[on]) + 1}"))
            media = self.here["clips"][clip] if clip else None
            speed = abs(more.get("speed", 100)) / 100
            ratio = rate_of(media["rate"]) / rate_of(timeline["rate"]) if media else 1
            span = round(frames * float(ratio) * speed)
            made = new_item(
                media, name or (media["name"] if media else kind), timeline["start"] + at, frames, source, span
            )
            made.update(kind=kind, **more)
            timeline[on][track - 1]["items"].append(made)
            timeline[on][track - 1]["items"].sort(key=lambda each: each["start"])
        return made["id"]

    # What users do

    def select(self, *items: str) -> None:
        with self.changing():
            self.here["selected"] = list(items)

    def playhead(self, at: int) -> None:
        with self.changing():
            timeline = self._timeline()
            rate = rate_of(timeline["rate"])
            timeline["playhead"] = str(Timecode.from_frame(timeline["start"] + at, rate, " DF" in timeline["rate"]))

    def change(self, item: str, **values: Any) -> None:
        with self.changing():
            found = item_of(self.here, item)
            assert found is not None
            found[3].update(values)

    def delete(self, item: str) -> None:
        with self.changing():
            for timeline in self.here["timelines"].values():
                for _, _, track in tracks_of(timeline):
                    track["items"] = [each for each in track["items"] if each["id"] != item]

    def track(self, index: int, **values: Any) -> None:
        with self.changing():
            self._timeline()["video"][index - 1].update(values)

    def reopen(self, *, new_ids: bool = False) -> None:
        """Close the project and open it again; `new_ids`: items and clips come back under other ids."""
        with self.changing():
            clips = {key: new_id() if new_ids else key for key in self.here["clips"]}
            self.here["clips"] = {clips[key]: {**each, "id": clips[key]} for key, each in self.here["clips"].items()}
            for timeline in self.here["timelines"].values() if new_ids else ():
                for _, _, track in tracks_of(timeline):
                    for each in track["items"]:
                        each["id"], each["clip"] = new_id(), clips.get(each["clip"])

    # What is there

    def items(self, track: int, timeline: str | None = None) -> list[dict[str, Any]]:
        tracks = self.here["timelines"][timeline or self.here["timeline"]]["video"]
        return tracks[track - 1]["items"] if track <= len(tracks) else []

    def item(self, key: str) -> dict[str, Any]:
        found = item_of(self.here, key)
        assert found is not None
        return found[3]

    def track_names(self) -> list[str]:
        return [each["name"] for each in self._timeline()["video"]]

    def picture(self) -> dict[str, Any]:
        """All that a placing must leave as it was once it is reverted."""
        project = self.here
        kept = ("clips", "folders", "timelines", "timeline", "settings", "bin", "render")
        return {**{each: project[each] for each in kept}, "page": self.doc["page"]}

    def _timeline(self) -> dict[str, Any]:
        return self.here["timelines"][self.here["timeline"]]

    def _take(self, clip: dict[str, Any], more: dict[str, Any]) -> str:
        clip.update(more)
        clip["folder"] = self.here["root"]
        self.here["clips"][clip["id"]] = clip
        return clip["id"]

"""ComfyUI's service: what it is, what it takes, how a job stands, and the way to end one job and no other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from pydantic import JsonValue

from bridge.backends.remote.refusals import plain, refusal
from bridge.backends.remote.sending import BUSY, insist
from bridge.domain.errors import EndpointUnreachable, RemoteRefused
from bridge.net.patience import Patience
from bridge.net.service import Form, NotSent, Reply, Service, Unanswered

from .nodes import NodeKind, read_kind
from .wire import Accepted, Ended, Place, SystemStats, Uploaded, read, read_ended, read_place

_LOOK_PATIENCE = 900.0
_SUBMIT_PATIENCE = 120.0
_SUBMIT_SECONDS = 120.0
_UPLOAD_PATIENCE = 60.0
_LARGEST = 256 * 1024 * 1024
"""The queue repeats the whole graph of every job that waits in it."""

_MISSES = 3
_BETWEEN = 0.5


@dataclass
class Server:
    """`base` is its address, `name` what people call it. All methods raise `EndpointUnreachable`, and `KeyRefused`
    where something before it wants a key.
    """

    service: Service
    base: str
    name: str
    patience: float = _LOOK_PATIENCE

    async def stats(self) -> SystemStats | None:
        """What it is; none where something else answers."""
        return read(SystemStats, await self._get("/system_stats"))

    async def kinds(self, names: Iterable[str]) -> dict[str, NodeKind]:
        """The kinds of nodes of these names that it has. One by one, as all together are many megabytes."""
        listed = tuple(names)
        answers = await asyncio.gather(*(self._get(f"/object_info/{quote(name)}") for name in listed))
        found = {name: read_kind(answer, name) for name, answer in zip(listed, answers, strict=True)}
        return {name: kind for name, kind in found.items() if kind}

    async def lora_facts(self, name: str) -> Mapping[str, str]:
        """What the file of a LoRA says of itself; nothing where the server does not tell."""
        reply = await self._ask_until(f"/view_metadata/loras?{urlencode({'filename': name})}")
        told = reply.json() if reply.status == 200 else None
        return {key: value for key, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}

    async def upload(self, path: Path, folder: str) -> str:
        """Put a file into `folder` of the server's input folder; its name there, for a node that loads it.

        Raises `RemoteRefused`.
        """

        async def send() -> Reply:
            with path.open("rb") as file:
                fields = {"type": "input", "subfolder": folder, "overwrite": "true"}
                return await self.service.ask(
                    "POST", f"{self.base}/upload/image", body=Form(fields, {"image": file}), read_seconds=300
                )

        reply = await insist(send, name=self.name, seconds=_UPLOAD_PATIENCE)
        if reply.status == 413:
            size = (await asyncio.to_thread(path.stat)).st_size / 1e6
            raise RemoteRefused(
                f"{self.name} takes no file as large as this plate ({size:.0f} MB).",
                remedy="Start ComfyUI with a larger --max-upload-size (it is 100 MB where nothing is said), or lift "
                "fewer frames.",
            )
        uploaded = read(Uploaded, reply.json()) if reply.status == 200 else None
        if uploaded is None:
            raise refusal(self.name, reply, {})
        return uploaded.path

    async def submit(self, job: str, graph: Mapping[str, JsonValue]) -> str:
        """Queue `graph` as `job`; the id that it has there, another one only where the server is too old to take ours.

        Sent again only after a look into queue and history has not found it. Raises `RemoteRefused` with the words of
        the nodes.
        """
        # The socket of this name is told how it goes on.
        body: JsonValue = {"prompt": dict(graph), "prompt_id": job, "client_id": job}
        patience = Patience(min(self.patience, _SUBMIT_PATIENCE))
        while True:
            wait = None
            try:
                reply = await self.service.ask("POST", f"{self.base}/prompt", json=body, read_seconds=_SUBMIT_SECONDS)
            except NotSent as error:
                sentence = str(error)
            except Unanswered as error:
                if await self.standing(job):
                    return job
                sentence = str(error)
            else:
                accepted = read(Accepted, reply.json()) if reply.status == 200 else None
                if accepted and not accepted.node_errors:
                    return accepted.prompt_id
                if accepted:
                    # It makes those outputs that are in order, and leaves out the rest.
                    await self.end(accepted.prompt_id)
                    raise _refused(self.name, reply)
                if reply.status not in (*BUSY, 502, 503, 504):
                    raise _refused(self.name, reply)
                sentence, wait = f"{self.name} is busy (HTTP {reply.status}).", reply.retry_after
            if patience.exhausted:
                raise EndpointUnreachable(sentence)
            await patience.wait(wait)

    async def standing(self, job: str) -> Place | Ended | None:
        """How `job` stands; none where neither history nor queue knows it, several times over: between the two looks
        it may have gone from the one to the other, and a request that was sent may still be under way.
        """
        for miss in range(_MISSES):
            if miss:
                await asyncio.sleep(_BETWEEN)
            if ended := read_ended(await self._told(f"/history/{quote(job)}"), job):
                return ended
            if place := await self._place(job):
                return place
        return None

    async def end(self, job: str) -> None:
        """Take `job` out of the queue, or interrupt it. Other people's jobs are not touched.

        Older servers interrupt whatever runs: they are asked only when this job has just been seen running.
        """
        place = await self._place(job)
        if place and not place.running:
            await self.service.ask("POST", f"{self.base}/queue", json={"delete": [job]})
            place = await self._place(job)
        if place and place.running:
            await self.service.ask("POST", f"{self.base}/interrupt", json={"prompt_id": job})

    def file_url(self, folder: str, name: str) -> str:
        """Where a file of the server's output folder is fetched."""
        return f"{self.base}/view?{urlencode({'filename': name, 'subfolder': folder, 'type': 'output'})}"

    async def has(self, folder: str, name: str) -> bool:
        """Whether a file is in the server's output folder."""
        url = self.file_url(folder, name)
        reply = await insist(lambda: self.service.ask("HEAD", url), name=self.name, seconds=self.patience)
        return reply.status == 200

    async def _place(self, job: str) -> Place | None:
        return read_place(await self._told("/queue"), job)

    async def _told(self, path: str) -> dict[str, JsonValue]:
        """An answer that a job's fate hangs on: what is none must not pass for “not there”."""
        answer = await self._get(path)
        if not isinstance(answer, dict):
            raise EndpointUnreachable(f"{self.name} does not say how the job stands.")
        return answer

    async def _get(self, path: str) -> JsonValue:
        reply = await self._ask_until(path)
        if reply.status in (401, 403):
            raise refusal(self.name, reply, {})
        return reply.json() if reply.status == 200 else None

    async def _ask_until(self, path: str) -> Reply:
        url = f"{self.base}{path}"
        return await insist(
            lambda: self.service.ask("GET", url, largest=_LARGEST), name=self.name, seconds=self.patience
        )


def _refused(name: str, reply: Reply) -> Exception:
    """ComfyUI lists what is wrong by node, with a summary that names none of it."""
    body = reply.json()
    listed = body.get("node_errors") if isinstance(body, dict) else None
    words: list[str] = []
    for about in listed.values() if isinstance(listed, dict) else ():
        errors = about.get("errors") if isinstance(about, dict) else None
        for error in errors if isinstance(errors, list) else ():
            if isinstance(about, dict) and isinstance(error, dict):
                words.append(f"{about.get('class_type')}: {error.get('message')}: {error.get('details')}")
    if not words:
        return refusal(name, reply, {})
    return RemoteRefused(
        f"{name} refuses the job: {plain('; '.join(words[:3]))}.",
        detail=plain("; ".join(words)),
        remedy="Update ComfyUI and ComfyUI-LTXVideo there, and look whether the files of the model are whole.",
    )

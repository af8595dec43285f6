"""A model hub that speaks Hugging Face's protocol: what is in a repository, who may have it, and where its bytes are.

`huggingface_hub` asks, and knows what the answers mean. The bytes do not come through it: what it has of a file when it
is interrupted it throws away (`_download_to_tmp_and_move` in 2.4), and it writes whatever length comes. They come over
plain HTTP with ranges, which the hub serves beside Xet.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, TypeVar

import httpx
import httpx2

from bridge.domain.errors import EndpointUnreachable, HubRefused, SuperwhiteError
from bridge.net.addresses import is_near, is_same_origin, service_address
from bridge.net.guard import Way
from bridge.net.patience import Patience
from bridge.net.proxies import proxy_for
from bridge.net.service import NotSent, Service, Unanswered, shared_trust
from bridge.net.trust import explain, find_certificate_error

T = TypeVar("T")

_PUBLIC = "https://huggingface.co"
_TRANSIENT = (408, 425, 429, 500, 502, 503, 504)
_LARGEST_ANSWER = 16 * 1024 * 1024
_LARGEST_TEXT = 256 * 1024
_SECONDS = 30.0


@dataclass(frozen=True)
class Listed:
    """A file as a hub lists it; what it does not say is empty, and the size -1."""

    size: int
    sha256: str
    blob: str


@dataclass(frozen=True)
class Listing:
    """A repository at the commit that a revision stands for."""

    commit: str
    files: dict[str, Listed]


class Hub:
    """The hub that `HF_ENDPOINT` names, else Hugging Face's own. `token` goes to it alone, on every hop.

    All that asks raises `HubRefused` and `EndpointUnreachable`.
    """

    def __init__(self, *, token: str = "", proxy: str = "", patience: float = 30.0) -> None:
        self.endpoint = (os.environ.get("HF_ENDPOINT", "").strip() or _PUBLIC).rstrip("/")
        address = service_address(self.endpoint, "HF_ENDPOINT")
        self._near = is_near(address.host)
        self._token = token
        self._proxy = proxy
        self._patience = patience
        self._library = _load_library()
        if self._library.constants.is_offline_mode():
            raise EndpointUnreachable(
                "HF_HUB_OFFLINE forbids asking a model hub.",
                remedy="Take it out of the environment, or bring the files with --from FOLDER.",
            )

    @property
    def host(self) -> str:
        return httpx.URL(self.endpoint).host

    async def listing(self, repo: str, revision: str) -> Listing:
        api = self._library.HfApi(endpoint=self.endpoint, token=self._token or False)
        ask = partial(api.model_info, repo, revision=revision, files_metadata=True, timeout=_SECONDS)
        return await self._ask(lambda: _listing(ask()), repo)

    async def demand_access(self, repo: str, commit: str, path: str) -> None:
        """Find out before anything is fetched: a repository may be listed for everyone, and given to few."""
        head = partial(
            self._library.get_hf_file_metadata,
            self.url(repo, commit, path),
            token=self._token or False,
            timeout=_SECONDS,
            endpoint=self.endpoint,
        )
        await self._ask(head, repo)

    def url(self, repo: str, commit: str, path: str) -> str:
        return str(self._library.hf_hub_url(repo, path, revision=commit, endpoint=self.endpoint))

    async def line(self) -> Service:
        """What bytes are fetched with."""
        way = Way(await shared_trust(), proxy=self._proxy, near_allowed=self._near)
        return Service(way, own=self._owns, authorization=self._authorization)

    async def text(self, repo: str, path: str) -> bytes | None:
        """A small file as it is now; none where it cannot be had."""
        async with await self.line() as line:
            try:
                reply = await line.ask("GET", self.url(repo, "main", path), largest=_LARGEST_TEXT)
            except (NotSent, Unanswered, SuperwhiteError):
                return None
        return reply.content if reply.status == 200 else None

    def refusal(self, repo: str, why: str) -> HubRefused:
        page = f"{self.endpoint}/{repo}"
        return HubRefused(
            f"{self.host} does not give {repo}: {why}.",
            remedy=f"Log in at {page} and accept its terms; make a token that may read at {self.endpoint}"
            "/settings/tokens, and set HF_TOKEN to it, or name a file that holds it with --token-file.",
        )

    def _owns(self, url: httpx.URL) -> bool:
        return bool(self._token) and is_same_origin(self.endpoint, str(url))

    async def _authorization(self) -> str:
        return f"Bearer {self._token}"

    async def _ask(self, question: Callable[[], T], repo: str) -> T:
        context = await shared_trust()
        proxy = await asyncio.to_thread(proxy_for, httpx.URL(self.endpoint), self._proxy)

        def client() -> httpx2.Client:
            return httpx2.Client(
                event_hooks={"response": [_limit]},
                follow_redirects=True,  # it takes the token off where they lead to another host
                timeout=_SECONDS,
                verify=context,
                proxy=str(proxy) if proxy else None,
                trust_env=False,
            )

        self._library.set_client_factory(client)
        patience = Patience(self._patience)
        while True:
            try:
                return await asyncio.to_thread(question)
            except self._library.errors.HfHubHTTPError as error:
                status = error.response.status_code
                if status not in _TRANSIENT:
                    raise self._judged(error, repo) from error
                sentence = f"{self.host} cannot answer now (HTTP {status})."
            except httpx2.TransportError as error:
                sentence = self._broken(error)
            except (KeyError, TypeError, ValueError, AttributeError, httpx2.HTTPError) as error:
                raise EndpointUnreachable(
                    f"What {self.host} answers is not that of a model hub.",
                    detail=repr(error)[:1000],
                    remedy="Check HF_ENDPOINT, and that no proxy or login page of a network stands in between.",
                ) from error
            if patience.exhausted:
                raise EndpointUnreachable(
                    sentence, remedy="Check the network, then give the same command again: it goes on where it was."
                )
            await patience.wait()

    def _judged(self, error: Any, repo: str) -> SuperwhiteError:
        """What a refusal of the hub means."""
        errors, status = self._library.errors, error.response.status_code
        if isinstance(error, errors.GatedRepoError) or status == 403:
            return self.refusal(repo, "its authors give it to accounts that have accepted their terms")
        if isinstance(error, errors.RevisionNotFoundError | errors.EntryNotFoundError):
            return HubRefused(
                f"{self.host} has no such file or revision in {repo} any more.",
                remedy="A newer version of Superwhite may know where it is now; --from FOLDER takes a copy.",
            )
        if status == 401 and self._token:
            return self.refusal(repo, "it does not take this token")
        if status == 401:
            return self.refusal(repo, "it wants to know whom it gives it to")
        if status == 404:
            return HubRefused(
                f"{self.host} knows no {repo}.",
                remedy="Check HF_ENDPOINT; a newer version of Superwhite may know where it is now.",
            )
        return HubRefused(f"{self.host} refuses {repo} (HTTP {status}).", detail=str(error)[:1000], remedy="")

    def _broken(self, error: httpx2.TransportError) -> str:
        if certificate := find_certificate_error(error):
            return explain(self.host, certificate)
        if isinstance(error, httpx2.ProxyError):
            return f"The proxy refuses the way to {self.host}."
        if isinstance(error, httpx2.TimeoutException):
            return f"{self.host} does not answer."
        return f"There is no connection to {self.host}. Check that this machine is online."


def _load_library() -> ModuleType:
    """It reads its environment as it is loaded: it must not tell who asks, nor go by ways of its own."""
    for name in ("HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_XET", "HF_HUB_DISABLE_PROGRESS_BARS"):
        os.environ[name] = "1"
    for part in ("constants", "errors"):
        importlib.import_module(f"huggingface_hub.{part}")
    return importlib.import_module("huggingface_hub")


def library_token() -> str:
    """The token of the environment (`HF_TOKEN`), or the one that `hf auth login` has kept. Empty where there is none,
    and for one that has run out and cannot be renewed.
    """
    try:
        return (_load_library().get_token() or "").strip()
    except (OSError, ValueError, httpx2.HTTPError):
        return ""


def _listing(info: Any) -> Listing:
    commit = str(info.sha or "")
    if len(commit) != 40 or set(commit) - set("0123456789abcdef"):
        raise ValueError("no commit")
    files: dict[str, Listed] = {}
    for each in info.siblings or ():
        size = each.lfs.size if each.lfs else each.size
        sha256 = str(each.lfs.sha256) if each.lfs else ""
        files[str(each.rfilename)] = Listed(size if type(size) is int else -1, sha256, str(each.blob_id or ""))
    return Listing(commit, files)


class _Limited(httpx2.SyncByteStream):
    """An answer that ends where no honest one is as long."""

    def __init__(self, inner: httpx2.SyncByteStream) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._inner:
            size += len(part)
            if size > _LARGEST_ANSWER:
                raise ValueError("the answer has no end")
            yield part

    def close(self) -> None:
        self._inner.close()


def _limit(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _Limited(response.stream)

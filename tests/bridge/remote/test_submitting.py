"""A job is sent once: what each fault of the line or of the endpoint leads to, and how many jobs it makes."""

from __future__ import annotations

import asyncio

import pytest

from bridge.backends.remote.fal.queue import pause_after
from bridge.domain.errors import (
    AnswerLost,
    KeyRefused,
    RemoteFailed,
    RemoteRefused,
    ResultGone,
)
from tests.endpoints import Endpoint, Fault, Foreign
from tests.endpoints.faults import CONTENT_POLICY

from .conftest import BODY, client_of, intent


def submit(endpoint: Endpoint):
    async def go():
        async with client_of(endpoint) as client:
            return await client.queue.submit(intent(), BODY)

    return asyncio.run(go())


def outcome(endpoint: Endpoint):
    """Submit, follow to the end, fetch the answer: the states that were told, and the answer."""

    async def go():
        async with client_of(endpoint) as client:
            ticket = await client.queue.submit(intent(), BODY)
            states = [status async for status in client.queue.follow(ticket)]
            return states, await client.queue.result(ticket, states[-1])

    return asyncio.run(go())


def test_a_job_is_submitted_once(endpoint: Endpoint):
    ticket = submit(endpoint)
    (job,) = endpoint.jobs
    assert (ticket.id, ticket.app) == (job.request_id, "fal-ai/ltx-2.3-quality/hdr/lora")
    assert job.body == BODY


# Refused for certain, and for a while: sent again.
@pytest.mark.parametrize(
    "fault",
    [Fault.too_many(), Fault.too_many(0.2), Fault.unavailable(0.2)],
    ids=["429", "429 with Retry-After", "503 with Retry-After"],
)
def test_what_was_certainly_not_taken_is_sent_again(endpoint: Endpoint, fault):
    endpoint.script.next("submit", fault, times=2)
    submit(endpoint)
    assert endpoint.submits == 3
    assert len(endpoint.jobs) == 1


def test_retry_after_is_obeyed(endpoint: Endpoint):
    endpoint.script.next("submit", Fault.too_many(2))
    submit(endpoint)
    first, second = endpoint.of("submit")
    assert second.at - first.at >= 2


def test_a_service_that_is_away_is_waited_for(endpoint: Endpoint):
    async def go():
        async with client_of(endpoint) as client:
            with endpoint.away():
                sending = asyncio.create_task(client.queue.submit(intent(), BODY))
                await asyncio.sleep(0.5)
            return await sending

    asyncio.run(go())
    assert len(endpoint.jobs) == 1


# Sent, and nobody knows: never again by itself.
@pytest.mark.parametrize(
    ("fault", "made"),
    [
        (Fault.drop_after_accept(), 1),
        (Fault.drop_before_accept(), 0),
        (Fault.nginx(502), 0),
        (Fault.nginx(504), 0),
        (Fault.page(), 0),
    ],
    ids=["dropped after", "dropped before", "502", "504", "a page with 200"],
)
def test_a_lost_answer_is_never_followed_by_a_second_request(endpoint: Endpoint, fault, made: int):
    endpoint.script.next("submit", fault)
    with pytest.raises(AnswerLost, match="may be billed"):
        submit(endpoint)
    assert endpoint.submits == 1
    assert len(endpoint.jobs) == made


def test_an_answer_that_cannot_be_read_still_names_its_request(endpoint: Endpoint):
    endpoint.script.next("submit", Fault.edit(lambda body: {"hello": "there"}))
    assert submit(endpoint).id == endpoint.jobs[0].request_id


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (Fault.unauthorized(), KeyRefused, "does not accept the key"),
        (Fault.validation(), RemoteRefused, "“Frames” must be at most 481"),
        (Fault.server_error(), RemoteFailed, "Internal Server Error"),
        (Fault.unavailable(), RemoteFailed, "No runner is free"),
        (Fault.answer(403, {"detail": "User is locked. Reason: Exhausted balance."}), RemoteRefused, "balance"),
        (Fault.answer(404, {"detail": 'Application "x" not found'}), RemoteRefused, "not found"),
        (Fault.redirect("https://example.com/"), RemoteRefused, "not followed"),
        (
            Fault.answer(500, "<html><b>A</b> page <script>alert(1)</script>", content_type="text/html"),
            RemoteFailed,
            "HTTP 500",
        ),
    ],
)
def test_refusals_are_told_in_words(endpoint: Endpoint, fault, error, words: str):
    endpoint.script.next("submit", fault)
    with pytest.raises(error, match=words):
        submit(endpoint)
    assert endpoint.submits == 1
    assert endpoint.jobs == []


def test_states_logs_and_place_are_followed(endpoint: Endpoint):
    endpoint.script.next(
        "job", Fault.takes(1.2, queued=1.2, ahead=2), Fault.fails(422, {"detail": list(CONTENT_POLICY)})
    )
    with pytest.raises(RemoteRefused, match="safety checker"):
        outcome(endpoint)

    async def go():
        async with client_of(endpoint) as client:
            ticket = await client.queue.submit(intent(), BODY)
            return [status async for status in client.queue.follow(ticket)]

    endpoint.script.next("job", Fault.takes(1.2, queued=1.2, ahead=2), Fault.fails(500))
    states = asyncio.run(go())
    assert {"IN_QUEUE", "IN_PROGRESS", "COMPLETED"} == {state.status for state in states}
    assert {0, 1, 2} & {state.queue_position for state in states if state.status == "IN_QUEUE"}
    assert any("Generating" in line.message for state in states for line in state.logs or ())


@pytest.mark.parametrize(
    "fault",
    [
        Fault.nginx(),
        Fault.server_error(),
        Fault.page(),
        Fault.drop_before_accept(),
        Fault.not_found(),
        Fault.too_many(0.1),
        Fault.status_value("WARMING_UP"),
    ],
    ids=["502", "500", "a page", "dropped", "404 once", "429", "an unknown state"],
)
def test_a_job_outlives_what_goes_wrong_while_it_is_followed(endpoint: Endpoint, fault):
    endpoint.script.next("status", fault)
    endpoint.script.next("job", Fault.takes(0.3), Fault.fails(422, {"detail": "no"}))
    with pytest.raises(RemoteRefused, match="no"):
        outcome(endpoint)
    assert len(endpoint.jobs) == 1


@pytest.mark.parametrize("stream", [Fault.not_found(), Fault.nginx(), Fault.drop_before_accept(), Fault.page()])
def test_without_events_nothing_is_lost_but_speed(endpoint: Endpoint, stream):
    endpoint.script.always("stream", stream)
    endpoint.script.next("job", Fault.takes(0.3), Fault.fails(422, {"detail": "no"}))
    with pytest.raises(RemoteRefused):
        outcome(endpoint)


@pytest.mark.parametrize(
    ("fault", "error", "words", "billed"),
    [
        (Fault.fails(500, error="CUDA error: out of memory", error_type="x"), RemoteFailed, "out of memory", False),
        (Fault.fails(422, {"detail": list(CONTENT_POLICY)}, billed=True), RemoteRefused, "content checker", True),
        (Fault.fails(500), RemoteFailed, "Internal Server Error", False),
        (
            Fault.fails(504, {"detail": "timed out", "error_type": "generation_timeout"}),
            RemoteFailed,
            "timed out",
            False,
        ),
    ],
    ids=["COMPLETED with error", "COMPLETED and 422", "COMPLETED and 500", "504"],
)
def test_completed_is_not_success(endpoint: Endpoint, fault, error, words: str, billed: bool):
    endpoint.script.next("job", fault)
    with pytest.raises(error, match=words):
        outcome(endpoint)
    assert [job.billed for job in endpoint.jobs] == [billed]


def test_a_service_that_has_forgotten_the_job_says_so(endpoint: Endpoint):
    endpoint.script.always("status", Fault.not_found())
    with pytest.raises(ResultGone, match="does not know the job"):
        outcome(endpoint)
    assert len(endpoint.jobs) == 1


def test_foreign_addresses_are_not_asked_and_never_see_the_key(endpoint: Endpoint):
    with Foreign() as foreign:
        endpoint.script.next("submit", Fault.foreign_urls(foreign.url))
        endpoint.script.next("job", Fault.fails(422, {"detail": "no"}))
        with pytest.raises(RemoteRefused):
            outcome(endpoint)
        assert foreign.requests == []
    assert endpoint.of("status", "result")


def test_it_is_looked_at_gently():
    """At most once a second in the mean, after the first ten seconds; `tests.endpoints.bench` counts the requests."""
    at, looks = 0.0, []
    while at < 600:
        looks.append(at)
        at += pause_after(at)
    late = [look for look in looks if look > 10]
    assert all(count <= look - 10 + 1 for count, look in enumerate(late, start=1))
    assert 20 <= sum(look <= 10 for look in looks) <= 21


@pytest.mark.parametrize(
    ("job", "wait_for", "billed"),
    [
        ((Fault.takes(5, queued=30),), "IN_QUEUE", False),
        ((Fault.takes(30),), "IN_PROGRESS", True),
        ((Fault.never(), Fault.stubborn()), "IN_PROGRESS", True),
    ],
    ids=["waiting", "running", "does not listen"],
)
def test_cancelling_says_what_may_be_billed(endpoint: Endpoint, job, wait_for: str, billed: bool):
    endpoint.script.next("job", *job)

    async def go() -> bool:
        async with client_of(endpoint) as client:
            ticket = await client.queue.submit(intent(), BODY)
            async for status in client.queue.follow(ticket):
                if status.status == wait_for:
                    break
            return await client.queue.cancel(ticket)

    assert asyncio.run(go()) is billed
    assert [each.cancelled for each in endpoint.jobs] == [True]

"""The event stream: resumed from anywhere, sent through, cut off when it must be."""

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from stream import Stream


def url(server, after: int | None = None) -> str:
    return f"ws://{server.host}/v1/stream" + ("" if after is None else f"?after={after}")


def bearer(user) -> dict:
    return {"Authorization": f"Bearer {user.token}"}


async def receive(socket, count: int) -> list[dict]:
    return [json.loads(await asyncio.wait_for(socket.recv(), 10)) for _ in range(count)]


@pytest.fixture
def people(server):
    return [server.user("alice"), server.user("bob")]


def test_resume_from_any_place(server, people):
    alice, bob = people
    chat = alice.direct("bob")
    for i in range(40):
        alice.send(chat, f"text {i}")
    log = bob.events()
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))

    async def check():
        for after in (0, 1, len(log) // 2, len(log) - 1):
            async with connect(url(server, after), additional_headers=bearer(bob)) as socket:
                assert await receive(socket, len(log) - after) == log[after:]
        async with connect(url(server, len(log)), additional_headers=bearer(bob)) as socket:
            await asyncio.to_thread(alice.send, chat, "live")
            assert (await receive(socket, 1))[0]["data"]["text"] == "live"
        async with connect(url(server, 10_000), additional_headers=bearer(bob)) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), 10)
            assert closed.value.rcvd.code == 4409

    asyncio.run(check())


def test_missed_and_live_join_without_a_gap(server, people):
    alice, bob = people
    chat = alice.direct("bob")

    async def check():
        async with Stream(alice) as writer:
            readers = []
            for i in range(400):
                await writer.send(chat, str(i), str(i))
                if i % 40 == 0:
                    readers.append(await Stream(bob).__aenter__())
            await writer.until(lambda s: s.pending == 0, "acknowledgements")
            for reader in readers:
                await reader.message(lambda m: m["text"] == "399")
                assert [m["text"] for m in reader.messages()] == [str(i) for i in range(400)]
                await reader.__aexit__()

    asyncio.run(check())


def test_sending_is_idempotent_there_too(server, people):
    alice, _ = people
    chat = alice.direct("bob")
    frame = json.dumps({"op": "send", "chat": chat, "text": "once", "nonce": "n"})

    async def check():
        async with connect(url(server), additional_headers=bearer(alice)) as socket:
            for _ in range(3):
                await socket.send(frame)
            frames = await receive(socket, 4)
        sent = [f for f in frames if f.get("op") == "sent"]
        assert len(sent) == 3 and len({f["message"]["id"] for f in sent}) == 1
        assert len([f for f in frames if f.get("type") == "message.new"]) == 1

    asyncio.run(check())
    again = alice.call("POST", f"/v1/chats/{chat}/messages", {"text": "once", "nonce": "n"})
    assert again.status == 200 and len(alice.history(chat)) == 1


def test_the_token_as_a_subprotocol(server, people):
    async def check():
        protocols = ["stoa.v1", f"bearer.{people[0].token}"]
        async with connect(url(server), subprotocols=protocols) as socket:
            assert socket.subprotocol == "stoa.v1"
            await socket.send('{"op":"ping"}')
            assert await receive(socket, 1) == [{"op": "pong"}]
        for headers in ({}, {"Authorization": "Bearer nonsense"}):
            try:
                async with connect(url(server), additional_headers=headers) as socket:
                    with pytest.raises(ConnectionClosed) as closed:
                        await asyncio.wait_for(socket.recv(), 10)
                    assert closed.value.rcvd.code == 4401
            except InvalidStatus as refused:
                assert refused.response.status_code == 401

    asyncio.run(check())


def test_typing_is_told_to_those_who_are_there(server, people):
    alice, bob = people
    chat = alice.direct("bob")

    async def check():
        async with connect(url(server), additional_headers=bearer(bob)) as socket:
            await socket.send('{"op":"ping"}')
            await receive(socket, 1)
            assert (await asyncio.to_thread(alice.call, "POST", f"/v1/chats/{chat}/typing")).status == 204
            frame = (await receive(socket, 1))[0]
            assert frame["type"] == "typing" and frame["data"] == {"chat": chat, "user": alice.id}
            assert "seq" not in frame

    asyncio.run(check())
    assert all(event["type"] != "typing" for event in bob.events())


def test_a_revoked_session_closes_its_socket(server, people):
    alice, _ = people

    async def check():
        async with connect(url(server), additional_headers=bearer(alice)) as socket:
            await socket.send('{"op":"ping"}')
            await receive(socket, 1)
            assert (await asyncio.to_thread(alice.call, "DELETE", "/v1/sessions/current")).status == 204
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), 5)
            assert closed.value.rcvd.code == 4401

    asyncio.run(check())


def test_a_reader_that_does_not_keep_up_is_cut_and_resumes(server, people):
    alice, bob = people
    chat = alice.direct("bob")
    text = "x" * 4_000

    async def check():
        async with connect(
            url(server, 0), additional_headers=bearer(bob), max_queue=1, compression=None) as slow:
            async with Stream(alice) as writer:
                for i in range(3_000):
                    await writer.send(chat, text, str(i))
                    if i % 200 == 0:
                        await writer.until(lambda s: s.pending < 400, "acknowledgements")
                await writer.until(lambda s: s.pending == 0, "acknowledgements", timeout=60)
            seqs = []
            with pytest.raises(ConnectionClosed) as closed:
                while len(seqs) < 3_001:
                    seqs.append(json.loads(await asyncio.wait_for(slow.recv(), 10))["seq"])
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1013
        assert seqs == list(range(1, len(seqs) + 1))
        async with Stream(bob, after=len(seqs)) as resumed:
            await resumed.until(lambda s: s.seq == 3_001, "the rest")

    asyncio.run(check())

"""Whatever is sent: a clear error, a server that goes on, memory that comes back."""

import asyncio
import json
import resource
import socket
import struct
import time

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from stoa import wait_for
from test_stream import bearer, receive, url


@pytest.fixture
def alice(server):
    server.user("bob")
    return server.user("alice", "secret word")


@pytest.fixture
def chat(alice):
    return alice.direct("bob")


def raw(server, data: bytes, timeout: float = 15, half_close: bool = False) -> bytes:
    """Sends bytes as they are and reads until the server closes."""
    with socket.create_connection(server.host.split(":"), timeout=timeout) as connection:
        try:
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        received = b""
        try:
            while piece := connection.recv(65536):
                received += piece
        except ConnectionResetError:
            pass
        return received


BODIES = {
    "nothing": b"",
    "no JSON": b"hello",
    "cut off": b'{"text": "hel',
    "two values": b'{"text":"a"}{"text":"b"}',
    "a list": b"[1,2,3]",
    "a number": b"5",
    "null": b"null",
    "wrong type": b'{"text": 5}',
    "wrong type inside": b'{"text":"a","entities":[{"type":5,"offset":"x","length":1}]}',
    "unknown entity": b'{"text":"a","entities":[{"type":"shiny","offset":0,"length":1}]}',
    "entity outside": b'{"text":"a","entities":[{"type":"bold","offset":5,"length":10}]}',
    "entity negative": b'{"text":"a","entities":[{"type":"bold","offset":-1,"length":1}]}',
    "entity overflow": b'{"text":"a","entities":[{"type":"bold","offset":9223372036854775807,"length":9223372036854775807}]}',
    "huge number": b'{"text":"a","reply_to":1e400}',
    "fraction": b'{"text":"a","reply_to":1.5}',
    "too long an integer": b'{"text":"a","reply_to":99999999999999999999999}',
    "bad UTF-8": b'{"text":"\xff\xfe"}',
    "overlong UTF-8": b'{"text":"\xc0\x80"}',
    "UTF-8 surrogate": b'{"text":"\xed\xa0\x80"}',
    "lone surrogate": b'{"text":"\\ud800"}',
    "NUL": b'{"text":"a\\u0000b"}',
    "blank": b'{"text":"  \\n "}',
    "deep": b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "empty nonce": b'{"text":"a","nonce":""}',
    "long nonce": b'{"text":"a","nonce":"' + b"n" * 65 + b'"}',
    "NaN": b'{"text":"a","reply_to":NaN}',
}


@pytest.mark.parametrize("what", BODIES)
def test_bad_bodies(server, alice, chat, what):
    answer = alice.call(
        "POST", f"/v1/chats/{chat}/messages", raw=BODIES[what], headers={"Content-Type": "application/json"})
    assert answer.status == 400, (answer.status, answer.body[:200])
    assert answer.code == "bad_request" and len(answer.json["error"]["message"]) > 10
    assert alice.history(chat) == [] and server.is_alive()


def test_too_much(server, alice, chat):
    long = alice.call("POST", f"/v1/chats/{chat}/messages", {"text": "x" * 4_097})
    assert long.status in (400, 413) and "4096" in long.json["error"]["message"].replace(",", "")
    assert alice.call("POST", f"/v1/chats/{chat}/messages", {"text": "🎉" * 4_096}).status == 201
    head = f"POST /v1/chats/{chat}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {alice.token}\r\n"
    for announced in (10 << 20, 1 << 40, 1 << 62):
        answer = raw(server, f"{head}Content-Type: application/json\r\nContent-Length: {announced}\r\n\r\n".encode())
        assert b" 413 " in answer.split(b"\r\n")[0], answer[:100]
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    answer = raw(server, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 200)
    assert answer == b"" or b" 413 " in answer.split(b"\r\n")[0], answer[:100]
    entities = [{"type": "bold", "offset": 0, "length": 1}] * 101
    assert alice.call("POST", f"/v1/chats/{chat}/messages", {"text": "x", "entities": entities}).code == "too_large"
    assert server.is_alive()


def test_uploads_that_are_none(server, alice):
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello\r\n--x--\r\n'
    bad = {
        "another type": ("text/plain", form),
        "no boundary": ("multipart/form-data", form),
        "another boundary": ("multipart/form-data; boundary=y", form),
        "cut off": ("multipart/form-data; boundary=x", form[:-20]),
        "no such field": ("multipart/form-data; boundary=x", form.replace(b'"file"', b'"other"')),
        "nothing": ("multipart/form-data; boundary=x", b""),
    }
    # Many times: the refusal and the end of the body race each other.
    for _ in range(100):
        for what, (type, body) in bad.items():
            answer = alice.call("POST", "/v1/files", raw=body, headers={"Content-Type": type})
            assert answer.status == 400 and answer.code == "bad_request", (what, answer.status, answer.body)
    stranger = server.call("POST", "/v1/files", raw=form, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert stranger.status == 401
    assert server.query("SELECT count(*) FROM files") == [(0,)]


def test_unknown_and_other_peoples_things(server, alice, chat):
    mallory = server.user("mallory")
    message = alice.send(chat, "private")
    alone = mallory.group("alone")
    tries = [
        ("GET", f"/v1/chats/{chat}", None, "chat_not_found"),
        ("GET", f"/v1/chats/{chat}/messages", None, "chat_not_found"),
        ("GET", f"/v1/chats/{chat}/members", None, "chat_not_found"),
        ("POST", f"/v1/chats/{chat}/messages", {"text": "x"}, "chat_not_found"),
        ("POST", f"/v1/chats/{chat}/read", {"up_to": message["id"]}, "chat_not_found"),
        ("POST", f"/v1/chats/{chat}/typing", None, "chat_not_found"),
        ("POST", f"/v1/chats/{chat}/members", {"name": "mallory"}, "chat_not_found"),
        ("PATCH", f"/v1/chats/{chat}", {"title": "x"}, "chat_not_found"),
        ("GET", f"/v1/chats/{chat}/messages/{message['id']}", None, "chat_not_found"),
        ("PATCH", f"/v1/chats/{chat}/messages/{message['id']}", {"text": "x"}, "chat_not_found"),
        ("DELETE", f"/v1/chats/{chat}/messages/{message['id']}", None, "chat_not_found"),
        ("POST", f"/v1/chats/{chat}/messages/{message['id']}/press", {"button": "1"}, "chat_not_found"),
        # A message of another chat under one's own chat.
        ("GET", f"/v1/chats/{alone}/messages/{message['id']}", None, "message_not_found"),
        ("PATCH", f"/v1/chats/{alone}/messages/{message['id']}", {"text": "x"}, "message_not_found"),
        ("DELETE", f"/v1/chats/{alone}/messages/{message['id']}", None, "message_not_found"),
        ("POST", f"/v1/chats/{alone}/messages", {"text": "x", "attachments": [{"file": 5}]}, "file_not_found"),
        ("GET", "/v1/files/5", None, "file_not_found"),
        ("GET", "/v1/accounts/nobody", None, "account_not_found"),
        ("GET", "/v1/nonsense", None, "not_found"),
    ]
    for method, path, body, code in tries:
        answer = mallory.call(method, path, body)
        assert answer.status == 404 and answer.code == code, (method, path, answer.status, answer.body)
    # An answer to a message that is not there, or not any more, is a message like any other.
    assert mallory.send(alone, "x", reply_to=message["id"])["reply_to"] is None
    assert alice.history(chat) == [message]


@pytest.mark.parametrize("id", ["0", "-1", "x", "1.5", "9007199254740992", "99999999999999999999", "%00", "..", "%2e%2e"])
def test_bad_ids(server, alice, id):
    answer = alice.call("GET", f"/v1/chats/{id}/messages")
    assert answer.status in (400, 404), answer.body
    assert server.is_alive()


def test_paths_do_not_lead_out(server):
    for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2fetc/passwd", "//etc/passwd", "/.env"):
        answer = raw(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        # Paths of the web client's own all lead to its page.
        assert b"root:" not in answer, path
        assert answer.split(b" ")[1] in (b"400", b"404") or b"<title>Stoa" in answer, (path, answer[:200])


REQUESTS = {
    "no HTTP": b"hello\r\n\r\n",
    "binary": bytes(range(256)) * 10,
    "TLS": bytes.fromhex("16030100f8010000f40303") + b"\0" * 200,
    "no version": b"GET /\r\n\r\n",
    "bad length": b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    "two lengths": b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "length and chunks":
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bad chunk": b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    "long line": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "long header": b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 200_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
    "header with NUL": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
    "unknown method": b"BREW /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("what", REQUESTS)
def test_what_is_no_request(server, what):
    answer = raw(server, REQUESTS[what], half_close=True)
    # A reset is an answer too: the kernel sends it when the server closes with input left unread.
    assert answer == b"" or answer.split(b" ")[1][:1] in (b"4", b"5"), answer[:200]
    assert not answer.startswith(b"HTTP/1.1 500") and server.is_alive()


def test_half_open_requests_are_given_up(server):
    halves = [
        b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
    ]
    connections = []
    for half in halves * 20:
        connection = socket.create_connection(server.host.split(":"), timeout=90)
        connection.sendall(half)
        connections.append((half, connection))
    assert server.is_alive()
    started = time.monotonic()
    for half, connection in connections:
        if half == b"":
            continue  # An idle connection may stay for a minute.
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
        assert b" 408 " in answer or answer == b"", answer[:100]
    assert time.monotonic() - started < 30
    for _, connection in connections:
        connection.close()
    assert server.is_alive()


def test_garbage_on_the_stream(server, alice, chat):
    frames = [
        "", "hello", "[]", "null", "{}", '{"op":5}', '{"op":"nonsense"}', '{"op":"send"}',
        '{"op":"send","chat":"x","text":"a","nonce":"n"}', '{"op":"send","chat":1,"text":5,"nonce":"n"}',
        '{"op":"send","chat":99999999999999999999999,"text":"a","nonce":"n"}',
        f'{{"op":"send","chat":{chat},"text":"","nonce":"n"}}', f'{{"op":"send","chat":{chat},"text":"a","nonce":""}}',
        f'{{"op":"send","chat":{chat},"text":"a"}}', '{"op":"send","chat":7,"text":"a","nonce":"n"}',
        '{"op":"read","chat":1}', '{"op":"typing","chat":-1}', "[" * 20_000, '{"a":' * 5_000,
    ]

    async def check():
        async with connect(url(server), additional_headers=bearer(alice)) as socket:
            for frame in frames:
                await socket.send(frame)
                answer = (await receive(socket, 1))[0]
                assert answer["op"] == "error" and answer["error"]["message"], (frame[:80], answer)
            await socket.send('{"op":"ping"}')
            assert await receive(socket, 1) == [{"op": "pong"}]
        for bad, codes in [(b"\x00\xff binary", (1003, 1007, 1008)), ("x" * 1_000_000, (1009,))]:
            async with connect(url(server), additional_headers=bearer(alice), compression=None) as socket:
                with pytest.raises(ConnectionClosed) as closed:
                    await socket.send(bad)
                    answer = json.loads(await asyncio.wait_for(socket.recv(), 10))
                    # Or an error, and the stream goes on.
                    assert answer["op"] == "error"
                    raise ConnectionClosed(None, None)
                assert closed.value.rcvd is None or closed.value.rcvd.code in codes

    asyncio.run(check())
    assert alice.history(chat) == [] and server.is_alive()


def test_broken_websocket_frames(server, alice):
    head = (
        f"GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {alice.token}\r\n\r\n").encode()
    frames = {
        "unmasked": b"\x81\x05hello",
        "reserved bits": b"\xf1\x85\0\0\0\0hello",
        "unknown opcode": b"\x83\x85\0\0\0\0hello",
        "long ping": b"\x89\xfe\x01\x00\0\0\0\0" + b"x" * 256,
        "continuation of nothing": b"\x80\x85\0\0\0\0hello",
        "64-bit length": b"\x81\xff" + struct.pack(">Q", 1 << 62) + b"\0\0\0\0",
        "bad UTF-8": b"\x81\x82\0\0\0\0\xff\xff",
        "bad close": b"\x88\x81\0\0\0\0x",
        "noise": b"\x7e" * 1_000,
    }
    for what, frame in frames.items():
        answer = raw(server, head + frame, timeout=10)
        assert answer.startswith(b"HTTP/1.1 101"), (what, answer[:100])
        # A close frame, without 1000 for a reason, or just the end.
        after = answer.split(b"\r\n\r\n", 1)[1]
        assert after == b"" or b"\x88" in after or b'"error"' in after, (what, after)
        assert server.is_alive()


def test_ten_thousand_connections(server, alice):
    count = 10_000
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count + 500:
        pytest.skip(f"this machine allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    before = server.memory()
    address = server.host.split(":")
    connections = []
    for i in range(count):
        # From several addresses of the loopback, so that ports do not run out.
        connections.append(socket.create_connection(address, timeout=30, source_address=(f"127.0.0.{2 + i % 8}", 0)))
    request = f"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {alice.token}\r\n\r\n".encode()
    for connection in connections:
        connection.sendall(request)
    for connection in connections:
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    during = server.memory()
    assert server.call("GET", "/v1/me", token=alice.token).status == 200
    for connection in connections:
        connection.close()
    wait_for(lambda: server.memory() < before + 60, f"memory to return to {before} MiB, {during} MiB then", timeout=30)
    assert server.is_alive()


def test_more_connections_than_there_may_be(server, alice):
    most = 12_000
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < most + 1_500:
        pytest.skip(f"this machine allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    address = server.host.split(":")
    connections = []
    try:
        for i in range(most + 500):
            connections.append(
                socket.create_connection(address, timeout=30, source_address=(f"127.0.0.{2 + i % 8}", 0)))
        last = connections[-1]
        last.settimeout(30)
        last.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            answer = last.recv(4096)
        except ConnectionResetError:
            answer = b""
        assert answer == b"" or b" 503 " in answer.split(b"\r\n")[0]
    finally:
        for connection in connections:
            connection.close()
    wait_for(lambda: _answers(server), "the server to take connections again")


def _answers(server) -> bool:
    try:
        return server.call("GET", "/healthz").status == 200
    except OSError:
        return False


def test_memory_comes_back_after_much_rubbish(server, alice, chat):
    def rubbish():
        for body in BODIES.values():
            alice.call("POST", f"/v1/chats/{chat}/messages", raw=body, headers={"Content-Type": "application/json"})
        alice.call("POST", "/v1/files", raw=b"x" * (4 << 20), headers={"Content-Type": "multipart/form-data; boundary=y"})

    rubbish()
    before = server.memory()
    for _ in range(40):
        rubbish()
    assert server.memory() < before + 40

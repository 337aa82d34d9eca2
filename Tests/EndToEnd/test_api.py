"""The client API as an outsider uses it, call after call."""

import time

import pytest

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f00038101802d1c1a570000000049454e44ae426082")


@pytest.fixture
def people(server):
    return [server.user(name, "secret word") for name in ("alice", "bob", "carol")]


def upload(user, name: str, content: bytes, type: str = "application/octet-stream"):
    boundary = "end-to-end"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {type}\r\n\r\n'
    raw = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return user.call(
        "POST", "/v1/files", raw=raw, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})


def test_sessions(server, people):
    answer = server.call("POST", "/v1/sessions", {"username": "alice", "password": "secret word"})
    assert answer.status == 201
    token, user = answer.json["token"], answer.json["user"]
    assert user == {"id": people[0].id, "name": "alice", "display": "alice", "bot": False}
    settings = {"operator": False, "language": None, "picture": None}
    assert server.call("GET", "/v1/me", token=token).json == user | settings
    sessions = server.call("GET", "/v1/sessions", token=token).json["sessions"]
    assert len(sessions) == 2 and sum(s["current"] for s in sessions) == 1
    assert server.call("DELETE", "/v1/sessions/current", token=token).status == 204
    assert server.call("GET", "/v1/me", token=token).code == "unauthorized"
    assert server.call("GET", "/v1/me").status == 401
    wrong = server.call("POST", "/v1/sessions", {"username": "alice", "password": "wrong"})
    unknown = server.call("POST", "/v1/sessions", {"username": "nobody", "password": "wrong"})
    assert (wrong.status, wrong.body) == (401, unknown.body)


def test_an_old_session_is_ended_by_another(server, people):
    alice = people[0]
    other = server.sign_in("alice", "secret word")
    current = next(s for s in other.get("/v1/sessions")["sessions"] if not s["current"])
    assert other.call("DELETE", f"/v1/sessions/{current['id']}").status == 204
    assert alice.call("GET", "/v1/me").status == 401
    assert people[1].call("DELETE", f"/v1/sessions/{current['id']}").status == 404


def test_sign_in_is_slowed_down(server, people):
    answers = [server.call("POST", "/v1/sessions", {"username": "bob", "password": "x"}) for _ in range(8)]
    assert [a.status for a in answers][:5] == [401] * 5
    assert answers[-1].status == 429 and answers[-1].code == "rate_limited"
    assert int(answers[-1].headers["Retry-After"]) == answers[-1].json["error"]["retry_after"] >= 1
    # Not even the right password is tried now, and others are not concerned.
    assert server.call("POST", "/v1/sessions", {"username": "bob", "password": "secret word"}).status == 429
    assert server.call("POST", "/v1/sessions", {"username": "carol", "password": "secret word"}).status == 201


def test_a_direct_chat_is_made_once(people):
    alice, bob, _ = people
    first = alice.call("POST", "/v1/chats", {"kind": "direct", "with": "bob"})
    again = alice.call("POST", "/v1/chats", {"kind": "direct", "with": "BOB"})
    back = bob.call("POST", "/v1/chats", {"kind": "direct", "with": "alice"})
    assert (first.status, again.status, back.status) == (201, 200, 200)
    assert first.json["id"] == again.json["id"] == back.json["id"]
    assert back.json["peer"]["name"] == "alice"
    assert alice.call("POST", "/v1/chats", {"kind": "direct", "with": "nobody"}).code == "account_not_found"


def test_a_nonce_sends_once(people):
    alice = people[0]
    chat = alice.direct("bob")
    path = f"/v1/chats/{chat}/messages"
    first = alice.call("POST", path, {"text": "once", "nonce": "n1"})
    again = alice.call("POST", path, {"text": "once", "nonce": "n1"})
    assert (first.status, again.status) == (201, 200) and first.json == again.json
    assert alice.call("POST", path, {"text": "something else", "nonce": "n1"}).code == "nonce_reused"
    # A nonce is its sender's.
    assert people[1].call("POST", path, {"text": "once", "nonce": "n1"}).status == 201
    texts = [message["text"] for message in alice.history(chat)]
    assert texts == ["once", "once"]
    message = first.json
    assert message["from"]["name"] == "alice" and message["chat"] == chat and message["nonce"] == "n1"
    assert set(message) >= {"id", "date", "entities", "attachments", "buttons", "reply_to", "forward", "edited"}
    assert next(m for m in people[1].history(chat) if m["id"] == message["id"])["nonce"] is None


def test_history_is_paged(people):
    alice = people[0]
    chat = alice.direct("bob")
    sent = [alice.send(chat, f"text {i}")["id"] for i in range(25)]
    page = alice.get(f"/v1/chats/{chat}/messages", limit=10)["messages"]
    assert [m["id"] for m in page] == sent[:14:-1]
    page = alice.get(f"/v1/chats/{chat}/messages", limit=10, before=page[-1]["id"])["messages"]
    assert [m["id"] for m in page] == sent[14:4:-1]
    assert [m["id"] for m in alice.history(chat)] == sent


def test_edit_delete_and_reply(people):
    alice, bob, carol = people
    chat = alice.group("friends", "bob", "carol")
    first = alice.send(chat, "frist")
    path = f"/v1/chats/{chat}/messages/{first['id']}"
    edited = alice.call("PATCH", path, {"text": "first", "entities": [{"type": "bold", "offset": 0, "length": 5}]})
    assert edited.status == 200 and edited.json["text"] == "first" and edited.json["edited"] is not None
    assert edited.json["entities"][0]["type"] == "bold"
    assert bob.call("PATCH", path, {"text": "mine"}).code == "forbidden"
    reply = bob.send(chat, "second", reply_to=first["id"])
    assert reply["reply_to"] == first["id"]
    assert bob.call("DELETE", path).code == "forbidden"
    # The owner of a group may delete anybody's.
    assert alice.call("DELETE", f"/v1/chats/{chat}/messages/{reply['id']}").status == 204
    assert alice.call("DELETE", path).status == 204
    assert alice.call("GET", path).code == "message_not_found"
    assert alice.history(chat) == []
    kinds = [event["type"] for event in carol.events()]
    assert kinds.count("message.deleted") >= 2


def test_groups_and_roles(people):
    alice, bob, carol = people
    chat = alice.group("team", "bob")
    members = f"/v1/chats/{chat}/members"
    assert carol.call("GET", f"/v1/chats/{chat}").status == 404
    assert bob.call("PATCH", f"/v1/chats/{chat}", {"title": "mine"}).code == "forbidden"
    assert bob.call("PATCH", f"{members}/{bob.id}", {"role": "admin"}).code == "forbidden"
    assert alice.call("PATCH", f"{members}/{bob.id}", {"role": "admin"}).json["role"] == "admin"
    assert bob.call("PATCH", f"/v1/chats/{chat}", {"title": "ours"}).json["title"] == "ours"
    assert bob.call("POST", members, {"name": "carol"}).status == 201
    assert bob.call("POST", members, {"name": "carol"}).status == 200
    assert carol.call("DELETE", f"{members}/{bob.id}").code == "forbidden"
    assert bob.call("DELETE", f"{members}/{alice.id}").code == "forbidden"
    assert bob.call("DELETE", f"{members}/{carol.id}").status == 204
    assert carol.call("POST", f"/v1/chats/{chat}/messages", {"text": "still here"}).code == "chat_not_found"
    # The owner leaves: who is highest takes over.
    assert alice.call("DELETE", f"{members}/{alice.id}").status == 204
    left = bob.get(members)["members"]
    assert [(m["user"]["name"], m["role"]) for m in left] == [("bob", "owner")]


def test_read_markers_and_unread(people):
    alice, bob, _ = people
    chat = alice.direct("bob")
    sent = [alice.send(chat, f"text {i}") for i in range(3)]
    assert bob.get(f"/v1/chats/{chat}")["unread"] == 3
    assert bob.call("POST", f"/v1/chats/{chat}/read", {"up_to": sent[1]["id"]}).status == 204
    assert bob.get(f"/v1/chats/{chat}")["unread"] == 1
    assert alice.get(f"/v1/chats/{chat}")["peer_read_up_to"] == sent[1]["id"]
    assert bob.call("POST", f"/v1/chats/{chat}/read", {"up_to": sent[0]["id"]}).status == 204
    assert bob.get(f"/v1/chats/{chat}")["read_up_to"] == sent[1]["id"]


def test_files(people):
    alice, bob, carol = people
    photo = upload(alice, "dot.png", PNG, "image/png")
    assert photo.status == 201 and photo.json["type"] == "image/png" and photo.json["width"] == 1
    path = f"/v1/files/{photo.json['id']}"
    assert bob.call("GET", path).code == "file_not_found"
    chat = alice.direct("bob")
    message = alice.send(chat, "look", attachments=[{"file": photo.json["id"]}])
    assert message["attachments"][0]["type"] == "photo"
    got = bob.call("GET", path)
    assert got.body == PNG and got.headers["Content-Type"] == "image/png"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert carol.call("GET", path).status == 404
    part = bob.call("GET", path, headers={"Range": "bytes=1-3"})
    assert (part.status, part.body) == (206, b"PNG")
    # What only pretends to be a photo is not shown as one.
    page = upload(alice, "cat.png", b"<html><script>alert(1)</script>", "image/png").json
    alice.send(chat, "click", attachments=[{"file": page["id"]}])
    got = bob.call("GET", f"/v1/files/{page['id']}")
    assert "attachment" in got.headers["Content-Disposition"] and "html" not in got.headers["Content-Type"]
    stolen = carol.call(
        "POST", f"/v1/chats/{carol.direct('bob')}/messages", {"text": "", "attachments": [{"file": page["id"]}]})
    assert stolen.code == "file_not_found"


def test_a_file_of_many_megabytes(people):
    alice = people[0]
    content = bytes(range(256)) * 4096 * 12
    file = upload(alice, "big.bin", content)
    assert file.status == 201 and file.json["size"] == len(content)
    assert alice.call("GET", f"/v1/files/{file.json['id']}").body == content


def test_a_press_reaches_the_bot(server, people):
    server.deploy("buttons", """
        local stoa = require "stoa"
        stoa.command("start", function(chat)
          chat:send("Press", { buttons = { { { text = "Yes", data = "vote:1" }, { text = "No", data = "vote:2" } } } })
        end)
        stoa.press("vote", function(chat, press)
          press:answer("You said " .. press.text, { alert = true })
          press.message:edit(press.user.name .. " chose " .. press.value)
        end)""")
    alice = people[0]
    chat = alice.direct("buttons")
    alice.send(chat, "/start")
    message = alice.wait_for_message(chat, lambda m: m["buttons"])
    press = alice.press(message, "No")
    alice.wait_for_message(chat, lambda m: m["text"] == "alice chose 2" and m["edited"] and not m["buttons"])
    answer = next(e["data"] for e in alice.events() if e["type"] == "button.answer")
    assert answer == {
        "chat": chat, "message": message["id"], "press": press, "text": "You said No", "alert": True}
    missing = alice.call("POST", f"/v1/chats/{chat}/messages/{message['id']}/press", {"button": "9"})
    assert missing.code == "button_not_found"


def test_health_and_metrics(server):
    assert server.call("GET", "/healthz").json == {"status": "ok"}
    assert server.call("GET", "/readyz").status == 200
    metrics = server.call("GET", "/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain")
    lines = [line for line in metrics.body.decode().splitlines() if line and not line.startswith("#")]
    assert lines and all(len(line.rsplit(" ", 1)) == 2 and float(line.rsplit(" ", 1)[1]) >= 0 for line in lines)


def test_the_web_client_is_served_with_strict_headers(server):
    page = server.call("GET", "/")
    if page.status == 404:
        pytest.skip("the web client is not built")
    assert page.status == 200 and b"<html" in page.body
    assert "default-src" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"] or page.headers["X-Frame-Options"] == "DENY"


def test_rate_limit(make_server):
    server = make_server().start()
    alice = server.user("alice")
    server.user("bob")
    chat = alice.direct("bob")
    started = time.monotonic()
    for _ in range(1_000):
        answer = alice.call("POST", f"/v1/chats/{chat}/messages", {"text": "quick"})
        if answer.status != 201:
            break
    assert time.monotonic() - started < 10
    assert answer.status == 429 and answer.code == "rate_limited"
    assert answer.json["error"]["retry_after"] >= 1 and "Retry-After" in answer.headers

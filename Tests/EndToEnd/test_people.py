"""People and who looks after them: the operators' role, settings, addresses verified by a code, suspensions, resets."""

import asyncio
import json
import re
import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from stoa import Server, User, wait_for

PASSWORD = "a long password"


def console(user: User, method: str, path: str, body: object = None):
    return user.call(method, f"/v1/console/users{path}", body)


def uses(user: User) -> list[tuple[str, str, str]]:
    """What the person sees of it, but for their making."""
    return [(u["kind"], u["by"], u["details"]) for u in user.get("/v1/uses")["uses"] if u["kind"] != "user_created"]


def make_operator(server: Server, name: str) -> None:
    done = server.cli("user", "role", name, "--operator")
    assert done.returncode == 0, done.stderr


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def upload(user: User, content: bytes, name: str) -> int:
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    answer = user.call(
        "POST", "/v1/files", raw=head + content + b"\r\n--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status == 201, answer.body
    return answer.json["id"]


# MARK: the role

def test_the_role_comes_from_the_console_alone_and_goes_at_once(server):
    alice, bob = server.user("alice"), server.user("bob")
    assert alice.get("/v1/me") == {
        "id": alice.id, "name": "alice", "display": "alice", "bot": False, "operator": False, "language": None, "picture": None}
    calls = [
        ("GET", "", None), ("POST", "/bob/suspend", {"reason": "x"}), ("POST", "/bob/reinstate", None), ("POST", "/bob/reset", None),
        ("POST", "/nobody/reset", None), ("POST", "/bob/suspend", None)]
    for method, path, body in calls:
        refused = console(alice, method, path, body)
        assert (refused.status, refused.code) == (403, "forbidden"), path
        assert server.call(method, f"/v1/console/users{path}", body).status == 401
    make_operator(server, "alice")
    make_operator(server, "ALICE")
    assert alice.get("/v1/me")["operator"] is True and bob.get("/v1/me")["operator"] is False
    assert console(alice, "GET", "").status == 200
    # No more than a user in all else.
    assert set(alice.call("GET", "/v1/accounts/alice").json) == {"id", "name", "display", "bot"}
    assert server.cli("user", "role", "alice", "--none").returncode == 0
    assert console(alice, "GET", "").status == 403
    assert uses(alice) == [
        ("role_changed", "operator", "is an operator now"), ("role_changed", "operator", "is no operator any more")]
    for wrong in (["alice"], ["alice", "--operator", "--none"]):
        assert server.cli("user", "role", *wrong).returncode == 2
    assert server.cli("user", "role", "nobody", "--operator").returncode == 1
    assert server.cli("bot", "create", "helper").returncode == 0
    assert "no user" in server.cli("user", "role", "helper", "--operator").stderr
    assert server.cli("audit", "verify").returncode == 0


def test_operators_list_users_and_nothing_that_they_write(server):
    alice = server.user("alice")
    make_operator(server, "alice")
    for name in ["bob", *(f"user{number:02}" for number in range(60))]:
        server.cli("user", "create", name, "--display", "Иван" if name == "bob" else name)
    bob = server.user("Bobby")
    bob.send(bob.group("friends", "bob"), "a secret of the friends")
    pages, after = [], ""
    while after is not None:
        page = alice.get("/v1/console/users", after=after) if after else alice.get("/v1/console/users")
        pages.append(page["users"])
        after = page["next"]
        assert "secret" not in json.dumps(page)
    names = [user["name"] for page in pages for user in page]
    assert [len(page) for page in pages] == [50, 13] and names == sorted(names, key=str.lower) and len(set(names)) == 63
    assert [user["name"] for user in alice.get("/v1/console/users", q="BOB")["users"]] == ["bob", "Bobby"]
    found = alice.get("/v1/console/users", q="иВАН")
    assert found["next"] is None and [user["name"] for user in found["users"]] == ["bob"]
    user = found["users"][0]
    assert abs(user.pop("created") - time.time() * 1000) < 600_000 and user.pop("id") > 0
    assert user == {"name": "bob", "display": "Иван", "operator": False, "suspended": None, "sessions": 1}
    listed = {user["name"]: user for user in server.cli_json("user", "list")}
    assert len(listed) == 63 and listed["alice"]["operator"] is True
    assert len(server.cli("user", "list").stdout.splitlines()) == 63


# MARK: one's own settings

def test_people_change_their_own_settings(server):
    alice, bob = server.user("alice"), server.user("bob")
    picture, text = upload(alice, png(), "me.png"), upload(alice, b"text", "me.png")
    changed = alice.call("PATCH", "/v1/me", {"display": "Алиса", "language": "ru", "picture": picture})
    assert changed.status == 200 and changed.json == alice.get("/v1/me")
    assert changed.json | {"id": 0} == {
        "id": 0, "name": "alice", "display": "Алиса", "bot": False, "operator": False, "language": "ru", "picture": picture}
    for wrong, status in [
        ({"display": ""}, 400), ({"display": None}, 400), ({"display": "x" * 65}, 400), ({"language": "de"}, 400),
        ({"language": 1}, 400), ({"picture": "x"}, 400), ({"picture": text}, 400), ({"picture": upload(bob, png(), "b.png")}, 404),
        ({"picture": 1}, 404), ({"display": "Good", "picture": 1}, 404), ([], 400),
    ]:
        assert alice.call("PATCH", "/v1/me", wrong).status == status, wrong
    assert alice.get("/v1/me") == changed.json, "a change is made as a whole or not at all"
    assert alice.call("PATCH", "/v1/me", {}).json == changed.json
    # The bytes are still what they were: recognised as an image, and read by their owner alone.
    assert alice.call("GET", f"/v1/files/{picture}").body == png()
    assert bob.call("GET", f"/v1/files/{picture}").status == 404
    cleared = alice.call("PATCH", "/v1/me", {"language": None, "picture": None})
    assert (cleared.json["display"], cleared.json["language"], cleared.json["picture"]) == ("Алиса", None, None)
    server.kill()
    server.start()
    assert alice.get("/v1/me") == cleared.json
    assert bob.get("/v1/accounts/alice")["display"] == "Алиса"


def test_an_open_stream_goes_on_with_the_new_display_name(server):
    alice = server.user("alice")
    chat = alice.direct(server.user("bob").name)

    async def main():
        async with connect(
                f"ws://{server.host}/v1/stream", additional_headers={"Authorization": f"Bearer {alice.token}"}) as socket:
            await socket.send('{"op":"ping"}')
            await asyncio.wait_for(socket.recv(), 10)
            assert (await asyncio.to_thread(alice.call, "PATCH", "/v1/me", {"display": "New"})).status == 200
            await socket.send(json.dumps({"op": "send", "chat": chat, "text": "hello", "nonce": "1"}))
            shown = []
            while len(shown) < 2:
                frame = json.loads(await asyncio.wait_for(socket.recv(), 10))
                if frame.get("op") == "sent":
                    shown.append(frame["message"]["from"]["display"])
                elif frame.get("type") == "message.new":
                    shown.append(frame["data"]["from"]["display"])
            assert shown == ["New", "New"]

    asyncio.run(main())
    assert alice.send(chat, "over HTTP")["from"]["display"] == "New"


# MARK: addresses

def code_for(server: Server, user: User, kind: str, value: str) -> str:
    """The last code that the demo's log shows."""
    pattern = re.compile(rf"stoa: code for {user.name}'s {kind} {re.escape(value)}: (\d{{6}})$")
    lines = [match[1] for match in map(pattern.search, server.output) if match]
    assert lines, server.output[-5:]
    return lines[-1]


def ask(user: User, value: str, kind: str = "email"):
    return user.call("POST", "/v1/me/contacts", {"kind": kind, "value": value})


def confirm(user: User, code: str, kind: str = "email"):
    return user.call("POST", "/v1/me/contacts/confirm", {"kind": kind, "code": code})


def later(server: Server, milliseconds: int) -> None:
    """Lets so much time pass for codes and what was sent, while the server is stopped."""
    server.stop()
    server.execute("UPDATE contact_codes SET expires_at = expires_at - ?", milliseconds)
    server.execute("UPDATE contact_sends SET sent_at = sent_at - ?", milliseconds)
    server.start()


@pytest.fixture
def demo(make_server):
    server = make_server("--demo", "--rate-limit", "off")
    server.start(timeout=60)
    return server


def test_a_code_shows_whose_an_address_is(demo):
    alice, bob = demo.sign_in("alice"), demo.sign_in("bob")
    assert alice.get("/v1/me")["operator"] is True and bob.get("/v1/me")["operator"] is False
    before = {a["name"]: a for a in alice.get("/v1/me/attributes")["attributes"]}
    assert {name: (a["value"], a["by"]) for name, a in before.items()} == {
        "birth_date": ("1990-05-01", "operator"), "email": ("alice@example.com", "operator")}
    sent = ask(alice, "alice@home.example")
    assert sent.status == 202 and sent.json | {"expires": 0} == {"kind": "email", "value": "alice@home.example", "expires": 0}
    assert 590_000 < sent.json["expires"] - time.time() * 1000 <= 601_000
    code = code_for(demo, alice, "email", "alice@home.example")
    # Not for another kind or person, and nothing is verified before.
    assert (confirm(alice, code, "phone").status, confirm(bob, code).status) == (404, 404)
    assert {a["name"]: a for a in alice.get("/v1/me/attributes")["attributes"]} == before
    assert confirm(alice, code).status == 204
    email = {a["name"]: a for a in alice.get("/v1/me/attributes")["attributes"]}["email"]
    assert (email["value"], email["by"]) == ("alice@home.example", "code")
    assert abs(email["verified"] - time.time() * 1000) < 60_000
    assert confirm(alice, code).code == "not_found", "once"
    assert ("attribute_set", "alice", "email verified by code") in uses(alice)
    # Someone else may have it too.
    assert ask(bob, "alice@home.example").status == 202
    assert confirm(bob, code_for(demo, bob, "email", "alice@home.example")).status == 204
    # Nothing of it in the audit, and the code nowhere.
    audit = json.dumps(demo.query("SELECT details FROM audit"))
    assert "home.example" not in audit and code not in audit
    # What is one's own can be taken back; the date of birth is the operator's.
    assert alice.call("DELETE", "/v1/me/attributes/email").status == 204
    assert alice.call("DELETE", "/v1/me/attributes/email").status == 204
    assert alice.call("DELETE", "/v1/me/attributes/birth_date").status == 403
    assert alice.call("DELETE", "/v1/me/attributes/shoe_size").status == 404
    assert [a["name"] for a in alice.get("/v1/me/attributes")["attributes"]] == ["birth_date"]
    assert [use for use in uses(alice) if use[2] == "email removed"] == [("attribute_set", "alice", "email removed")]
    assert demo.cli("audit", "verify").returncode == 0


def test_codes_end_by_tries_and_time_and_are_few(demo):
    alice = demo.sign_in("alice")
    ask(alice, "+4915112345678", "phone")
    code = code_for(demo, alice, "phone", "+4915112345678")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for attempt in range(5):
        answer = confirm(alice, wrong, "phone")
        assert (answer.status, answer.code) == (400, "wrong_code"), attempt
    assert "last try" in answer.json["error"]["message"]
    assert confirm(alice, code, "phone").code == "not_found"
    # A minute between two, three in an hour.
    soon = ask(alice, "+4915112345678", "phone")
    assert soon.status == 429 and 50 < soon.json["error"]["retry_after"] <= 60
    later(demo, 60_000)
    assert ask(alice, "+4915112345678", "phone").status == 202
    code = code_for(demo, alice, "phone", "+4915112345678")
    # It waits through a restart, until its time is over.
    later(demo, 540_000)
    assert confirm(alice, "x" * 6, "phone").code == "wrong_code"
    later(demo, 60_000)
    assert confirm(alice, code, "phone").code == "not_found"
    assert ask(alice, "+4915112345678", "phone").status == 202
    later(demo, 120_000)
    third = ask(alice, "+4915112345678", "phone")
    assert third.status == 429 and third.json["error"]["retry_after"] > 600
    later(demo, 3_600_000)
    assert ask(alice, "+4915112345678", "phone").status == 202
    assert confirm(alice, code_for(demo, alice, "phone", "+4915112345678"), "phone").status == 204


def test_nobody_is_flooded_by_many(demo):
    for number in range(5):
        assert ask(demo.user(f"user{number}"), "bob@example.com").status == 202
    assert ask(demo.user("one_more"), "BOB@example.com").status == 429
    assert ask(demo.sign_in("alice"), "carol@example.com").status == 202


def test_what_is_no_address_is_refused(demo):
    alice = demo.sign_in("alice")
    for kind, value in [
        ("email", "x"), ("email", "a@b@c"), ("email", "-oQ@example.com"), ("email", "a@x,b@y"), ("email", "a\nb@example.com"),
        ("phone", "015112345678"), ("phone", "+49 151"), ("birth_date", "1990-05-01"), ("email", 5),
    ]:
        assert ask(alice, value, kind).status == 400, value
    assert confirm(alice, "1", "birth_date").status == 400
    assert not any("code for" in line for line in demo.output)
    # None of that counts as asked for.
    assert ask(alice, "a@example.com").status == 202


def test_without_a_sender_it_says_so(server):
    alice = server.user("alice")
    answer = ask(alice, "alice@example.com")
    assert (answer.status, answer.code) == (503, "unavailable") and "contact-sender" in answer.json["error"]["message"]


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "send.sh"

    def write(body: str):
        path.write_text("#!/bin/sh\n" + body)
        path.chmod(0o755)
        return path

    return write


def test_an_operators_program_sends(make_server, program, tmp_path):
    path = program(f"""
echo "$#|$1|$2" > {tmp_path}/arguments
cat > {tmp_path}/text
env > {tmp_path}/environment
ls /proc/self/fd > {tmp_path}/files
echo "out: $2"; echo "heard of $1" >&2
""")
    server = make_server("--contact-sender", str(path))
    server.environment["SECRET_OF_THE_SERVER"] = "xyzzy"
    server.start()
    alice = server.user("alice")
    address = "$(id)&`id`|a b@example.com".replace(" ", "")
    assert ask(alice, address).status == 400, "no brackets"
    address = "$HOME&`id`|*@example.com"
    assert ask(alice, address).status == 202
    assert (tmp_path / "arguments").read_text() == f"2|email|{address}\n", "no shell has looked at it"
    text = (tmp_path / "text").read_text()
    code = re.search(r"\d{6}", text)[0]
    assert "10 minutes" in text
    environment = (tmp_path / "environment").read_text()
    assert "xyzzy" not in environment and "PATH=" in environment
    # Three of its own and one of the listing: nothing of the server's.
    assert len((tmp_path / "files").read_text().split()) <= 4
    assert not any(code in line or "out:" in line for line in server.output)
    wait_for(lambda: any("heard of email" in line for line in server.output), "what the program says")
    assert confirm(alice, code).status == 204
    assert alice.get("/v1/me/attributes")["attributes"][0]["value"] == address
    # In the person's language.
    bob = server.user("bob")
    bob.call("PATCH", "/v1/me", {"language": "ru"})
    assert ask(bob, "+4915112345678", "phone").status == 202
    assert "Ваш код" in (tmp_path / "text").read_text()
    assert (tmp_path / "arguments").read_text() == "2|phone|+4915112345678\n"


def test_a_program_that_fails_leaves_no_code(make_server, program):
    path = program("exit 3\n")
    server = make_server("--contact-sender", str(path)).start()
    alice = server.user("alice")
    answer = ask(alice, "alice@example.com")
    assert answer.status == 503 and answer.json["error"]["retry_after"] == 60
    assert confirm(alice, "123456").code == "not_found"
    wait_for(lambda: any("exited with 3" in line for line in server.output), "the reason")
    assert not any("alice@example.com" in line for line in server.output)
    assert ask(alice, "alice@example.com").status == 429, "it counts: the program may have sent it"
    # A program that reads nothing and ends is fine; one that ends itself by a signal is not.
    program("exit 0\n")
    assert ask(server.user("bob"), "bob@example.com").status == 202
    program("kill -9 $$\n")
    assert ask(server.user("carol"), "carol@example.com").status == 503
    path.unlink()
    assert ask(server.user("dave"), "dave@example.com").status == 503


def test_a_program_that_hangs_is_stopped_and_holds_nobody_up(make_server, program, tmp_path):
    path = program(f"sleep 300 &\necho $! > {tmp_path}/child\nsleep 300\n")
    server = make_server("--contact-sender", str(path)).start()
    users = [server.user(f"user{number}") for number in range(9)]
    with ThreadPoolExecutor(len(users)) as pool:
        begin = time.monotonic()
        asking = [
            pool.submit(user.call, "POST", "/v1/me/contacts", {"kind": "email", "value": f"{user.name}@example.com"}, timeout=60)
            for user in users]
        wait_for(lambda: any(future.done() for future in asking), "the one for whom there is no room")
        # All else is answered meanwhile.
        for user in users:
            assert user.call("GET", "/v1/me", timeout=3).status == 200
        assert [future.result().status for future in asking] == [503] * 9
        assert 25 < time.monotonic() - begin < 45
    assert sum("took too long" in line for line in server.output) == 8
    assert sum("8 are being sent already" in line for line in server.output) == 1
    child = int((tmp_path / "child").read_text())
    state = lambda: [line for line in open(f"/proc/{child}/status") if line.startswith("State")][0]
    try:
        assert "zombie" in state(), "with all that it has started"
    except FileNotFoundError:
        pass


def test_a_sender_that_cannot_run_is_told_at_the_start(tmp_path):
    for path in (str(tmp_path / "nothing"), "sendmail"):
        server = Server("--contact-sender", path)
        try:
            with pytest.raises(AssertionError, match="contact sender"):
                server.start()
        finally:
            server.close()


# MARK: suspensions

def sign_in(server: Server, name: str, password: str):
    return server.call("POST", "/v1/sessions", {"username": name, "password": password})


def test_who_is_suspended_is_out_at_once_and_reads_why(server):
    alice, bob = server.user("alice"), server.user("bob", PASSWORD)
    make_operator(server, "alice")
    other = server.sign_in("bob", PASSWORD)
    chat = bob.direct("alice")

    async def main():
        headers = {"Authorization": f"Bearer {bob.token}"}
        async with connect(f"ws://{server.host}/v1/stream", additional_headers=headers) as socket:
            await socket.send('{"op":"ping"}')
            await asyncio.wait_for(socket.recv(), 10)
            suspended = await asyncio.to_thread(console, alice, "POST", "/BOB/suspend", {"reason": "Sends spam"})
            assert suspended.status == 204
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await asyncio.wait_for(socket.recv(), 10)
            assert closed.value.rcvd.code == 4401

    asyncio.run(main())
    for session in (bob, other):
        assert session.call("GET", "/v1/me").status == 401
        assert session.call("POST", f"/v1/chats/{chat}/messages", {"text": "more"}).status == 401
    wrong, right = sign_in(server, "bob", "another password"), sign_in(server, "bob", PASSWORD)
    assert wrong.status == 401 and "spam" not in wrong.body.decode()
    assert (right.status, right.code) == (403, "forbidden") and "Sends spam" in right.json["error"]["message"]
    listed = alice.get("/v1/console/users", q="bob")["users"][0]
    assert listed["suspended"]["reason"] == "Sends spam" and listed["sessions"] == 0
    assert abs(listed["suspended"]["date"] - time.time() * 1000) < 60_000
    assert console(alice, "POST", "/bob/suspend", {"reason": "again"}).status == 409
    server.kill()
    server.start()
    assert sign_in(server, "bob", PASSWORD).status == 403 and bob.call("GET", "/v1/me").status == 401
    assert console(alice, "POST", "/bob/reinstate").status == 204
    assert console(alice, "POST", "/bob/reinstate").status == 409
    # The old tokens stay dead.
    assert bob.call("GET", "/v1/me").status == 401 and other.call("GET", "/v1/me").status == 401
    bob = server.sign_in("bob", PASSWORD)
    assert uses(bob) == [
        ("suspended", "operator alice", "because: Sends spam"), ("reinstated", "operator alice", "can sign in again")]
    for wrong in ({"reason": ""}, {"reason": " "}, {"reason": "a\nb"}, {}, {"reason": "x" * 1001}):
        assert console(alice, "POST", "/bob/suspend", wrong).status == 400
    assert console(alice, "POST", "/nobody/suspend", {"reason": "x"}).status == 404
    assert server.cli("audit", "verify").returncode == 0


def test_operators_do_not_lock_each_other_out_from_the_web(server):
    alice, bob = server.user("alice", PASSWORD), server.user("bob")
    make_operator(server, "alice")
    make_operator(server, "bob")
    for who in ("alice", "bob"):
        assert console(alice, "POST", f"/{who}/suspend", {"reason": "x"}).status == 403
        assert console(alice, "POST", f"/{who}/reset").status == 403
    assert alice.call("GET", "/v1/me").status == 200 and bob.call("GET", "/v1/me").status == 200
    # The console can.
    assert server.cli("user", "suspend", "alice", "--reason", "Stolen session").returncode == 0
    assert alice.call("GET", "/v1/me").status == 401
    assert console(bob, "POST", "/alice/reinstate").status == 403
    assert server.cli("user", "suspend", "alice").returncode == 2
    assert server.cli("user", "suspend", "alice", "--reason", "twice").returncode == 1
    assert "suspended: Stolen session" in server.cli("user", "list").stdout
    assert server.cli("user", "reinstate", "alice").returncode == 0
    assert uses(server.sign_in("alice", PASSWORD))[-2:] == [
        ("suspended", "operator", "because: Stolen session"), ("reinstated", "operator", "can sign in again")]


def test_nobody_slips_in_while_being_suspended(server):
    """Signing in, over and over, while being suspended and reinstated: no session outlives a suspension."""
    server.user("bob", PASSWORD)

    async def main():
        tokens = []
        end = time.monotonic() + 4

        async def keep_signing_in():
            while time.monotonic() < end:
                answer = await asyncio.to_thread(sign_in, server, "bob", PASSWORD)
                assert answer.status in (201, 403, 503), answer.body
                if answer.status == 201:
                    tokens.append(answer.json["token"])

        trying = [asyncio.create_task(keep_signing_in()) for _ in range(4)]
        while time.monotonic() < end:
            assert (await asyncio.to_thread(server.cli, "user", "suspend", "bob", "--reason", "x")).returncode == 0
            assert server.query("SELECT count(*) FROM sessions") == [(0,)]
            assert (await asyncio.to_thread(server.cli, "user", "reinstate", "bob")).returncode == 0
        await asyncio.gather(*trying)
        assert tokens
        # The last ones may have begun after the last suspension.
        server.cli("user", "suspend", "bob", "--reason", "x")
        for token in tokens:
            assert server.call("GET", "/v1/me", token=token).status == 401

    asyncio.run(main())


# MARK: lost passwords

def use_reset(server: Server, name: str, code: str, password: str = "another password"):
    return server.call("POST", "/v1/sessions/reset", {"username": name, "code": code, "password": password})


def test_a_reset_ends_all_and_its_code_works_once(server):
    alice, bob = server.user("alice"), server.user("bob", PASSWORD)
    make_operator(server, "alice")
    made = console(alice, "POST", "/bob/reset")
    assert made.status == 200 and made.headers["Cache-Control"] == "no-store"
    code = made.json["code"]
    assert re.fullmatch(r"[A-Z]{4}(-[A-Z]{4}){3}", code)
    assert 86_300_000 < made.json["expires"] - time.time() * 1000 <= 86_401_000
    assert bob.call("GET", "/v1/me").status == 401 and sign_in(server, "bob", PASSWORD).status == 401
    assert use_reset(server, "bob", code, "short").status == 400, "and the code is still good"
    assert use_reset(server, "bob", "AAAA-AAAA-AAAA-AAAA").status == 401
    assert use_reset(server, "alice", code).status == 401
    assert use_reset(server, "nobody", code).status == 401
    again = use_reset(server, "BOB", code.lower().replace("-", " "))
    assert again.status == 201 and again.json["user"]["name"] == "bob"
    bob = User(server, again.json["user"]["id"], "bob", again.json["token"])
    assert use_reset(server, "bob", code).status == 401
    assert sign_in(server, "bob", "another password").status == 201 and sign_in(server, "bob", PASSWORD).status == 401
    assert uses(bob) == [
        ("sign_in_reset", "operator alice", "all sessions and the password ended; a code for a new one was handed out"),
        ("sign_in_reset", "bob", "a new password was set with the code")]
    assert code not in json.dumps(server.query("SELECT details FROM audit"))
    # From the console too; a newer code ends the one before, and time ends each.
    first = server.cli("user", "reset", "bob").stdout.strip()
    second = server.cli_json("user", "reset", "bob")["code"]
    assert use_reset(server, "bob", first).status == 401
    server.stop()
    server.execute("UPDATE sign_in_resets SET expires_at = expires_at - 86400000")
    server.start()
    assert use_reset(server, "bob", second).status == 401


def test_a_suspended_users_code_waits(server):
    server.user("bob", PASSWORD)
    code = server.cli_json("user", "reset", "bob")["code"]
    server.cli("user", "suspend", "bob", "--reason", "Sends spam")
    refused = use_reset(server, "bob", code)
    assert refused.status == 403 and "Sends spam" in refused.body.decode()
    assert "spam" not in use_reset(server, "bob", "AAAA-AAAA-AAAA-AAAA").body.decode()
    server.cli("user", "reinstate", "bob")
    assert use_reset(server, "bob", code).status == 201


def test_guessing_codes_is_slowed_down(server):
    server.user("bob", PASSWORD)
    code = server.cli_json("user", "reset", "bob")["code"]
    statuses = [use_reset(server, "bob", "AAAA-AAAA-AAAA-AAAA").status for _ in range(8)]
    assert statuses[:5] == [401] * 5 and statuses[-1] == 429
    assert use_reset(server, "bob", code).status == 429, "also with the right one, meanwhile"


def test_two_who_use_a_code_at_once(server):
    server.user("bob", PASSWORD)
    code = server.cli_json("user", "reset", "bob")["code"]

    async def main():
        answers = await asyncio.gather(*(asyncio.to_thread(use_reset, server, "bob", code, f"password {i}") for i in range(4)))
        assert sorted(answer.status for answer in answers) == [201, 401, 401, 401]

    asyncio.run(main())

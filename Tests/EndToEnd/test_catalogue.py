"""The catalogue: finding apps, their pictures, what people think of them, what they report."""

import json
import struct
import zlib

import pytest

from stoa import Server, write_app

MAIN = """
local stoa = require "stoa"
stoa.command("start", function(chat) chat:send("Welcome") end)
stoa.on("message", function(chat) chat:send("Yes?") end)
"""


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80\x20\x40" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURES = {"assets/a.png": png(), "assets/b.jpg": b"\xff\xd8\xff\xe0" + bytes(64), "assets/c.webp": b"RIFF\x20\0\0\0WEBPVP8 " + bytes(32)}


def deploy(server: Server, name: str, pictures: dict[str, bytes] | None = None, **manifest) -> None:
    folder = write_app(
        server.folder / "apps" / name, name, MAIN, capabilities=("messages.send",), pictures=list(pictures or {}), **manifest)
    for path, content in (pictures or {}).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content)
    server.cli_json("deploy", folder)


@pytest.fixture
def alice(server):
    deploy(server, "pizza", title="Pizza to go", description="Brings it warm", category="shopping", version="2.0",
           commands=[{"name": "start", "description": "Begin"}])
    deploy(server, "pizzaiolo", title="Mario", category="travel")
    deploy(server, "slices", title="Order a Pizza", category="shopping")
    deploy(server, "bread", title="Bread", description="No pizza here")
    deploy(server, "chess", title="Chess", category="games")
    return server.user("alice")


def names(user, **query) -> list[str]:
    return [app["name"] for app in user.get("/v1/catalogue", **query)["apps"]]


def test_apps_are_found_by_what_they_say_of_themselves(server, alice):
    assert names(alice, q="Pizza") == ["pizza", "pizzaiolo", "slices", "bread"]
    assert names(alice, q="pizza", category="shopping") == ["pizza", "slices"]
    assert names(alice, q="nothing like it") == []
    everything = alice.get("/v1/catalogue")
    assert len(everything["apps"]) == 5 and everything["near"] is None
    assert everything["categories"] == [
        {"name": "games", "count": 1}, {"name": "shopping", "count": 2}, {"name": "travel", "count": 1},
        {"name": "other", "count": 1}]
    near = alice.get("/v1/catalogue", q="chesss")
    assert near["near"] == "chess" and [app["name"] for app in near["apps"]] == ["chess"]
    assert alice.call("GET", "/v1/catalogue?category=toys").code == "bad_request"

    card = alice.get("/v1/catalogue", q="pizza")["apps"][0]
    assert card == {
        "bot": card["bot"], "name": "pizza", "title": "Pizza to go", "description": "Brings it warm", "category": "shopping",
        "kind": "bot", "web": False, "publisher": {"name": "operator", "title": "The operator of this server", "verified": True},
        "version": "2.0", "rating": {"average": None, "count": 0}, "pictures": []}
    page = alice.get("/v1/catalogue/PIZZA")
    assert {key: page[key] for key in card} == card
    assert page["commands"] == [{"name": "start", "description": "Begin"}]
    assert [(c["name"], c["class"], c["reason"], c["hosts"], c["apps"]) for c in page["capabilities"]] == [
        ("messages.send", "always", "to be tested", [], [])]
    assert [(v["version"], v["current"], v["notes"]) for v in page["versions"]] == [("2.0", True, "")]
    assert page["may_rate"] is False and page["my_rating"] is None and page["ratings"] == []
    for path in ("/v1/catalogue/nothing", "/v1/catalogue/alice"):
        assert alice.call("GET", path).code == "app_not_found"
    assert server.call("GET", "/v1/catalogue").status == 401

    listed = server.cli_json("catalogue", "pizza", "--category", "shopping")
    assert [app["app"] for app in listed["apps"]] == ["pizza", "slices"]
    assert "Order a Pizza, by operator" in server.cli("catalogue", "slices").stdout


def test_pictures_come_with_their_type_and_are_kept(server, alice):
    deploy(server, "gallery", PICTURES)
    addresses = alice.get("/v1/catalogue/gallery")["pictures"]
    assert addresses == [f"/v1/catalogue/gallery/pictures/{n}" for n in range(3)]
    for address, kind, content in zip(addresses, ("png", "jpeg", "webp"), PICTURES.values()):
        # Pages show it, so it needs no token.
        answer = server.call("GET", address)
        assert answer.status == 200 and answer.body == content
        assert answer.headers["Content-Type"] == f"image/{kind}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
        assert "max-age" in answer.headers["Cache-Control"]
        again = server.call("GET", address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status == 304 and again.body == b""
    before = server.call("GET", addresses[0]).headers["ETag"]
    deploy(server, "gallery", {**PICTURES, "assets/a.png": png(3, 3)})
    changed = server.call("GET", addresses[0], headers={"If-None-Match": before})
    assert changed.status == 200 and changed.body == png(3, 3)
    for bad, status in (("3", 404), ("99", 404), ("-1", 400), ("x", 400), ("%2e%2e", 400)):
        assert server.call("GET", f"/v1/catalogue/gallery/pictures/{bad}").status == status, bad
    assert server.call("GET", "/v1/catalogue/nothing/pictures/0").status == 404
    # What is none is refused before it is deployed.
    for content, reason in ((b"<html>", "no PNG"), (png() + bytes(512 << 10), "larger than 512 KiB")):
        folder = write_app(server.folder / "bad", "bad", MAIN, capabilities=("messages.send",), pictures=["assets/a.png"])
        (folder / "assets").mkdir(exist_ok=True)
        (folder / "assets/a.png").write_bytes(content)
        done = server.cli("deploy", folder)
        assert done.returncode == 1 and reason in done.stderr and "manifest.json:1:" in done.stderr, done.stderr


def test_only_who_has_used_an_app_rates_it_once(server, alice):
    bob, carol = server.user("bob"), server.user("carol")
    rating = "/v1/catalogue/pizza/rating"
    # To open a chat is not to use it.
    alice.direct("pizza")
    assert alice.call("PUT", rating, {"stars": 5, "text": "Great"}).code == "forbidden"
    alice.ask(alice.direct("pizza"), "/start")
    assert alice.get("/v1/catalogue/pizza")["may_rate"] is True
    assert alice.call("PUT", rating, {"stars": 5, "text": "Great"}).status == 204
    # In a group: who asked it something, not who was there.
    group = bob.group("friends", "carol", "pizza")
    bob.send(group, "@pizza are you open?")
    carol.send(group, "I am not hungry")
    assert bob.call("PUT", rating, {"stars": 2}).status == 204
    assert carol.call("PUT", rating, {"stars": 1}).status == 403
    page = bob.get("/v1/catalogue/pizza")
    assert page["rating"] == {"average": 3.5, "count": 2}
    assert page["my_rating"] == {"stars": 2, "text": ""}
    assert [(r["by"], r["stars"], r["text"]) for r in page["ratings"]] == [("bob", 2, ""), ("alice", 5, "Great")]

    assert bob.call("PUT", rating, {"stars": 4, "text": "Better now"}).status == 204
    assert bob.get("/v1/catalogue", q="pizza")["apps"][0]["rating"] == {"average": 4.5, "count": 2}
    assert names(bob)[0] == "pizza", "the best rated"
    for bad in ({"stars": 0}, {"stars": 6}, {"stars": "5"}, {"text": "x"}, {"stars": 3, "text": "x" * 1001}):
        assert bob.call("PUT", rating, bad).status == 400, bad
    assert bob.call("DELETE", rating).status == 204
    assert bob.call("DELETE", rating).status == 204
    assert bob.get("/v1/catalogue/pizza")["rating"] == {"average": 5, "count": 1}


def test_reports_wait_for_an_operator(server, alice):
    reports = "/v1/catalogue/pizza/reports"
    made = alice.call("POST", reports, {"reason": "Cold pizza"})
    assert made.status == 201
    assert alice.call("POST", reports, {"reason": "Still cold"}).code == "conflict"
    for bad in ("", "   ", "x" * 1001):
        assert alice.call("POST", "/v1/catalogue/chess/reports", {"reason": bad}).status == 400
    listed = [json.loads(line) for line in server.cli("report", "list", "--json").stdout.splitlines()]
    assert listed == [
        {"report": made.json["id"], "app": "pizza", "by": "alice", "date": listed[0]["date"], "reason": "Cold pizza"}]
    assert server.cli("report", "answer", str(made.json["id"]), "Told them").returncode == 0
    assert server.cli("report", "answer", str(made.json["id"]), "Again").returncode == 1
    assert server.cli("report", "list").stdout == ""
    # So many in a day.
    for n in range(9):
        id = alice.call("POST", reports, {"reason": f"Cold again, {n}"}).json["id"]
        assert server.cli("report", "answer", str(id), "Noted").returncode == 0
    refused = alice.call("POST", reports, {"reason": "Once more"})
    assert refused.code == "rate_limited" and int(refused.headers["Retry-After"]) > 3600
    assert server.user("bob").call("POST", reports, {"reason": "Burnt"}).status == 201


def test_what_nobody_can_use_is_not_in_it(server, alice):
    assert server.cli("takedown", "pizza", "--reason", "Cold").returncode == 0
    assert names(alice, q="pizza") == ["pizzaiolo", "slices", "bread"]
    for method, path, body in [
        ("GET", "", None), ("GET", "/pictures/0", None), ("PUT", "/rating", {"stars": 1}), ("DELETE", "/rating", None),
        ("POST", "/reports", {"reason": "x"})]:
        assert alice.call(method, "/v1/catalogue/pizza" + path, body).code == "app_not_found"

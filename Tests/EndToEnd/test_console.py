"""Publishers and operators over HTTP: from founding a publisher to an app in people's hands, and back."""

import json
import time
from pathlib import Path

import pytest
import yaml

from stoa import ROOT, Server, User, run, wait_for
from test_publishing import LATER, MAIN, attacks, folder, says


def make_operator(server: Server, name: str) -> User:
    user = server.user(name)
    made = server.cli("user", "role", name, "--operator")
    assert made.returncode == 0, made.stderr
    return user


@pytest.fixture
def operator(server):
    return make_operator(server, "olga")


class Team:
    """A publisher's owner, and the key that signs its packages."""

    def __init__(self, owner: User, name: str, at: Path):
        self.owner, self.name, self.at = owner, name, at
        self.key_file = at / f"{name}.key"
        self.key = new_key(self.key_file)
        made = owner.call("POST", "/v1/publishers", {"name": name, "title": f"{name} Ltd", "key": self.key})
        assert made.status == 201 and made.json == {"name": name, "title": f"{name} Ltd"}, made.body

    def package(self, version: str, *arguments, key: Path | None = None, publisher: str | None = None, **manifest) -> bytes:
        source = folder(self.at / f"{self.name}-{version}", version, *arguments, **manifest)
        output = self.at / "package.stoa"
        done = run("publish", source, "--publisher", publisher or self.name, "--key", key or self.key_file, "--output", output)
        assert done.returncode == 0, done.stderr
        return output.read_bytes()

    def send(self, version: str, *arguments, notes: str = "", by: User | None = None, **manifest) -> dict:
        answer = submit(by or self.owner, self.package(version, *arguments, **manifest), notes)
        assert answer.status == 201, answer.body
        return answer.json


def new_key(path: Path) -> str:
    made = run("key", "new", "--key", path, "--json")
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)["key"]


def submit(user: User, package: bytes, notes: str = ""):
    return user.call(
        "POST", f"/v1/releases?notes={notes}", raw=package, headers={"Content-Type": "application/octet-stream"}, timeout=90)


@pytest.fixture
def acme(server, tmp_path):
    return Team(server.user("alice"), "acme", tmp_path)


def decide(operator: User, release: dict, status: int = 200, **decision) -> dict:
    answer = operator.call("POST", f"/v1/console/releases/{release['id']}/decision", decision)
    assert answer.status == status, answer.body
    return answer.json


def admit(operator: User, release: dict, percent: int = 100, status: int = 200) -> dict:
    return decide(operator, release, status, decision="admit", percent=percent)


def mine(user: User) -> dict:
    return {publisher["name"]: publisher for publisher in user.get("/v1/publishers")["publishers"]}


def test_from_founding_a_publisher_to_the_people_and_back(server, operator, acme):
    alice, bob = acme.owner, server.user("bob")
    first = acme.send("1.0.0", notes="First", category="tools")
    assert first["state"] == "in_review" and first["by"] == "alice" and first["notes"] == "First"
    assert first["decided_by"] is None and first["percent"] == 0
    assert bob.call("GET", "/v1/catalogue/parcel").code == "app_not_found"
    publisher = mine(alice)["acme"]
    assert publisher["role"] == "owner" and publisher["verified"] is False
    assert publisher["members"] == [{"name": "alice", "display": "alice", "role": "owner"}]
    assert [(key["key"], key["state"], key["by"]) for key in publisher["keys"]] == [(acme.key, "active", "alice")]
    assert publisher["apps"] == [{
        "name": "parcel", "title": "Parcel", "state": "unreleased", "version": None, "candidate": None, "takedown": None,
        "releases": [first]}]

    queue = operator.get("/v1/console/releases")
    assert queue["releases"] == [first] and queue["appeals"] == queue["reports"] == queue["keys"] == []
    review = operator.get(f"/v1/console/releases/{first['id']}")
    assert review["release"] == first and review["before"] is None
    assert review["publisher"] == {"name": "acme", "title": "acme Ltd", "verified": False}
    assert {"what": "capability messages.send", "before": None, "now": "to answer"} in review["statements"]
    assert {"what": "category", "before": None, "now": "tools"} in review["statements"]
    assert {file["path"]: file["change"] for file in review["files"]}["main.lua"] == "added"
    lines = operator.get(f"/v1/console/releases/{first['id']}/lines?path=main.lua")["lines"]
    assert {"kind": "added", "text": 'local stoa = require "stoa"', "count": None} in lines
    assert operator.call("GET", f"/v1/console/releases/{first['id']}/lines?path=none.lua").status == 404

    # A trial that nobody else reaches.
    trial = operator.call("POST", f"/v1/console/releases/{first['id']}/trial")
    assert trial.status == 201
    assert operator.ask(trial.json["chat"], "hi") == "version 1.0.0"
    bot = next(chat for chat in operator.get("/v1/chats")["chats"] if chat["id"] == trial.json["chat"])["peer"]["name"]
    assert bob.call("POST", "/v1/chats", {"kind": "direct", "with": bot}).status == 404
    assert bob.call("GET", f"/v1/catalogue/{bot}").status == 404
    assert "trial" not in {app["publisher"] for app in operator.get("/v1/console/apps")["apps"]}

    assert admit(operator, first, 10, status=409)["error"]["code"] == "conflict", "there is none to stand beside"
    assert admit(operator, first)["state"] == "live"
    assert says(bob, "parcel") == "version 1.0.0"
    assert bob.get("/v1/catalogue/parcel")["versions"][0]["notes"] == "First"

    second = acme.send("2.0.0", MAIN + LATER, ("messages.send", "timers"))
    lines = operator.get(f"/v1/console/releases/{second['id']}/lines?path=main.lua")["lines"]
    assert {line["kind"] for line in lines} >= {"same", "added"}
    assert admit(operator, second, 10)["percent"] == 10
    assert admit(operator, second, 5, status=409)
    assert admit(operator, second, 60)["state"] == "staged"
    app = mine(alice)["acme"]["apps"][0]
    assert app["candidate"] == {"version": "2.0.0", "percent": 60} and app["version"] == "1.0.0"
    people = [server.user(f"person{n}") for n in range(12)]
    assert {says(person, "parcel") for person in people} == {"version 1.0.0", "version 2.0.0"}
    back = alice.call("POST", "/v1/apps/parcel/rollback")
    assert back.status == 200 and back.json == {"app": "parcel", "version": "1.0.0"}
    assert {says(person, "parcel") for person in people} == {"version 1.0.0"}
    assert [release["state"] for release in mine(alice)["acme"]["apps"][0]["releases"]] == ["rolled_back", "live"]
    third = acme.send("3.0.0")
    assert decide(operator, third, decision="reject", reason="Too many versions")["reason"] == "Too many versions"
    assert operator.call("POST", f"/v1/console/releases/{third['id']}/trial").status == 409

    down(server, operator, alice, bob)
    entries = operator.get("/v1/console/audit")["entries"]
    assert [entry["entry"] for entry in entries] == sorted((entry["entry"] for entry in entries), reverse=True)
    by = {(entry["kind"], entry["by"]) for entry in entries}
    assert by >= {(kind, "operator olga") for kind in ("tried", "admitted", "rejected", "taken_down", "takedown_answered")}
    assert by >= {(kind, "alice") for kind in ("publisher_founded", "submitted", "rollback", "appealed")}
    assert server.cli("audit", "verify").returncode == 0


def down(server: Server, operator: User, alice: User, bob: User) -> None:
    """The app is taken down, its publisher appeals, the operator lifts it."""
    chat = bob.direct("parcel")
    assert operator.call("POST", "/v1/console/apps/parcel/takedown", {"reason": "Says too little"}).status == 204
    assert bob.call("GET", "/v1/catalogue/parcel").status == 404
    app = mine(alice)["acme"]["apps"][0]
    assert app["state"] == "taken_down" and app["takedown"]["reason"] == "Says too little"
    sent = bob.send(chat, "hello?")
    answer = {"text": "No", "lift": False}
    assert operator.call("POST", "/v1/console/apps/parcel/takedown/answer", answer).status == 409, "nobody appealed"
    assert alice.call("POST", "/v1/apps/parcel/appeal", {"text": "It says enough"}).status == 204
    assert alice.call("POST", "/v1/apps/parcel/appeal", {"text": "It does"}).status == 409
    appeal, = operator.get("/v1/console/releases")["appeals"]
    assert (appeal["app"], appeal["publisher"], appeal["appeal"], appeal["appealed_by"]) == (
        "parcel", "acme", "It says enough", "alice")
    answer = {"text": "So it does", "lift": True}
    assert operator.call("POST", "/v1/console/apps/parcel/takedown/answer", answer).status == 204
    bob.wait_for_message(chat, lambda m: m["from"]["bot"] and m["id"] > sent["id"])
    lifted = mine(alice)["acme"]["apps"][0]["takedown"]
    assert (lifted["answer"], lifted["lifted"] is not None) == ("So it does", True)
    assert operator.get("/v1/console/releases")["appeals"] == []


def test_the_console_is_for_operators(server, operator, acme):
    """Every call of it, whatever is sent."""
    description = yaml.safe_load((ROOT / "sdk-docs/openapi.yaml").read_text())
    calls = [
        (method.upper(), path.replace("{app}", "parcel").replace("{publisher}", "acme").replace("{key}", acme.key)
         .replace("{release}", "1").replace("{report}", "1").replace("{user}", "alice"))
        for path, methods in description["paths"].items() if path.startswith("/v1/console")
        for method in methods if method in ("get", "post", "put", "patch", "delete")]
    assert len(calls) >= 18 and not any("{" in path for _, path in calls), calls
    for method, path in calls:
        for body in (None, {}, {"percent": 1}, {"reason": "x", "text": "x", "lift": True, "verified": True}):
            answer = acme.owner.call(method, path, body)
            assert (answer.status, answer.code) == (403, "forbidden"), (method, path, answer.body)
        assert server.call(method, path).status == 401
    assert mine(acme.owner)["acme"]["verified"] is False
    # Who loses the role has lost it.
    assert operator.call("GET", "/v1/console/health").status == 200
    assert server.cli("user", "role", "olga", "--none").returncode == 0
    assert operator.call("GET", "/v1/console/health").status == 403


def test_owners_developers_and_everybody_else(server, operator, acme, tmp_path):
    alice, bob, eve = acme.owner, server.user("bob"), server.user("eve")
    members = "/v1/publishers/acme/members/"
    assert alice.call("PUT", members + "bob", {"role": "developer"}).status == 204
    assert alice.call("PUT", members + "nobody", {"role": "developer"}).status == 404
    assert alice.call("PUT", members + "bob", {"role": "king"}).status == 400
    other = tmp_path / "other.key"
    public = new_key(other)
    evil = Team(eve, "evil", tmp_path)

    # A developer sends packages in and takes them back, and decides about nobody.
    for method, path, body in [
        ("PUT", members + "eve", {"role": "developer"}), ("PUT", members + "bob", {"role": "owner"}),
        ("DELETE", members + "alice", None), ("POST", "/v1/publishers/acme/keys", {"key": public}),
        ("DELETE", f"/v1/publishers/acme/keys/{acme.key}", None)]:
        assert bob.call(method, path, body).code == "forbidden", (method, path)
        # Who does not belong to it is told nothing of it.
        assert eve.call(method, path, body).status == 404, (method, path)
        assert eve.call(method, path.replace("acme", "nothing"), body).status == 404
    first = acme.send("1.0.0", by=bob)
    assert mine(eve).keys() == {"evil"} and mine(eve)["evil"]["apps"] == []
    for method, path, body in [
        ("DELETE", f"/v1/releases/{first['id']}", None), ("POST", "/v1/apps/parcel/rollback", None),
        ("POST", "/v1/apps/parcel/appeal", {"text": "x"})]:
        assert eve.call(method, path, body).status == 404, path
    # Neither with acme's package, nor with her own key for acme's name or app.
    assert submit(eve, acme.package("2.0.0")).status == 404
    assert submit(eve, evil.package("2.0.0", publisher="acme")).status == 403
    assert submit(eve, evil.package("2.0.0")).code == "forbidden"
    assert bob.call("DELETE", f"/v1/releases/{first['id']}").status == 204
    assert bob.call("DELETE", f"/v1/releases/{first['id']}").status == 409

    # A second key waits for an operator: who has an owner's session alone cannot send packages in.
    added = alice.call("POST", "/v1/publishers/acme/keys", {"key": public})
    assert added.status == 201 and added.json == {"key": public, "state": "waiting"}
    assert submit(alice, acme.package("3.0.0", key=other)).status == 403
    assert [(key["publisher"], key["key"], key["by"]) for key in operator.get("/v1/console/releases")["keys"]] == [
        ("acme", public, "alice")]
    key = f"/v1/console/publishers/acme/keys/{public}"
    assert operator.call("PUT", key, {"state": "waiting"}).status == 400
    assert operator.call("PUT", key, {"state": "active"}).status == 204
    assert submit(alice, acme.package("3.0.0", key=other)).status == 201
    assert alice.call("DELETE", f"/v1/publishers/acme/keys/{public}").status == 204
    assert operator.call("PUT", key, {"state": "active"}).status == 409, "revoked for good"

    assert alice.call("DELETE", members + "alice").status == 409, "an owner stays"
    assert server.cli("publisher", "member", "acme", "bob", "--role", "owner").returncode == 0
    assert alice.call("DELETE", members + "alice").status == 204
    assert mine(alice) == {} and mine(bob)["acme"]["role"] == "owner"
    assert alice.call("POST", "/v1/publishers", {"name": "Acme", "title": "x"}).code == "name_taken"
    for name in ("operator", "trial"):
        assert alice.call("POST", "/v1/publishers", {"name": name, "title": "x"}).code == "name_taken"
    kinds = [entry["kind"] for entry in operator.get("/v1/console/audit")["entries"]]
    assert kinds.count("member_changed") == 3 and {"key_added", "key_admitted", "key_revoked"} <= set(kinds)


def test_who_a_publisher_is_has_been_checked(server, operator, acme):
    admit(operator, acme.send("1.0.0"))
    assert acme.owner.get("/v1/catalogue/parcel")["publisher"]["verified"] is False
    verified = "/v1/console/publishers/acme/verified"
    assert operator.call("PUT", verified, {"verified": True}).status == 204
    assert acme.owner.get("/v1/catalogue/parcel")["publisher"] == {"name": "acme", "title": "acme Ltd", "verified": True}
    assert operator.call("PUT", verified, {"verified": "yes"}).status == 400
    assert operator.call("PUT", verified.replace("acme", "none"), {"verified": True}).status == 404
    assert server.cli("publisher", "verify", "acme", "--not").returncode == 0
    assert operator.get("/v1/console/publishers")["publishers"][0]["verified"] is False


def test_hostile_uploads_are_refused_with_a_reason(server, operator, acme):
    good = acme.package("1.0.0")
    for what, archive, reason in attacks(good):
        try:
            answer = submit(acme.owner, archive)
        except (ConnectionError, TimeoutError):
            # Answered and closed before all was sent.
            assert what == "too large"
            continue
        if answer.status != 413:
            assert answer.status == 400 and answer.code == "package_refused", (what, answer.body)
            assert reason in answer.json["error"]["message"], (what, answer.body)
    refused = submit(acme.owner, acme.package("1.0.1", MAIN + "os.exit()\n-- sk_live_4eC39HqLyjWDarjtT1zdp7dc\n"))
    assert refused.code == "package_refused" and len(refused.json["error"]["message"].splitlines()) > 1
    assert server.call("POST", "/v1/releases", raw=good).status == 401
    assert server.call("POST", "/v1/releases", raw=good, token="wrong").status == 401
    assert submit(server.user("bob"), good).code == "forbidden", "who belongs to no publisher"
    assert submit(acme.owner, good, notes="%1B[2J").status == 400, "an operator's terminal is not driven by it"
    assert submit(acme.owner, good, notes="x" * 2001).status == 400
    assert operator.get("/v1/console/releases")["releases"] == []
    # Not even the name is taken; and what is good is taken all the same.
    assert submit(acme.owner, good).status == 201
    assert server.is_alive()


COUNTER = """
local stoa = require "stoa"
stoa.on("message", function(chat, message)
  if message.text == "fill" then
    for i = 1, 20 do stoa.store:put("k" .. i, string.rep("x", 60000)) end
  end
  chat:send("seen")
end)
"""


def test_quotas_hold_at_once_and_after_a_restart(server, operator):
    server.deploy("counter", COUNTER, capabilities=("messages.send", "store"))
    quotas = "/v1/console/apps/counter/quotas"
    known, = operator.get("/v1/console/apps")["apps"]
    assert known["quotas"] == {"turns_per_minute": None, "store_mib": None}
    assert operator.get("/v1/console/apps")["defaults"] == {"turns_per_minute": None, "store_mib": 256}
    for bad in ({"turns_per_minute": 0, "store_mib": None}, {"turns_per_minute": None, "store_mib": -1}):
        assert operator.call("PUT", quotas, bad).status == 400
    alice = server.user("alice")
    chat = alice.direct("counter")

    def seen() -> int:
        return sum(message["from"]["bot"] for message in alice.history(chat))

    # Six a minute: one at once, the next after ten seconds.
    assert operator.call("PUT", quotas, {"turns_per_minute": 6, "store_mib": None}).status == 204
    for n in range(3):
        alice.send(chat, f"message {n}")
    wait_for(lambda: seen() == 1, "the first turn")
    time.sleep(1)
    assert seen() == 1
    server.kill()
    server.start()
    # The second began with a full second's worth after the restart at most; the third waits.
    wait_for(lambda: seen() >= 2, "the second turn", timeout=15)
    time.sleep(1)
    assert seen() == 2
    assert server.cli_json("quota", "counter")["turns_per_minute"] == 6
    assert server.cli_json("quota", "counter", "--turns", "default")["turns_per_minute"] is None
    wait_for(lambda: seen() == 3, "the third turn")

    assert server.cli("quota", "counter", "--store", "1").returncode == 0
    alice.send(chat, "fill")
    wait_for(lambda: operator.get("/v1/console/apps")["apps"][0]["dead_letters"], "a dead letter", timeout=60, pause=0.2)
    dead = operator.get("/v1/console/apps/counter/dead")["dead"]
    assert "more than 1 MiB" in dead[0]["reason"] and dead[0]["kind"] == "message" and "fill" not in json.dumps(dead)
    known, = operator.get("/v1/console/apps")["apps"]
    assert known["dead_letters"] == 1 and known["store_bytes"] == 0 and known["quotas"]["store_mib"] == 1
    assert operator.call("PUT", quotas, {"turns_per_minute": None, "store_mib": 2}).status == 204
    retry = "/v1/console/apps/counter/dead/retry"
    assert operator.call("POST", retry, {"update": 1}).status == 404
    assert operator.call("POST", retry, {"update": dead[0]["update"]}).json == {"count": 1}
    wait_for(lambda: seen() == 4, "the update tried again")
    assert operator.call("POST", "/v1/console/apps/counter/dead/drop", {"update": None}).json == {"count": 0}
    assert operator.get("/v1/console/apps")["apps"][0]["store_bytes"] > 1 << 20
    kinds = {(entry["kind"], entry["by"]) for entry in operator.get("/v1/console/audit")["entries"]}
    assert {("quota_changed", "operator olga"), ("quota_changed", "operator"), ("read", "operator olga"),
            ("dead_retried", "operator olga")} <= kinds


def test_figures_reports_and_the_audit_in_pages(server, operator, acme):
    admit(operator, acme.send("1.0.0"))
    bob = server.user("bob")
    assert says(bob, "parcel") == "version 1.0.0"
    report = bob.call("POST", "/v1/catalogue/parcel/reports", {"reason": "Says too little"}).json["id"]
    health = operator.get("/v1/console/health")
    assert health["listening"] == server.url and health["users"] == 3 and health["apps"] == 1 and health["turns"] == 1
    assert health["open_reports"] == 1 and health["open_releases"] == 0 and health["dead_letters"] == 0
    assert health["database_bytes"] > 0 and health["uptime"] >= 0
    listed, = operator.get("/v1/console/releases")["reports"]
    assert (listed["id"], listed["app"], listed["by"], listed["reason"]) == (report, "parcel", "bob", "Says too little")
    answer = f"/v1/console/reports/{report}"
    assert operator.call("POST", answer, {"answer": ""}).status == 400
    assert operator.call("POST", answer, {"answer": "It is a parcel"}).status == 204
    assert operator.call("POST", answer, {"answer": "Again"}).status == 409
    assert operator.call("POST", "/v1/console/reports/1", {"answer": "x"}).status == 404
    assert operator.get("/v1/console/releases")["reports"] == []

    for n in range(130):
        assert operator.call("PUT", "/v1/console/publishers/acme/verified", {"verified": n % 2 == 0}).status == 204
    first = operator.get("/v1/console/audit")
    assert len(first["entries"]) == 100 and first["next"] == first["entries"][-1]["entry"]
    second = operator.get("/v1/console/audit", after=first["next"])
    numbers = [entry["entry"] for entry in first["entries"] + second["entries"]]
    assert second["next"] is None and numbers == list(range(numbers[0], 0, -1))
    assert any(entry["kind"] == "report_answered" and entry["by"] == "operator olga" for entry in second["entries"])

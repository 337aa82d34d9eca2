"""Permission belongs to the person: what apps ask, what people grant, see and take back."""

import json
from pathlib import Path

import pytest

from stoa import Server, User, wait_for

BOTS = Path(__file__).parents[2] / "bots"

ASKER = """
local stoa = require "stoa"
stoa.command("age", function(chat, years)
  local value, why = stoa.identity.age { at_least = math.tointeger(tonumber(years)) or 18 }
  chat:send("age: " .. tostring(value) .. " " .. tostring(why))
end)
stoa.command("mail", function(chat)
  local value, why = stoa.identity.contact { kind = "email" }
  chat:send("mail: " .. tostring(value) .. " " .. tostring(why))
end)
stoa.command("forge", function(chat)
  chat:send("forged: " .. select(2, pcall(stoa.identity.age, { at_least = 500 })))
end)
"""
CAPABILITIES = ("messages.send", "identity.age", "identity.contact")


def sheet_of(user: User) -> dict:
    return wait_for(lambda: user.get("/v1/consents")["consents"], f"a sheet for {user.name}")[0]


def answer(user: User, sheet: dict, **body):
    return user.call("POST", f"/v1/consents/{sheet['id']}", body)


def last_text(user: User, chat: int, containing: str) -> str:
    return user.wait_for_message(chat, lambda m: m["from"]["bot"] and containing in m["text"])["text"]


@pytest.fixture
def alice(server):
    server.deploy("asker", ASKER, capabilities=CAPABILITIES)
    user = server.user("alice")
    assert server.cli("user", "attribute", "alice", "birth_date", "1990-05-01").returncode == 0
    assert server.cli("user", "attribute", "alice", "email", "alice@example.com").returncode == 0
    return user


def test_the_sheet_tells_all_and_the_grant_holds_for_its_question(server, alice):
    chat = alice.direct("asker")
    alice.send(chat, "/age 18")
    sheet = sheet_of(alice)
    assert sheet["app"].pop("id") > 0 and sheet["app"] == {
        "name": "asker", "title": "asker", "publisher": "operator", "publisher_title": "The operator of this server", "verified": True}
    assert (sheet["capability"], sheet["detail"], sheet["answer"]) == ("identity.age", "18", "at least 18 years old: yes")
    assert sheet["reason"] == "to be tested" and sheet["terms"] == ["once", "chat", "hour", "day", "always"]
    assert sheet["chat"] == chat and "date of birth" in sheet["discloses"]
    assert [e["data"] for e in alice.events() if e["type"] == "consent.requested"] == [{"id": sheet["id"]}]
    # Not with a term that there is not, nor by somebody else, nor twice.
    assert answer(alice, sheet, answer="grant").status == 400
    assert answer(alice, sheet, answer="grant", **{"for": "year"}).status == 400
    assert answer(alice, sheet, answer="maybe").status == 400
    assert answer(server.user("mallory"), sheet, answer="grant", **{"for": "always"}).status == 404
    assert answer(alice, sheet, answer="grant", **{"for": "hour"}).status == 204
    assert last_text(alice, chat, "age:") == "age: true nil"
    assert answer(alice, sheet, answer="refuse").status == 404
    assert [e["data"] for e in alice.events() if e["type"] == "consent.closed"] == [{"id": sheet["id"]}]
    # The same question is answered, another one is asked.
    assert alice.ask(chat, "/age 18") == "age: true nil"
    alice.send(chat, "/age 40")
    other = sheet_of(alice)
    assert (other["detail"], other["answer"]) == ("40", "at least 40 years old: no")
    assert answer(alice, other, answer="grant", **{"for": "once"}).status == 204
    assert last_text(alice, chat, "false") == "age: false nil"
    # What alice sees of it afterwards.
    grants = alice.get("/v1/grants")["grants"]
    assert [(g["detail"], g["for"], g["end"]) for g in grants] == [("40", "once", None), ("18", "hour", None)]
    assert grants[1]["until"] - grants[1]["begin"] == 3600_000
    uses = [(u["kind"], u["details"]) for u in alice.get("/v1/uses")["uses"]]
    assert uses == [
        ("user_created", "alice, with a session that the operator holds"), ("attribute_set", "birth_date set"),
        ("attribute_set", "email set"), ("asked", "identity.age 18"), ("granted", "identity.age 18, hour"),
        ("used", "at least 18 years old: yes"), ("used", "at least 18 years old: yes"), ("asked", "identity.age 40"),
        ("granted", "identity.age 40, once"), ("used", "at least 40 years old: no"),
    ]
    assert "1990" not in json.dumps([server.query("SELECT * FROM audit WHERE kind = 'used'"), alice.history(chat)], default=str)
    assert server.cli("audit", "verify").returncode == 0


def test_an_hour_is_an_hour_and_taking_back_is_at_once(server, alice):
    chat = alice.direct("asker")
    alice.send(chat, "/age")
    assert answer(alice, sheet_of(alice), answer="grant", **{"for": "hour"}).status == 204
    last_text(alice, chat, "age: true")
    grant = alice.get("/v1/grants")["grants"][0]
    server.stop()
    server.execute("UPDATE grants SET begin_at = begin_at - 3600000, until = until - 3600000")
    server.start()
    alice.send(chat, "/age")
    # Taken back while a conversation waits: it gets the refusal.
    sheet_of(alice)
    assert alice.call("DELETE", f"/v1/grants/{grant['id']}").status == 204
    assert last_text(alice, chat, "refused") == "age: nil refused"
    assert alice.get("/v1/consents")["consents"] == []
    assert alice.call("DELETE", f"/v1/grants/{grant['id']}").status == 204
    assert server.user("mallory").call("DELETE", f"/v1/grants/{grant['id']}").status == 404
    assert alice.ask(chat, "/age") == "age: nil refused"
    kinds = [u["kind"] for u in alice.get("/v1/uses")["uses"]]
    assert kinds[3:] == ["asked", "granted", "used", "asked", "revoked", "refused"]


def test_a_question_waits_through_crashes_and_is_answered_once(server, alice):
    chat = alice.direct("asker")
    alice.send(chat, "/mail")
    sheet = sheet_of(alice)
    assert sheet["answer"] == "email: alice@example.com"
    server.kill()
    server.start()
    assert sheet_of(alice) == sheet
    # What goes out is what was seen, or nothing.
    server.cli("user", "attribute", "alice", "email", "other@example.com")
    late = answer(alice, sheet, answer="grant", shown=sheet["answer"], **{"for": "always"})
    assert late.status == 409 and alice.get("/v1/grants")["grants"] == []
    server.cli("user", "attribute", "alice", "email", "alice@example.com")
    assert answer(alice, sheet, answer="grant", **{"for": "always"}).status == 204
    server.kill()
    server.start()
    assert last_text(alice, chat, "mail:") == "mail: alice@example.com nil"
    server.wait_until_idle()
    assert len([m for m in alice.history(chat) if m["text"].startswith("mail:")]) == 1
    assert server.query("SELECT count(*) FROM audit WHERE kind = 'used'") == [(1,)]


@pytest.mark.parametrize("kill_at", range(1, 26, 3))
def test_a_crash_anywhere_uses_a_grant_exactly_once(kill_at):
    server = Server()
    try:
        server.start()
        server.deploy("asker", ASKER, capabilities=CAPABILITIES)
        alice = server.user("alice")
        server.cli("user", "attribute", "alice", "birth_date", "1990-05-01")
        chat = alice.direct("asker")
        alice.send(chat, "/age")
        answer(alice, sheet_of(alice), answer="grant", **{"for": "always"})
        last_text(alice, chat, "age:")
        server.stop()
        server.environment = {"STOA_TEST_KILL_AT": str(kill_at)}
        try:
            server.start()
            alice.send(chat, "/age", nonce="again")
            server.process.wait(1)
        except Exception:
            pass
        server.kill()
        server.environment = {}
        server.start()
        alice.send(chat, "/age", nonce="again")
        wait_for(lambda: len([m for m in alice.history(chat) if m["text"] == "age: true nil"]) == 2, "the second answer")
        server.wait_until_idle()
        assert server.query("SELECT count(*) FROM audit WHERE kind = 'used'") == [(2,)]
        assert server.cli("audit", "verify").returncode == 0
    finally:
        server.close()


def test_nothing_known_looks_like_a_no(server, alice):
    """Same answer, and only after the person has spoken: an app learns nothing from the way it is refused."""
    bob = server.user("bob")
    chats = {user.name: user.direct("asker") for user in (alice, bob)}
    for user in (alice, bob):
        user.send(chats[user.name], "/age")
        sheet = sheet_of(user)
        if user is bob:
            assert sheet["answer"] is None and sheet["terms"] == []
        assert answer(user, sheet, answer="refuse").status == 204
        assert last_text(user, chats[user.name], "age:") == "age: nil refused"
    # Asked again too soon, both are refused at once, and nobody is bothered.
    for user in (alice, bob):
        assert user.ask(chats[user.name], "/age") == "age: nil refused"
        assert user.ask(chats[user.name], "/age 21") == "age: nil refused"
        assert user.get("/v1/consents")["consents"] == []
    bob.send(chats["bob"], "/mail")
    assert answer(bob, sheet_of(bob), answer="grant", **{"for": "always"}).status == 400


def test_an_app_gets_no_more_than_its_manifest_and_its_own_grants(server, alice):
    server.deploy("other", ASKER, capabilities=CAPABILITIES)
    hidden = ASKER.replace("stoa.identity", 'stoa["iden" .. "tity"]')
    server.deploy("modest", hidden, capabilities=("messages.send",))
    chat = alice.direct("asker")
    alice.send(chat, "/age")
    assert answer(alice, sheet_of(alice), answer="grant", **{"for": "always"}).status == 204
    last_text(alice, chat, "age: true")
    # Another app's grant is no grant.
    other = alice.direct("other")
    alice.send(other, "/age")
    assert sheet_of(alice)["app"]["name"] == "other"
    # An app that does not declare it cannot even ask.
    modest = alice.direct("modest")
    alice.send(modest, "/age")
    wait_for(lambda: server.dead_letters(), "the failed turn")
    assert "identity.age" in server.dead_letters()[0][2] and len(alice.get("/v1/consents")["consents"]) == 1
    # Nobody else's consent counts, and a wrong question is an error.
    bob = server.user("bob")
    server.cli("user", "attribute", "bob", "birth_date", "1980-01-01")
    group = alice.group("Both", "bob", "asker")
    bob.send(group, "/age")
    assert sheet_of(bob)["app"]["name"] == "asker"
    assert "at_least must be" in alice.ask(chat, "/forge")


def test_a_conversation_that_ended_leaves_no_sheet(server, alice):
    chat = alice.direct("asker")
    alice.send(chat, "/age")
    sheet = sheet_of(alice)
    # A new command ends what waited.
    alice.send(chat, "/mail")
    wait_for(lambda: [s["capability"] for s in alice.get("/v1/consents")["consents"]] == ["identity.contact"], "the new sheet")
    assert answer(alice, sheet, answer="grant", **{"for": "always"}).status == 404
    assert alice.get("/v1/grants")["grants"] == []
    assert {"id": sheet["id"]} in [e["data"] for e in alice.events() if e["type"] == "consent.closed"]
    # A newer question takes the place of an older one, elsewhere too.
    alice.send(chat, "/age 21")
    alice.send(alice.group("Both", "asker"), "/age 30")
    wait_for(lambda: [s["detail"] for s in alice.get("/v1/consents")["consents"]] == ["30"], "the newest sheet alone")
    assert last_text(alice, chat, "age:") == "age: nil refused"


def test_the_age_gate_that_ships(server):
    assert server.cli("deploy", BOTS / "age-gate").returncode == 0
    alice = server.user("alice")
    for name, value, told in (("birth_date", "1990-13-01", "must be a date"), ("shoe", "42", "no attribute")):
        refused = server.cli("user", "attribute", "alice", name, value)
        assert refused.returncode == 1 and told in refused.stderr
    assert server.cli("user", "attribute", "alice", "birth_date", "1990-05-01").returncode == 0
    chat = alice.direct("age_gate")
    alice.send(chat, "/list")
    assert answer(alice, sheet_of(alice), answer="grant", **{"for": "day"}).status == 204
    assert "Riesling" in last_text(alice, chat, "cellar")
    assert server.cli("user", "attribute", "alice", "birth_date").returncode == 0
    # Nothing is known any more: the grant gives nothing away, not even that.
    alice.send(chat, "/list")
    sheet = sheet_of(alice)
    assert sheet["answer"] is None and answer(alice, sheet, answer="refuse").status == 204
    assert "may not show" in last_text(alice, chat, "may not")


def test_an_app_cannot_shuffle_sheets_under_the_persons_finger(server):
    """Only what a person does brings up another sheet in the place of one that is open."""
    server.deploy("pushy", """
local stoa = require "stoa"
stoa.task("again", function(chat, n)
  local _, why = stoa.identity.age { at_least = 20 + n }
  chat:send("task " .. n .. " " .. tostring(why))
end)
stoa.command("go", function(chat)
  for n = 1, 3 do stoa.spawn("again", n) end
  stoa.identity.age { at_least = 18 }
end)
""", capabilities=CAPABILITIES)
    alice = server.user("alice")
    server.cli("user", "attribute", "alice", "birth_date", "1990-05-01")
    chat = alice.direct("pushy")
    alice.send(chat, "/go")
    wait_for(lambda: len([m for m in alice.history(chat) if m["text"].endswith("refused")]) == 3, "three refusals")
    assert [sheet["detail"] for sheet in alice.get("/v1/consents")["consents"]] == ["18"]
    assert len([e for e in alice.events() if e["type"] == "consent.requested"]) == 1


KEEPER = """
local stoa = require "stoa"
stoa.command("keep", function(chat, what)
  chat.user.store:put("note", what)
  chat.store:put("note", what)
  stoa.store:put("of " .. chat.user.id, what)
  chat.timers:after(86400, "later", what)
  stoa.log.info("kept " .. what)
  stoa.identity.age { at_least = 18 }
  local more = chat:ask("More than " .. what .. "?")
  chat:send("waited for " .. more)
end)
stoa.command("show", function(chat)
  chat:send("shown: " .. tostring(chat.user.store:get("note")) .. " " .. tostring(chat.store:get("note")) .. " "
    .. tostring(stoa.store:get("of " .. chat.user.id)))
end)
stoa.on("message", function(chat, message) chat:send("heard " .. message.text) end)
stoa.on("forgotten", function(person) stoa.store:delete("of " .. person.id) end)
"""


def test_who_wants_to_be_forgotten_is_forgotten(server):
    server.deploy("keeper", KEEPER, capabilities=("messages.send", "store", "timers", "identity.age"))
    people = [server.user(name) for name in ("alice", "bob")]
    chats = {}
    for user in people:
        server.cli("user", "attribute", user.name, "birth_date", "1990-05-01")
        chats[user.name] = user.direct("keeper")
        user.send(chats[user.name], f"/keep secret-of-{user.name}")
        assert answer(user, sheet_of(user), answer="grant", **{"for": "always"}).status == 204
        last_text(user, chats[user.name], "More than")
    alice, bob = people
    bot = server.query("SELECT account_id FROM apps WHERE name = 'keeper'")[0][0]
    assert alice.call("DELETE", "/v1/bots/999/data").status == 404
    assert alice.call("DELETE", f"/v1/bots/{bot}/data").status == 204
    server.wait_until_idle()
    # Nothing of alice is left but the chat, which is hers, and the proof; bob has lost nothing.
    for table in ("store", "timers", "turns", "logs", "conversations", "inbox"):
        rows = [row for row in server.query(f"SELECT * FROM {table}") if table != "turns" or row[5] != 15]
        assert b"secret-of-alice" not in repr(rows).encode(), (table, rows)
        assert table in ("inbox",) or "secret-of-bob" in repr(rows) or table == "conversations" and len(rows) == 1, table
    assert alice.ask(chats["alice"], "hello") == "heard hello"
    assert alice.ask(chats["alice"], "/show") == "shown: nil nil nil"
    assert bob.ask(chats["bob"], "go on") == "waited for go on"
    assert bob.ask(chats["bob"], "/show") == "shown: " + " ".join(["secret-of-bob"] * 3)
    assert [grant["end"] is None for grant in alice.get("/v1/grants")["grants"]] == [False]
    assert bob.get("/v1/grants")["grants"][0]["end"] is None
    last = [use for use in alice.get("/v1/uses")["uses"] if use["kind"] == "forgotten"]
    assert [use["details"] for use in last] == ["keeper: 1 conversations, 2 values, 1 timers, all grants"]
    # What is counted against the app's quota went with it.
    sizes = server.query("SELECT sum(length(CAST(key AS BLOB)) + length(value)) FROM store")
    assert sizes == server.query("SELECT bytes FROM store_usage")
    server.kill()
    server.start()
    assert alice.ask(chats["alice"], "/show") == "shown: nil nil nil"
    assert server.cli("audit", "verify").returncode == 0

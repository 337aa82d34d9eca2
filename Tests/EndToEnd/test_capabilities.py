"""What a person can be asked for, one capability after another, through the real program."""

import json

import pytest

from stoa import User, wait_for
from test_permission import answer, last_text, sheet_of

BOT = """
local stoa = require "stoa"
local function told(value, why) return value == nil and "nil " .. tostring(why) or stoa.json.encode(value) end
stoa.command("where", function(chat) chat:send("where: " .. told(stoa.location.once())) end)
stoa.command("files", function(chat) chat:send("files: " .. told(stoa.files.read { most = 2 })) end)
stoa.command("people", function(chat) chat:send("people: " .. told(stoa.contacts.pick { most = 2 })) end)
stoa.command("profile", function(chat) chat:send("profile: " .. told(stoa.identity.profile())) end)
stoa.command("history", function(chat)
  local messages, why = chat:history { last = 3 }
  local texts = {}
  for i, message in ipairs(messages or {}) do texts[i] = message.user.name .. " " .. message.text end
  chat:send("history: " .. told(messages and texts, why))
end)
stoa.command("hear", function(chat) chat:send("hear: " .. told(chat:history { from_now_on = true })) end)
stoa.command("subscribe", function(chat, days)
  stoa.store:put("chat of " .. chat.user.name, chat.id)
  chat:send("subscribe: " .. told(chat:subscribe { per_day = math.tointeger(tonumber(days)) }))
end)
stoa.command("tell", function(chat, name)
  local answers = {}
  for i = 1, 3 do
    local sent, why = stoa.chat(stoa.store:get("chat of " .. name)):broadcast("news " .. i)
    answers[i] = sent and "sent" or why
  end
  chat:send("tell: " .. stoa.json.encode(answers))
end)
stoa.command("sneak", function(chat, name) stoa.chat(stoa.store:get("chat of " .. name)):send("sneaked") end)
stoa.on("message", function(chat, message) chat:send("heard " .. message.text) end)
"""
ALL = (
    "messages.send", "store", "messages.broadcast", "chat.history", "identity.profile", "location.once", "files.read",
    "contacts.pick",
)


def upload(user: User, name: str, content: bytes) -> int:
    boundary = "x" * 20
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + content + f"\r\n--{boundary}--\r\n".encode())
    made = user.call(
        "POST", "/v1/files", raw=body, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
    assert made.status == 201, made.body
    return made.json["id"]


def grant(user: User, term: str = "once", **body):
    return answer(user, sheet_of(user), answer="grant", **{"for": term}, **body)


def told(user: User, chat: int, what: str, after: int = 0):
    """What the app says that it got."""
    message = user.wait_for_message(chat, lambda m: m["from"]["bot"] and m["id"] > after and m["text"].startswith(what + ": "))
    text = message["text"]
    value = text.removeprefix(what + ": ")
    return value if value.startswith("nil") else json.loads(value)


@pytest.fixture
def people(server):
    server.deploy("asker", BOT, capabilities=ALL, group_messages="addressed")
    return [server.user(name) for name in ("alice", "bob", "carol")]


def used(server) -> list[str]:
    return [details for (details,) in server.query("""
        SELECT COALESCE(text, details) FROM audit a LEFT JOIN disclosures d ON d.seq = a.seq WHERE kind = 'used' ORDER BY a.seq""")]


def test_a_place_is_what_the_person_chooses_once(server, people):
    alice = people[0]
    chat = alice.direct("asker")
    alice.send(chat, "/where")
    sheet = sheet_of(alice)
    assert (sheet["input"], sheet["answer"], sheet["terms"]) == ({"kind": "location"}, None, ["once"])
    here = {"latitude": 55.75583, "longitude": 37.6173, "accuracy": 20}
    for bad in (None, {}, {"latitude": 91, "longitude": 0}, {"latitude": "a", "longitude": 0}, {"people": ["bob"]}, {"files": [1]}):
        assert grant(alice, **({} if bad is None else {"with": bad})).status in (400, 404), bad
    assert grant(alice, "always", **{"with": here}).status == 400
    assert grant(alice, **{"with": here}).status == 204
    assert told(alice, chat, "where") == here
    # What was given is noted roughly; the next question is asked again.
    assert used(server) == ["a place near 55.76, 37.62"]
    alice.send(chat, "/where")
    assert answer(alice, sheet_of(alice), answer="refuse").status == 204
    assert last_text(alice, chat, "where: nil") == "where: nil refused"


def test_files_are_those_that_the_person_picks(server, people):
    alice, bob = people[:2]
    chat = alice.direct("asker")
    mine = [upload(alice, "list.txt", b"eggs\n"), upload(alice, "raw.bin", b"\xff\x00"), upload(alice, "big", b"x" * 600_000)]
    others = upload(bob, "secret.txt", b"of bob")
    alice.send(chat, "/files")
    assert sheet_of(alice)["input"] == {"kind": "files", "most": 2}
    for bad, status in ((mine, 413), (mine[:1] * 2, 400), ([], 400), ([others], 404), ([10**12], 404), (mine[1:], 413)):
        assert grant(alice, **{"with": {"files": bad}}).status == status, bad
    # A file that was sent to her is not hers to give.
    direct = bob.direct("alice")
    bob.send(direct, "for you", attachments=[{"file": others}])
    assert grant(alice, **{"with": {"files": [others]}}).status == 404
    assert grant(alice, **{"with": {"files": mine[:1]}}).status == 204
    (got,) = told(alice, chat, "files")
    assert (got["name"], got["content"], got["size"]) == ("list.txt", "eggs\n", 5)
    assert used(server) == ["files: list.txt (5 bytes)"]


def test_people_are_those_that_share_a_chat(server, people):
    alice, bob, carol = people
    alice.direct("bob")
    chat = alice.direct("asker")
    alice.send(chat, "/people")
    assert sheet_of(alice)["input"] == {"kind": "people", "most": 2}
    assert [person["name"] for person in alice.get("/v1/contacts")["people"]] == ["bob"]
    assert grant(alice, **{"with": {"people": ["carol"]}}).status == 404
    assert grant(alice, **{"with": {"people": ["bob", "BOB"]}}).status == 400
    assert grant(alice, **{"with": {"people": ["Bob"]}}).status == 204
    assert [(person["id"], person["name"]) for person in told(alice, chat, "people")] == [(bob.id, "bob")]


def test_a_profile_is_what_it_is_when_it_is_asked_for(server, people):
    alice = people[0]
    chat = alice.direct("asker")
    alice.send(chat, "/profile")
    assert sheet_of(alice)["answer"] == "alice (@alice)"
    assert grant(alice, "always", shown="alice (@alice)").status == 204
    assert told(alice, chat, "profile") == {"id": alice.id, "name": "alice", "display": "alice"}


def test_what_others_wrote_is_given_by_who_runs_the_group(server, people):
    alice, bob, _ = people
    group = alice.group("Club", "bob", "asker")
    for user, text in ((alice, "one"), (bob, "two")):
        user.send(group, text)
    bob.send(group, "/history")
    sheet = sheet_of(bob)
    assert sheet["answer"] is None and sheet["terms"] == []
    assert answer(bob, sheet, answer="refuse").status == 204
    asked = alice.send(group, "/history")["id"]
    sheet = sheet_of(alice)
    assert sheet["answer"] == "the last 3 messages of this chat" and sheet["terms"] == ["once", "hour", "day", "chat"]
    assert grant(alice, "hour").status == 204
    assert told(alice, group, "history", asked) == ["bob /history", "asker history: nil refused", "alice /history"]
    assert used(server) == ["the last 3 messages of this chat"]
    # The grant is for that chat alone.
    other = alice.group("Other", "asker")
    alice.send(other, "/history")
    assert sheet_of(alice)["chat"] == other
    assert not [text for (text,) in server.query("SELECT details FROM audit") if "two" in text]


def test_a_bot_hears_a_group_from_the_grant_to_its_end(server, people):
    alice, bob, _ = people
    group = alice.group("Club", "bob", "asker")
    bob.send(group, "unheard")
    alice.send(group, "/hear")
    sheet = sheet_of(alice)
    assert sheet["answer"] == "all messages of this chat from now on" and "once" not in sheet["terms"]
    assert grant(alice, "chat").status == 204
    assert told(alice, group, "hear") is True
    bob.send(group, "now")
    last_text(bob, group, "heard now")
    (held,) = alice.get("/v1/grants")["grants"]
    assert held["chat"] == group
    assert alice.call("DELETE", f"/v1/grants/{held['id']}").status == 204
    bob.send(group, "later")
    bob.send(group, "/people")
    answer(bob, sheet_of(bob), answer="refuse")
    last_text(bob, group, "people: nil")
    assert not [m for m in bob.history(group) if m["text"] in ("heard later", "heard unheard")]
    # An hour ends by itself, and forgetting ends it too.
    alice.send(group, "/hear")
    assert grant(alice, "hour").status == 204
    bob.send(group, "again")
    last_text(bob, group, "heard again")
    server.stop()
    server.execute("UPDATE hearing SET until = until - 3600000")
    server.execute("UPDATE grants SET begin_at = begin_at - 3600000, until = until - 3600000")
    server.start()
    bob.send(group, "past")
    server.wait_until_idle()
    assert not [m for m in bob.history(group) if m["text"] == "heard past"]
    # So does being forgotten, and leaving the group; a question that is open then is answered with no.
    for end in ("forget", "leave"):
        alice.send(group, "/hear")
        assert grant(alice, "chat").status == 204
        wait_for(lambda: server.query("SELECT count(*) FROM hearing WHERE until IS NULL") == [(1,)], "the ear")
        if end == "forget":
            bot = server.query("SELECT account_id FROM apps WHERE name = 'asker'")[0][0]
            assert alice.call("DELETE", f"/v1/bots/{bot}/data").status == 204
        else:
            alice.send(group, "/history")
            sheet_of(alice)
            assert alice.call("DELETE", f"/v1/chats/{group}/members/{alice.id}").status == 204
            assert alice.get("/v1/consents")["consents"] == []
        wait_for(lambda: server.query("SELECT count(*) FROM hearing WHERE until IS NULL") == [(0,)], "its end")


def test_what_was_given_can_be_forgotten_and_that_it_was_stays(server, people):
    alice = people[0]
    server.cli("user", "attribute", "alice", "email", "alice@example.com")
    server.deploy("mailer", """
local stoa = require "stoa"
stoa.command("mail", function(chat) chat:send("mail: " .. tostring(stoa.identity.contact { kind = "email" })) end)
""", capabilities=("messages.send", "identity.contact"))
    chat = alice.direct("mailer")
    alice.send(chat, "/mail")
    assert grant(alice, "always").status == 204
    last_text(alice, chat, "mail: alice@example.com")

    def details() -> list[str]:
        return [use["details"] for use in alice.get("/v1/uses")["uses"] if use["kind"] == "used"]

    assert details() == ["email: alice@example.com"]
    # The operator's own look at the audit does not show it.
    assert "alice@example.com" not in server.cli("audit", "export").stdout
    bot = server.query("SELECT account_id FROM apps WHERE name = 'mailer'")[0][0]
    assert alice.call("DELETE", f"/v1/bots/{bot}/data").status == 204
    assert details() == ["identity.contact email"]
    assert server.cli("audit", "verify").returncode == 0


def test_who_does_not_answer_is_not_asked_again_and_again(server):
    server.deploy("pushy", """
local stoa = require "stoa"
stoa.command("go", function(chat)
  local answers = {}
  for i = 1, 3 do
    local _, why = stoa.location.once { timeout = 1 }
    answers[i] = why
    chat:sleep(1)
  end
  chat:send("go: " .. stoa.json.encode(answers))
end)
""", capabilities=("messages.send", "location.once"))
    alice = server.user("alice")
    chat = alice.direct("pushy")
    alice.send(chat, "/go")
    assert told(alice, chat, "go") == ["timeout", "refused", "refused"]
    assert len([e for e in alice.events() if e["type"] == "consent.requested"]) == 1
    # What she does herself may bring it up again.
    alice.send(chat, "/go")
    sheet_of(alice)


GROUP = """
local stoa = require "stoa"
stoa.command("round", function(chat)
  local _, first = chat:ask("First?", { of = "anyone" })
  chat:send("first: " .. first.user.name)
  local _, second = chat:ask("Second?", { of = "anyone" })
  chat:send("second: " .. second.user.name)
  stoa.store:put("round", true)
end)
stoa.on("message", function(chat, message) chat:send("stray " .. message.text) end)
"""


def test_being_forgotten_undoes_nothing_of_others(server):
    """Alice's answer is part of Bob's conversation, which goes on, and does nothing twice."""
    server.deploy("rounds", GROUP, capabilities=("messages.send", "store"), group_messages="addressed")
    alice, bob = server.user("alice"), server.user("bob")
    group = bob.group("Quiz", "alice", "rounds")
    bob.send(group, "/round")
    last_text(bob, group, "First?")
    alice.send(group, "me")
    last_text(bob, group, "Second?")
    bot = server.query("SELECT account_id FROM apps WHERE name = 'rounds'")[0][0]
    assert alice.call("DELETE", f"/v1/bots/{bot}/data").status == 204
    server.kill()
    server.start()
    bob.send(group, "I")
    last_text(bob, group, "second: bob")
    server.wait_until_idle()
    texts = [m["text"] for m in bob.history(group) if m["from"]["bot"]]
    assert texts == ["First?", "first: alice", "Second?", "second: bob"]
    # Nobody is asked any more, so nobody is heard.
    assert server.query("SELECT count(*) FROM listening") == [(0,)]
    bob.send(group, "unheard")
    alice.send(group, "unheard too")
    server.wait_until_idle()
    assert not [m for m in bob.history(group) if m["text"].startswith("stray")]


def test_a_question_of_an_app_that_is_stopped_waits(server, people):
    alice = people[0]
    chat = alice.direct("asker")
    alice.send(chat, "/profile")
    sheet = sheet_of(alice)
    assert server.cli("takedown", "asker", "--reason", "Asks too much").returncode == 0
    assert alice.get("/v1/consents")["consents"] == []
    assert answer(alice, sheet, answer="grant", **{"for": "always"}).status == 404
    assert alice.get("/v1/grants")["grants"] == []
    assert server.cli("takedown", "asker", "--lift", "It asks politely").returncode == 0
    assert sheet_of(alice)["id"] == sheet["id"]


def test_a_grant_in_one_chat_of_many_is_found(server, people):
    alice = people[0]
    groups = [alice.group(f"Group {number}", "asker") for number in range(18)]
    for group in groups:
        alice.send(group, "/profile")
        assert grant(alice, "chat").status == 204
        told(alice, group, "profile")
    asked = alice.send(groups[0], "/profile")["id"]
    assert told(alice, groups[0], "profile", asked)["name"] == "alice"


def test_writing_first_is_limited_and_ends_when_the_person_says_so(server, people):
    alice, bob, _ = people
    hers, his = alice.direct("asker"), bob.direct("asker")
    bob.send(his, "/subscribe 2")
    assert sheet_of(bob)["answer"] == "up to 2 messages a day" and sheet_of(bob)["terms"] == ["day", "always"]
    assert grant(bob, "once").status == 400
    assert grant(bob, "always").status == 204
    assert told(bob, his, "subscribe") is True
    # Asked for no more than that, it is answered; for more, the person is asked.
    assert bob.ask(his, "/subscribe 1") == "subscribe: true"
    assert alice.ask(hers, "/tell bob") == 'tell: ["sent","sent","limit"]'
    assert alice.ask(hers, "/tell bob") == 'tell: ["limit","limit","limit"]'
    assert [m["text"] for m in bob.history(his) if m["text"].startswith("news")] == ["news 1", "news 2"]
    (held,) = bob.get("/v1/grants")["grants"]
    assert (held["limit"], held["uses"]) == (2, 2)
    uses = [use for use in bob.get("/v1/uses")["uses"] if use["kind"] == "used"]
    assert [(use["details"], use["chat"]) for use in uses] == [("messages.broadcast: wrote first", his)] * 2
    # A day later there is room again; taken back, there is none; nor in a chat with who never agreed, or that is not the app's.
    server.stop()
    server.execute("UPDATE grants SET day_begin = day_begin - 86400000")
    server.start()
    assert alice.ask(hers, "/tell bob") == 'tell: ["sent","sent","limit"]'
    # A larger allowance takes the place of the smaller one.
    bob.send(his, "/subscribe 3")
    assert grant(bob, "day").status == 204
    wait_for(lambda: [g["limit"] for g in bob.get("/v1/grants")["grants"] if g["end"] is None] == [3], "one allowance")
    # What he has had today counts.
    assert alice.ask(hers, "/tell bob") == 'tell: ["sent","limit","limit"]'
    assert bob.call("DELETE", "/v1/grants").status == 204
    assert alice.ask(hers, "/tell bob") == 'tell: ["refused","refused","refused"]'
    # Another way round is no way.
    alice.send(hers, "/sneak bob")
    wait_for(lambda: any("writing first" in reason for _, _, reason in server.dead_letters()), "the failed turn", 60)
    assert not [m for m in bob.history(his) if m["text"] == "sneaked"]
    assert server.cli("audit", "verify").returncode == 0


def test_sheets_speak_the_persons_language(server, people):
    alice = people[0]
    chat = alice.direct("asker")
    alice.send(chat, "/history")
    sheet_of(alice)
    russian = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}
    (sheet,) = alice.call("GET", "/v1/consents", headers=russian).json["consents"]
    assert sheet["answer"] == "последние сообщения этого чата, не более 3" and sheet["does"].startswith("Читает")
    body = {"answer": "grant", "for": "chat", "shown": sheet["answer"]}
    assert alice.call("POST", f"/v1/consents/{sheet['id']}", body).status == 409
    assert alice.call("POST", f"/v1/consents/{sheet['id']}", body, headers=russian).status == 204
    assert used(server) == ["the last 3 messages of this chat"]


KEEPER = """
local stoa = require "stoa"
stoa.command("keep", function(chat, what)
  chat.user.store:put("note", { text = what, n = 1 })
  chat.store:put("bytes", "\\xff")
  stoa.store:put("for all", what)
  chat:send("kept")
end)
stoa.command("show", function(chat)
  local note = chat.user.store:get("note")
  chat:send("shown: " .. tostring(note and note.text) .. " " .. tostring(stoa.store:get("for all")))
end)
"""


def test_what_is_kept_can_be_taken_along_and_goes_in_time(server):
    server.deploy("keeper", KEEPER, capabilities=("messages.send", "store"), retention_days=30)
    server.deploy("hoarder", KEEPER, capabilities=("messages.send", "store"))
    alice = server.user("alice")
    server.cli("user", "attribute", "alice", "email", "alice@example.com")
    for app in ("keeper", "hoarder"):
        assert alice.ask(alice.direct(app), "/keep secret") == "kept"
    exported = alice.call("GET", "/v1/export")
    assert "attachment" in exported.headers["Content-Disposition"]
    whole = exported.json
    assert whole["attributes"] == [{"name": "email", "value": "alice@example.com"}]
    kept = {entry["app"]["name"]: entry["values"] for entry in whole["apps"]}
    assert sorted(kept) == ["hoarder", "keeper"]
    assert kept["keeper"] == [
        {"scope": "user", "key": "note", "value": {"text": "secret", "n": 1}},
        {"scope": "chat", "key": "bytes", "value": {"base64": "/w=="}},
    ]
    assert server.user("bob").call("GET", "/v1/export").json["apps"] == []
    server.stop()
    server.execute("UPDATE store SET written_at = written_at - 31 * 86400000")
    server.start()
    wait_for(lambda: server.query("SELECT count(*) FROM audit WHERE kind = 'expired'") == [(1,)], "the values' end")
    assert alice.ask(alice.direct("keeper"), "/show") == "shown: nil secret"
    assert alice.ask(alice.direct("hoarder"), "/show") == "shown: secret secret"
    sizes = server.query("SELECT bot_id, sum(length(CAST(key AS BLOB)) + length(value)) FROM store GROUP BY 1 ORDER BY 1")
    assert sizes == server.query("SELECT bot_id, bytes FROM store_usage ORDER BY 1")

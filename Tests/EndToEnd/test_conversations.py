"""Handlers that wait for answers, and timers: both outlive the server."""

import json
import time

import pytest

from stoa import write_app

PIZZA = """
local stoa = require "stoa"
stoa.command("order", function(chat)
  local number = stoa.store:increment("orders")
  local dice = math.random(1, 1000000)
  local size, place = chat:choose("Which size?", { "S", "M", "L" })
  local where = chat:ask("Where to? (dice " .. dice .. ")")
  chat.store:put("order " .. number, size .. " to " .. where)
  chat:send("Order " .. number .. ": " .. size .. " (" .. place .. ") to " .. where .. ", dice " .. dice)
end)
stoa.on("message", function(chat, message) chat:send("no order: " .. message.text) end)
"""


@pytest.mark.parametrize("crash", ["never", "kill -9", "SIGTERM"])
def test_an_order_goes_on_where_it_was(server, crash):
    def interrupt():
        if crash == "kill -9":
            server.kill()
        elif crash == "SIGTERM":
            assert server.stop() == 0
        if crash != "never":
            server.start()

    server.deploy("pizza", PIZZA)
    alice = server.user("alice")
    chat = alice.direct("pizza")
    alice.send(chat, "/order")
    question = alice.wait_for_message(chat, lambda m: m["text"] == "Which size?")
    interrupt()
    alice.press(question, "M")
    where = alice.wait_for_message(chat, lambda m: m["text"].startswith("Where to?"))
    interrupt()
    dice = where["text"].rstrip(")").split()[-1]
    answer = alice.ask(chat, "Main Street 1")
    assert answer == f"Order 1: M (2) to Main Street 1, dice {dice}"
    server.wait_until_idle()
    texts = [m["text"] for m in alice.history(chat)]
    assert texts == ["/order", "Which size?", where["text"], "Main Street 1", answer]
    assert server.query("SELECT count(*) FROM conversations") == [(0,)]
    assert alice.ask(chat, "hello") == "no order: hello"


def test_many_conversations_go_on_after_kill_9(server):
    server.deploy("pizza", PIZZA)
    users = [server.user(f"user{i}") for i in range(30)]
    chats = [user.direct("pizza") for user in users]
    for user, chat in zip(users, chats):
        user.send(chat, "/order")
    for user, chat in zip(users, chats):
        user.wait_for_message(chat, lambda m: m["text"] == "Which size?")
    server.kill()
    server.start()
    for user, chat in zip(users, chats):
        user.send(chat, "l")
    for user, chat in zip(users, chats):
        user.wait_for_message(chat, lambda m: m["text"].startswith("Where to?"))
        user.send(chat, f"the house of {user.name}")
    for user, chat in zip(users, chats):
        last = user.wait_for_message(chat, lambda m: m["text"].startswith("Order"))["text"]
        assert f": L (3) to the house of {user.name}, dice" in last
    assert server.query("SELECT value FROM store WHERE key = 'orders'")
    assert server.query("SELECT count(*) FROM store WHERE key LIKE 'order %'") == [(30,)]


def test_a_command_ends_what_waited(server):
    server.deploy("pizza", PIZZA)
    alice = server.user("alice")
    chat = alice.direct("pizza")
    assert alice.ask(chat, "/order") == "Which size?"
    assert alice.ask(chat, "/order") == "Which size?"
    assert alice.ask(chat, "S").startswith("Where to?")
    assert alice.ask(chat, "home").startswith("Order 2: S")
    assert alice.ask(chat, "home") == "no order: home"


def test_a_conversation_stays_on_its_version(server):
    server.deploy("pizza", PIZZA)
    alice = server.user("alice")
    chat = alice.direct("pizza")
    assert alice.ask(chat, "/order") == "Which size?"
    server.deploy("pizza", PIZZA.replace("Where to?", "To where?").replace("no order", "nothing"), version="2")
    assert alice.ask(chat, "S").startswith("Where to?")
    server.kill()
    server.start()
    assert alice.ask(chat, "home").startswith("Order 1: S")
    assert alice.ask(chat, "x") == "nothing: x"


UPGRADE = """
stoa.on_upgrade(function(chat, old)
  chat:send("Sorry, /" .. old.command .. " " .. old.arguments .. " begins again.")
  chat:send("again: " .. chat:ask("What was it?"))
end)
"""


def test_waiting_conversations_go_over_to_a_new_version(server):
    first = server.deploy("pizza", PIZZA)
    assert first["older"] == []
    users = [server.user(f"user{i}") for i in range(4)]
    chats = [user.direct("pizza") for user in users]
    for user, chat in zip(users, chats):
        assert user.ask(chat, "/order") == "Which size?"
    # Two wait at the second question, where the versions differ.
    for user, chat in zip(users[:2], chats[:2]):
        assert user.ask(chat, "S").startswith("Where to?")
    # Other words, and another end: what was said already is not said again.
    reworded = PIZZA.replace("Where to?", "To which place?").replace('"Order "', '"New order "')
    second = server.deploy("pizza", reworded, version="2")
    assert second["older"] == [{"version": "1", "number": 1, "conversations": 4}] and "migration" not in second
    assert server.deploy("pizza", reworded + "\n", version="2.1")["older"][0]["conversations"] == 4
    done = server.cli("deploy", server.folder / "apps/pizza", "--migrate", "--json")
    moved = json.loads(done.stdout)
    assert moved["migration"] == {"moved": 4, "upgraded": 0, "kept": 0, "problem": None} and moved["older"] == [], done.stderr
    assert users[0].ask(chats[0], "home").startswith("New order 1: S")
    # Another question first: those that have passed it cannot go over.
    diverging = reworded.replace(
        "  local size, place", "  chat:ask('Which town?')\n  local size, place").replace("dice = ", "dice = 1 + ")
    third = server.deploy("pizza", diverging, version="3")
    assert third["older"][0]["conversations"] == 3
    kept = json.loads(server.cli("deploy", server.folder / "apps/pizza", "--migrate", "--json").stdout)
    assert kept["migration"]["kept"] == 3 and "Which town?" in kept["migration"]["problem"], kept
    # The old ones go on as they began, also after a crash; a new one begins on the new version.
    server.kill()
    server.start()
    assert users[1].ask(chats[1], "home").startswith("New order 2: S")
    assert users[2].ask(chats[2], "L").startswith("To which place?")
    assert users[0].ask(chats[0], "/order") == "Which town?"
    # What cannot go over is told to the new version.
    write_app(server.folder / "apps/pizza", "pizza", diverging + UPGRADE, version="4")
    last = json.loads(server.cli("deploy", server.folder / "apps/pizza", "--migrate", "--json").stdout)
    assert last["migration"]["upgraded"] == 2 and last["migration"]["moved"] == 1 and last["older"] == []
    assert users[2].wait_for_message(chats[2], lambda m: m["text"] == "What was it?")
    assert users[2].ask(chats[2], "pasta") == "again: pasta"
    assert any(m["text"] == "Sorry, /order  begins again." for m in users[3].history(chats[3]))


DIVERGING = """
local stoa = require "stoa"
stoa.command("order", function(chat)
  -- The order of pairs is another one in each state: what it must not be used for.
  local set = {}
  for i = 1, 40 do set["key " .. i] = true end
  local order = {}
  for key in pairs(set) do order[#order + 1] = key end
  chat:ask("First? " .. table.concat(order, ","))
  chat:send("went on")
end)
"""


def test_a_replay_that_takes_another_path_ends_with_both_values_named(server):
    server.deploy("pizza", DIVERGING)
    alice = server.user("alice")
    chat = alice.direct("pizza")
    for _ in range(10):
        alice.ask(chat, "/order")
        server.kill()
        server.start()
        alice.send(chat, "x")
        server.wait_until_idle()
        if server.dead_letters():
            break
    (_, _, reason), = server.dead_letters()
    assert "another path than the journal" in reason and reason.count("First? key") == 2, reason
    texts = [m["text"] for m in alice.history(chat)]
    assert texts[-1] == "x" and server.query("SELECT count(*) FROM conversations") == [(0,)]


def test_in_a_group_each_person_has_their_own(server):
    server.deploy("pizza", PIZZA)
    alice, bob = server.user("alice"), server.user("bob")
    chat = alice.group("hungry", "bob", "pizza")
    for user in (alice, bob):
        user.ask(chat, "/order")
    alice.ask(chat, "S")
    bob.ask(chat, "L")
    assert ": S (1) to Alley" in alice.ask(chat, "Alley")
    assert ": L (3) to Boulevard" in bob.ask(chat, "Boulevard")


TIMERS = """
local stoa = require "stoa"
stoa.command("after", function(chat, seconds) chat.timers:after(tonumber(seconds), "once", { n = 1 }) chat:send("set") end)
stoa.command("every", function(chat, seconds)
  chat.store:put("timer", chat.timers:every(tonumber(seconds), "again"))
  chat:send("set")
end)
stoa.command("stop", function(chat) chat:send(tostring(chat.timers:cancel(chat.store:get("timer")))) end)
stoa.timer("once", function(chat, timer) chat:send("once " .. timer.data.n) end)
stoa.timer("again", function(chat) chat:send("again " .. chat.store:increment("rounds")) end)
"""


def test_a_timer_fires_once_across_restarts(server):
    server.deploy("alarm", TIMERS)
    alice = server.user("alice")
    chat = alice.direct("alarm")
    for seconds in ("0.2", "1", "1.5", "3"):
        assert alice.ask(chat, f"/after {seconds}") == "set"
    server.kill()
    # Two of them come due while nothing runs.
    time.sleep(1.2)
    server.start()
    alice.wait_for_message(chat, lambda m: m["text"] == "once 1")
    server.kill()
    server.start()

    def fired():
        return [m["text"] for m in alice.history(chat)].count("once 1")

    alice_deadline = time.monotonic() + 20
    while fired() < 4:
        assert time.monotonic() < alice_deadline, f"{fired()} of 4 timers fired"
        time.sleep(0.05)
    server.wait_until_idle()
    assert server.query("SELECT count(*) FROM timers") == [(0,)]
    assert fired() == 4 and not server.dead_letters()


def test_a_repeated_timer_goes_on_after_a_restart_until_cancelled(server):
    server.deploy("alarm", TIMERS)
    alice = server.user("alice")
    chat = alice.direct("alarm")
    assert alice.ask(chat, "/every 1") == "set"
    alice.wait_for_message(chat, lambda m: m["text"] == "again 1")
    server.kill()
    server.start()
    alice.wait_for_message(chat, lambda m: m["text"] == "again 3")
    sent = alice.send(chat, "/stop")
    alice.wait_for_message(chat, lambda m: m["id"] > sent["id"] and m["text"] == "true")
    rounds = [m["text"] for m in alice.history(chat) if m["text"].startswith("again")]
    assert rounds == [f"again {i + 1}" for i in range(len(rounds))]
    assert server.query("SELECT count(*) FROM timers") == [(0,)]

"""An order of twelve steps, killed at every single point of its way: the same messages, the same store, each effect once."""

import json
import re
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from remote import Remote
from stoa import Server, wait_for

ORDER = """
local stoa = require "stoa"

stoa.command("order", function(chat)
  local number = stoa.store:increment("orders")
  local dish = chat:choose("Which pizza?", { "Margherita", "Funghi" })                      -- 1
  local size = chat:choose("Which size?", { "S", "M", "L" })                                -- 2
  local extras = {}
  for i = 1, 2 do extras[i] = chat:ask("Extra " .. i .. "?") end                            -- 3, 4
  local where = chat:form({                                                                 -- 5, 6, 7
    { name = "street", ask = "Street?" },
    { name = "phone", ask = "Phone?", type = "phone" },
    { name = "day", ask = "Which day?", type = "date" },
  })
  if not chat:confirm("Order " .. dish .. " " .. size .. "?") then return end               -- 8
  local answer = stoa.http.fetch {                                                          -- 9
    url = "http://127.0.0.1:PORT/orders", method = "POST",
    json = { dish = dish, size = size, extras = extras, where = where },
  }
  local id = answer:json().id
  chat.store:put("order " .. number, { dish = dish, size = size, extras = extras, street = where.street, id = id })
  chat:send("Ordered as " .. id .. ". Lucky number " .. math.random(1, 1000000) .. ".")
  chat:sleep("3 days")                                                                      -- 10
  chat:send("Three days have passed.")
  local stars = chat:choose("How was it?", { "*", "**", "***" })                            -- 11
  local words = chat:ask("In a word?", { timeout = "7 days" })                              -- 12
  stoa.http.fetch { url = "http://127.0.0.1:PORT/feedback", method = "PUT", json = { stars = stars, words = words } }
  chat.store:increment("feedback")
  chat:send("Thank you, " .. chat.user.name .. ".")
end)
"""

ANSWERS = [
    ("Which pizza?", "press", "Funghi"), ("Which size?", "say", "l"), ("Extra 1?", "say", "olives"),
    ("Extra 2?", "say", "ham"), ("Street?", "say", "Main Street 1"), ("Phone?", "say", "+44 20 7946 0000"),
    ("Which day?", "say", "2026-12-24"), ("Order Funghi L?", "press", "Yes"), ("How was it?", "press", "***"),
    ("In a word?", "say", "hot"),
]
DAY = 24 * 3600 * 1000


class Life:
    """One server with one order on it, brought back whenever it dies."""

    def __init__(self, kill_at: int | None = None, after_sleep: bool = False):
        def answer(request):
            body = b'{"id":"A-77"}' if request.path == "/orders" else b"{}"
            return 200, {"Content-Type": "application/json"}, body

        self.remote = Remote(answer)
        self.server = Server("--rate-limit", "off", "--allow-private-fetch")
        self.server.start()
        capabilities = [
            {"name": "messages.send", "reason": "x"}, {"name": "store", "reason": "x"},
            {"name": "http.fetch", "reason": "x", "hosts": [self.remote.origin]},
        ]
        self.server.deploy("order", ORDER.replace("PORT", str(self.remote.port)), capabilities=capabilities)
        self.alice = self.server.user("alice")
        self.chat = self.alice.direct("order")
        self.deaths = 0
        environment = {"STOA_TEST_KILL_AT": str(kill_at)} if kill_at else {}
        self.after_sleep = environment if after_sleep else {}
        self.restart({} if after_sleep else environment)

    def restart(self, environment: dict[str, str] = {}):
        self.server.kill()
        self.server.environment = environment
        try:
            self.server.start()
        except AssertionError:
            # The point lay in the start itself.
            assert environment and self.server.process.wait(5) == -9
            self.deaths += 1
            self.restart()

    def alive(self, action):
        """Does something as a client that tries again when the server was gone."""
        while True:
            try:
                return action()
            except Exception:
                # It dies a moment after its connections do; one that lives on has a fault of its own.
                try:
                    self.server.process.wait(2)
                except subprocess.TimeoutExpired:
                    pass
                if self.server.process.poll() is None:
                    raise
                self.deaths += 1
                self.restart()

    def texts(self) -> list[tuple[str, str]]:
        history = self.alive(lambda: self.alice.history(self.chat))
        return [(message["from"]["name"], re.sub(r"number \d+", "number N", message["text"])) for message in history]

    def last_of_bot(self):
        history = self.alive(lambda: self.alice.history(self.chat))
        return next((message for message in history[::-1] if message["from"]["bot"]), None)

    def wait_for(self, text: str):
        end = time.monotonic() + 30
        while True:
            message = self.last_of_bot()
            if message and message["text"].startswith(text):
                return message
            assert time.monotonic() < end, (text, message and message["text"], self.server.output[-5:])
            time.sleep(0.01)

    def pass_three_days(self):
        """Where the server keeps it, the moment at which the sleep ends becomes the present; then it is started again."""
        due = self.alive(lambda: wait_for(
            lambda: self.server.query("SELECT deadline FROM conversations WHERE deadline IS NOT NULL"), "the sleep"))
        assert abs(due[0][0] - time.time() * 1000 - 3 * DAY) < DAY / 24
        self.server.kill()
        with sqlite3.connect(self.server.data / "stoa.db") as database:
            database.execute("UPDATE conversations SET deadline = deadline - ?", (3 * DAY,))
        database.close()
        self.restart(self.after_sleep)

    def run(self, kill_between: int | None = None):
        """The whole order; with a number, killed and started again before that step as well."""
        self.alive(lambda: self.alice.send(self.chat, "/order", nonce="start"))
        for step, (question, how, what) in enumerate(ANSWERS):
            if question == "How was it?":
                self.wait_for("Ordered as A-77")
                self.pass_three_days()
            message = self.wait_for(question)
            if step == kill_between:
                self.restart()
            if how == "press":
                self.alive(lambda: self.alice.press(message, what))
            else:
                self.alive(lambda: self.alice.send(self.chat, what, nonce=f"step {step}"))
        self.wait_for("Thank you, alice.")
        # What is still to be done after the last message is part of it.
        self.alive(self.server.wait_until_idle)

    def outcome(self):
        store = self.server.query("SELECT scope, key, hex(value) FROM store ORDER BY scope, key")
        asked = {}
        for request in self.remote.requests:
            asked.setdefault(request.path, set()).add((request.headers["idempotency-key"], request.body))
        left = [
            self.server.query(f"SELECT count(*) FROM {table}")[0][0] for table in ("conversations", "outbox", "inbox")]
        # Maps cross the bridge in any order, so the bodies are compared as JSON.
        bodies = {path: [json.loads(body) for _, body in sorted(seen)] for path, seen in asked.items()}
        return {"texts": self.texts(), "store": store, "bodies": bodies, "left": left}

    def close(self):
        self.server.close()
        self.remote.close()


def life(kill_at: int | None = None, kill_between: int | None = None, after_sleep: bool = False):
    one = Life(kill_at, after_sleep)
    try:
        one.run(kill_between)
        return one.outcome(), one.deaths, list(one.remote.requests)
    finally:
        one.close()


@pytest.fixture(scope="module")
def expected():
    outcome, deaths, requests = life()
    assert deaths == 0 and len(requests) == 2 and outcome["left"] == [0, 0, 0]
    assert len(outcome["texts"]) == 21 and outcome["bodies"]["/orders"][0]["extras"] == ["olives", "ham"]
    return outcome


def same(outcome, expected, where):
    # The store's maps are compared by their length: the order of their entries is free.
    for found, wanted in zip(outcome.pop("store"), expected["store"], strict=True):
        assert found[:2] == wanted[:2] and len(found[2]) == len(wanted[2]), where
    assert outcome == {key: value for key, value in expected.items() if key != "store"}, where


def test_killed_between_any_two_steps(expected):
    with ThreadPoolExecutor(2) as pool:
        for step, (outcome, _, _) in enumerate(pool.map(lambda step: life(kill_between=step), range(len(ANSWERS)))):
            same(outcome, expected, f"before step {step}")


@pytest.mark.parametrize(("after_sleep", "at_least"), [(False, 40), (True, 20)])
def test_killed_inside_of_every_step(expected, after_sleep, at_least):
    # Points are counted until one lies behind the end of the order: then it was killed at each of them.
    total, batch, repeated = 0, 8, 0
    with ThreadPoolExecutor(2) as pool:
        while True:
            points = range(total + 1, total + 1 + batch)
            results = list(pool.map(lambda point: life(point, after_sleep=after_sleep), points))
            for point, (outcome, _, requests) in zip(points, results):
                same(outcome, expected, f"killed at point {point}")
                repeated += len(requests) > 2
            total += batch
            if any(deaths == 0 for _, deaths, _ in results):
                break
    assert total >= at_least, "every step has its points"
    assert repeated >= 1, "a request that was under way at a crash is made again"

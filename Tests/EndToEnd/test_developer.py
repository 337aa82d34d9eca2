"""A developer's day: stoa dev, trace and replay."""

import json
import re
import signal
import subprocess
import threading

import pytest

from stoa import BINARY, wait_for, write_app

MAIN = """local stoa = require "stoa"
stoa.command("order", function(chat)
  local number = stoa.store:increment("orders")
  local where = chat:ask("Where to?")
  chat:send("Order " .. number .. " to " .. where .. " <b>")
end)
stoa.on("message", function(chat, message) chat:send("heard " .. message.text) end)
"""


class Dev:
    """`stoa dev` on a folder, with what it has printed."""

    def __init__(self, server, folder):
        self.process = subprocess.Popen(
            [BINARY, "dev", folder, "--data", server.data], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.lines = []
        threading.Thread(target=lambda: self.lines.extend(line.rstrip() for line in iter(self.process.stdout.readline, "")),
                         daemon=True).start()

    def wait_for(self, pattern: str):
        return wait_for(lambda: next((line for line in self.lines if re.search(pattern, line)), None), pattern)


def test_dev_deploys_at_every_save_and_shows_each_turn(server):
    folder = write_app(server.folder / "dev", "devbot", MAIN)
    dev = Dev(server, folder)
    try:
        dev.wait_for(r"── devbot 1, number 1")
        alice = server.user("alice")
        chat = alice.direct("devbot")
        assert alice.ask(chat, "/order") == "Where to?"
        dev.wait_for(r'turn \d+  "/order" by alice  [\d.]+ ms, \d+ instructions, waiting')
        dev.wait_for(r'store\.increment\("app", 0, "orders", 1\) = 1  \[store\]  \d+ µs')
        dev.wait_for(r'→ "Where to\?"   \[messages\.send\]')
        dev.wait_for(r"waits: message")
        (folder / "main.lua").write_text(MAIN.replace("chat:send(", "chat:sned("))
        dev.wait_for(r"main\.lua:5:8: error: there is no chat:sned")
        dev.wait_for(r"did you mean chat:send\?")
        # What waits goes on with the code that was saved last.
        (folder / "main.lua").write_text(MAIN.replace('"Order "', '"Mended order "'))
        dev.wait_for(r"── devbot 1, number 2, 1 waiting conversations moved")
        assert alice.ask(chat, "home") == "Mended order 1 to home <b>"
        (folder / "main.lua").write_text(MAIN.replace("message.text)", "message.nothing)"))
        dev.wait_for(r"number 3")
        alice.send(chat, "hello")
        dev.wait_for(r"main\.lua:7: attempt to concatenate a nil value \(field 'nothing'\)")
        dev.process.send_signal(signal.SIGINT)
        assert dev.process.wait(10) == 0
    finally:
        dev.process.kill()


def test_a_conversation_is_traced_and_replayed(server, tmp_path):
    server.deploy("pizza", MAIN)
    alice = server.user("alice")
    chat = alice.direct("pizza")
    alice.ask(chat, "/order")
    alice.ask(chat, "home & away")
    server.wait_until_idle()
    listed = server.cli("trace", "pizza").stdout.split()
    trace = server.cli("trace", "pizza", listed[0])
    assert trace.returncode == 0, trace.stderr
    turns = re.findall(r"turn (\d+)", trace.stdout)
    assert len(turns) == 2 and '"home & away" by alice' in trace.stdout and trace.stdout.rstrip().endswith("ended")
    page = tmp_path / "trace.html"
    assert server.cli("trace", "pizza", turns[1], "--html", page).returncode == 0
    html = page.read_text()
    assert "home &amp; away &lt;b&gt;" in html and "<b>\"" not in html and html.count("<section") == 2
    # Replays need no server.
    server.stop()
    same = server.cli("replay", "pizza", turns[1])
    assert same.returncode == 0 and '→ "Order 1 to home & away <b>"' in same.stdout, same
    # The variables as they were when the question was asked.
    waits = same.stdout.split("    waits\n")[1].split("turn ")[0]
    assert "main.lua:4 in " in waits and "            number = 1\n" in waits and "chat = {" in waits, waits
    stepped = server.cli("replay", "pizza", turns[1], "--step", stdin="\nq\n")
    assert stepped.returncode == 0 and stepped.stdout.count(" in function") == 2 and "Order 1 to" not in stepped.stdout, stepped
    changed = write_app(tmp_path / "changed", "pizza", MAIN.replace("Where to?", "To where?"))
    other = server.cli("replay", "pizza", turns[1], "--against", changed)
    assert other.returncode == 1
    assert "≠ journal:" in other.stdout and "Where to?" in other.stdout and "To where?" in other.stdout
    assert server.cli("replay", "pizza", "12345").returncode == 1
    assert server.cli("trace", "nobody").returncode == 1


def test_a_turn_that_failed_is_replayed_with_its_error(server):
    server.deploy("fragile", 'local stoa = require "stoa"\nstoa.on("message", function(chat, m) chat:send(m.text .. m.lost) end)\n')
    alice = server.user("alice")
    alice.send(alice.direct("fragile"), "x")
    turn = wait_for(lambda: server.query("SELECT id FROM turns WHERE outcome = 2"), "a failed turn")[0][0]
    replay = server.cli("replay", "fragile", turn)
    assert replay.returncode == 0 and "main.lua:2: attempt to concatenate a nil value (field 'lost')" in replay.stdout


def test_what_an_operator_looks_at_stands_in_the_audit(server):
    server.deploy("pizza", MAIN)
    alice = server.user("alice")
    alice.ask(alice.direct("pizza"), "/order")
    server.wait_until_idle()
    turn = server.query("SELECT id FROM turns")[0][0]
    assert server.cli("logs", "pizza").returncode == 0
    assert server.cli("dead", "pizza").returncode == 0
    assert server.cli("trace", "pizza").returncode == 0
    assert server.cli("secret", "set", "pizza", "KEY", stdin="a secret value\n").returncode == 0
    server.stop()
    assert server.cli("replay", "pizza", turn).returncode == 0
    checked = server.cli("audit", "verify")
    assert checked.returncode == 0 and "all as they were written" in checked.stdout, checked
    entries = [json.loads(line) for line in server.cli("audit", "export").stdout.splitlines()]
    assert [entry["entry"] for entry in entries] == list(range(1, len(entries) + 1))
    told = [(entry["kind"], entry["details"]) for entry in entries]
    assert [kind for kind, _ in told] == ["deploy", "user_created", "read", "read", "read", "secret_set", "read"], told
    assert told[0][1].startswith("pizza 1, SHA-256 ") and told[-1][1] == f"pizza: turn {turn}, replayed"
    assert "a secret value" not in json.dumps(entries)
    server.execute("UPDATE audit SET details = 'nothing' WHERE seq = 4")
    changed = server.cli("audit", "verify", "--json")
    assert changed.returncode == 1 and json.loads(changed.stdout)["problems"][0]["entry"] == 4
    # A look that cannot be noted is not given.
    assert server.cli("trace", "nobody").returncode == 1


def test_a_key_that_is_missing_is_not_replaced_by_one_that_does_not_fit(server):
    server.deploy("pizza", MAIN)
    assert server.cli("secret", "set", "pizza", "KEY", stdin="a secret value\n").returncode == 0
    server.stop()
    for name in ("audit.key", "secrets.key"):
        key, kept = server.data / name, server.folder / name
        key.rename(kept)
        with pytest.raises(AssertionError, match=f"{name} is missing. Put it back from a backup"):
            server.start()
        if name == "audit.key":
            checked = server.cli("audit", "verify")
            assert checked.returncode == 1 and "audit.key is missing" in checked.stderr, checked
        assert not key.exists()
        kept.rename(key)
    server.start()
    assert server.cli("audit", "verify").returncode == 0

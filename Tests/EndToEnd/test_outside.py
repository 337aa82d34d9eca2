"""What apps ask of other servers and of each other, and what other services tell them."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from remote import Remote
from stoa import wait_for

SEND = {"name": "messages.send", "reason": "x"}
STORE = {"name": "store", "reason": "x"}

FETCH = """
local stoa = require "stoa"
stoa.command("get", function(chat, url)
  local answer, problem = stoa.http.fetch(url)
  if not answer then return chat:send("none: " .. problem) end
  chat:send(answer.status .. " " .. answer.body:sub(1, 200))
end)
stoa.command("secret", function(chat, url)
  local answer, problem = stoa.http.fetch { url = url, method = "POST", headers = {
    Authorization = "Bearer " .. stoa.http.secret("API_KEY"), ["X-Plain"] = "p" }, json = { b = 1 } }
  chat:send(answer and answer.body or "none: " .. problem)
end)
stoa.command("header", function(chat, value)
  local ok, problem = stoa.http.fetch { url = "http://" .. "127.0.0.1/", headers = { ["X-A"] = (value:gsub("|", "\\r\\n")) } }
  chat:send("none: " .. problem)
end)
stoa.command("peek", function(chat)
  local secret = stoa.http.secret("API_KEY")
  chat:send(tostring(secret) .. " " .. tostring(pcall(function() return #secret end)) .. " " .. type(secret.parts))
end)
stoa.command("slow", function(chat, url)
  local answer, problem = stoa.http.fetch { url = url, timeout = 1 }
  chat:send(answer and "answered" or "none: " .. problem)
end)
stoa.command("both", function(chat, url)
  local first, late = stoa.race {
    answer = function() return stoa.http.fetch(url).status end, late = function() chat:sleep(20) end,
  }
  chat:send(first .. " " .. tostring(late))
end)
"""


def fetcher(*hosts: str):
    return [SEND, {"name": "http.fetch", "reason": "x", "hosts": list(hosts)}]


@pytest.mark.parametrize("host", [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "localhost", "169.254.169.254", "10.0.0.1",
    "192.168.1.1", "[::ffff:127.0.0.1]", "[fd00::1]",
])
def test_no_app_reaches_a_private_address(make_server, host, remote):
    server = make_server("--rate-limit", "off").start()
    # The manifest may list what it likes in canonical form; every other form is refused by its name already.
    listed = [f"http://{name}:{remote.port}" for name in ("127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1")]
    server.deploy("fetcher", FETCH, capabilities=fetcher(*listed))
    alice = server.user("alice")
    said = alice.ask(alice.direct("fetcher"), f"/get http://{host}:{remote.port}/")
    assert said.startswith("none: ") and ("no public address" in said or "is not among the" in said), said
    assert remote.requests == []


def test_what_may_be_asked_and_what_comes_back(make_server):
    def answer(request):
        if request.path == "/away":
            return 302, {"Location": "http://localhost:1/"}, b""
        if request.path == "/huge":
            return 200, {}, b"x" * (2 << 20)
        if request.path == "/slow":
            time.sleep(3)
        return 201, {}, request.headers.get("idempotency-key", "").encode()

    remote = Remote(answer)
    server = make_server("--rate-limit", "off", "--allow-private-fetch").start()
    try:
        server.deploy("fetcher", FETCH, capabilities=fetcher(remote.origin))
        alice = server.user("alice")
        chat = alice.direct("fetcher")
        first, second = (alice.ask(chat, f"/get {remote.origin}/") for _ in range(2))
        assert first.startswith('201 "stoa-') and second.startswith('201 "stoa-') and first != second
        assert "is not among the" in alice.ask(chat, "/get https://example.com/")
        assert "is not among the" in alice.ask(chat, f"/get {remote.origin}/away")
        assert "more than" in alice.ask(chat, f"/get {remote.origin}/huge")
        assert "within 1000 ms" in alice.ask(chat, f"/slow {remote.origin}/slow")
        assert "line break" in alice.ask(chat, "/header a|Host: evil")
        assert "no URL" in alice.ask(chat, "/get file:///etc/passwd")
        assert alice.ask(chat, f"/both {remote.origin}/") == "answer 201"
        assert server.query("SELECT count(*) FROM outbox") == [(0,)]
        assert not server.dead_letters()
    finally:
        remote.close()


def test_a_secret_is_used_and_never_read(make_server):
    def answer(request):
        # It gives back what it was sent, as a debugging service would.
        return 200, {}, json.dumps([request.headers.get("authorization"), request.headers["x-plain"]]).encode()

    remote = Remote(answer)
    server = make_server("--rate-limit", "off", "--allow-private-fetch").start()
    try:
        server.deploy("fetcher", FETCH, capabilities=fetcher(remote.origin))
        alice = server.user("alice")
        chat = alice.direct("fetcher")
        assert "has no secret API_KEY" in alice.ask(chat, f"/secret {remote.origin}/")
        set_secret(server, "fetcher", "API_KEY", "s3cr3t-value")
        assert alice.ask(chat, f"/secret {remote.origin}/") == '["Bearer [secret API_KEY]", "p"]'
        assert remote.requests[-1].headers["authorization"] == "Bearer s3cr3t-value"
        assert remote.requests[-1].body == b'{"b":1}'
        assert remote.requests[-1].headers["content-type"] == "application/json"
        assert alice.ask(chat, "/peek") == "(a secret) true nil"
        listed = server.cli_json("secret", "list", "fetcher")
        assert listed["name"] == "API_KEY" and "value" not in listed
        for file in server.data.glob("stoa.db*"):
            assert b"s3cr3t-value" not in file.read_bytes()
        set_secret(server, "fetcher", "API_KEY", "s3cr3t-value", "--host", "api.example.com")
        assert "may not be sent to 127.0.0.1" in alice.ask(chat, f"/secret {remote.origin}/")
        assert server.cli("secret", "remove", "fetcher", "API_KEY").returncode == 0
        assert "has no secret" in alice.ask(chat, f"/secret {remote.origin}/")
    finally:
        remote.close()


def set_secret(server, app: str, name: str, value: str, *more: str):
    done = server.cli("secret", "set", app, name, *more, stdin=value + "\n")
    assert done.returncode == 0, done.stderr


def test_the_audit_names_the_server_that_was_asked(server, remote):
    """By the parser that the request is made with, whatever else is in the address."""
    server.deploy("fetcher", """
local stoa = require "stoa"
stoa.command("get", function(chat, url)
  local response, why = stoa.http.fetch(url)
  chat:send("got " .. tostring(response and response.status or why))
end)
""", capabilities=[SEND, {"name": "http.fetch", "reason": "to ask", "hosts": ["good.example"]}])
    alice = server.user("alice")
    chat = alice.direct("fetcher")
    for url in (f"{remote.origin}/?x=://good.example/", "https://good.example\n2026-granted", "http:///good.example/"):
        alice.ask(chat, f"/get {url}")
    told = [use["details"] for use in alice.get("/v1/uses")["uses"] if use["kind"] == "used"]
    assert told and told[0] == f"http.fetch: GET {remote.origin}"
    assert not [line for line in told if "granted" in line or line == "http.fetch: GET https://good.example"]


HOOKS = """
local stoa = require "stoa"
stoa.command("start", function(chat) stoa.store:put("chat", chat.id) chat:send("here") end)
stoa.on("webhook", function(request)
  local chat = stoa.store:get("chat")
  stoa.chat(chat):send(request.path .. " " .. request.method .. " " .. tostring(request:json().action) .. " "
    .. tostring(request.query.q) .. " " .. tostring(request.headers["x-event"]))
end)
"""


def test_webhooks_become_updates_if_they_are_signed(server):
    inbound = [
        {"path": "git", "scheme": "github", "secret": "KEY"}, {"path": "pay", "scheme": "stripe", "secret": "KEY"},
        {"path": "talk", "scheme": "slack", "secret": "KEY"},
        {"path": "own", "scheme": "hmac", "header": "X-Sign", "encoding": "base64", "algorithm": "sha512", "secret": "KEY"},
    ]
    server.deploy("hooks", HOOKS, capabilities=[SEND, STORE], inbound=inbound)
    alice = server.user("alice")
    chat = alice.group("Deployments", "hooks")
    assert alice.ask(chat, "/start") == "here"
    body = b'{"action":"opened"}'
    key = b"a-long-enough-key"

    def sign(message: bytes, algorithm="sha256"):
        return hmac.new(key, message, algorithm)

    def call(path: str, headers: dict, body: bytes = body):
        return server.call("POST", f"/hooks/hooks/{path}", raw=body, headers={"X-Event": "e", **headers}).status

    github = {"X-Hub-Signature-256": "sha256=" + sign(body).hexdigest()}
    assert call("git?q=1", github) == 503, "no secret is set yet"
    set_secret(server, "hooks", "KEY", key.decode())
    now = int(time.time())
    stripe = {"Stripe-Signature": f"t={now},v1={'0' * 64},v1={sign(f'{now}.'.encode() + body).hexdigest()}"}
    slack = {
        "X-Slack-Request-Timestamp": str(now), "X-Slack-Signature": "v0=" + sign(f"v0:{now}:".encode() + body).hexdigest()}
    own = {"X-Sign": base64.b64encode(sign(body, "sha512").digest()).decode()}
    for path, headers in [("git?q=1", github), ("pay", stripe), ("talk", slack), ("own", own)]:
        assert call(path, headers) == 202, path
        name = path.split("?")[0]
        q = "1" if "?" in path else "nil"
        alice.wait_for_message(chat, lambda m: m["text"] == f"{name} POST opened {q} e")
    old = now - 4000
    stale = {"Stripe-Signature": f"t={old},v1={sign(f'{old}.'.encode() + body).hexdigest()}"}
    for path, headers in [
        ("git", {}), ("git", {"X-Hub-Signature-256": "sha256=" + "0" * 64}), ("git", own), ("pay", stale), ("pay", {}),
        ("own", {"X-Sign": "!"}), ("talk", stripe),
    ]:
        assert call(path, headers) == 401, (path, headers)
    assert call("git", github, body + b" ") == 401
    assert call("none", github) == 404
    assert server.call("POST", "/hooks/nobody/git", raw=body).status == 404
    assert server.call("GET", "/hooks/hooks/git").status == 405
    assert server.call("POST", "/hooks/hooks/git", raw=b"x" * (1 << 20)).status == 413
    server.wait_until_idle()
    assert len([m for m in alice.history(chat) if "POST" in m["text"]]) == 4


CALLER = """
local stoa = require "stoa"
stoa.command("ask", function(chat, arguments)
  local app, name, value = arguments:match("^(%S+) (%S+) ?(.*)$")
  local a, b = chat:call(app, name, value, { n = 1 })
  chat:send(tostring(a) .. " / " .. tostring(b))
end)
"""
CALLEE = """
local stoa = require "stoa"
stoa.export("twice", function(call, value, options) return value .. value .. options.n, call.app end)
stoa.export("later", function(call, value) call:sleep(0.3) return "late " .. value end)
stoa.export("broken", function(call) error("no") end)
stoa.export("hidden", function(call) return "secret" end)
"""


def test_an_app_calls_another_that_admits_it(server):
    server.deploy("caller", CALLER, capabilities=[SEND, {"name": "apps.call", "reason": "x", "apps": ["callee", "gone"]}])
    exports = [{"name": name, "apps": ["caller"]} for name in ("twice", "later", "broken")]
    server.deploy("callee", CALLEE, capabilities=[], exports=exports + [{"name": "hidden", "apps": ["other"]}])
    alice = server.user("alice")
    chat = alice.direct("caller")
    assert alice.ask(chat, "/ask callee twice ab") == "abab1 / caller"
    assert alice.ask(chat, "/ask callee later x") == "late x / nil"
    assert alice.ask(chat, "/ask callee hidden") == "nil / callee does not admit calls of this app"
    assert alice.ask(chat, "/ask callee nothing") == "nil / callee has no function nothing"
    assert alice.ask(chat, "/ask gone f") == "nil / there is no app named gone"
    # Its handler is tried again with growing pauses before it counts as failed.
    alice.send(chat, "/ask callee broken")
    alice.wait_for_message(chat, lambda m: m["text"] == "nil / the function failed", timeout=40)
    # A crash between question and answer changes nothing.
    alice.send(chat, "/ask callee later y")
    server.kill()
    server.start()
    alice.wait_for_message(chat, lambda m: m["text"] == "late y / nil")


FRAGILE = """
local stoa = require "stoa"
stoa.on("message", function(chat, message)
  if message.text:find("bad") then
    local order = nil
    chat:send(order.total)
  end
  chat:send("fine")
end)
"""


def test_dead_letters_are_seen_retried_and_dropped(server):
    server.deploy("fragile", FRAGILE)
    alice = server.user("alice")
    chat = alice.direct("fragile")
    for text in ("bad 1", "bad 2"):
        alice.send(chat, text)
    wait_for(lambda: len(server.dead_letters()) == 2, "two dead letters", timeout=90)
    done = server.cli("dead", "fragile", "--json")
    letters = [json.loads(line) for line in done.stdout.splitlines()]
    assert [letter["kind"] for letter in letters] == ["message"] * 2 and letters[0]["person"] == "alice"
    reason = letters[0]["reason"]
    assert "main.lua:6" in reason and "chat:send(order.total)" in reason and "^" in reason, reason
    assert "main.lua:6" in server.cli("dead", "fragile").stdout
    assert server.cli("dead", "drop", "fragile", str(letters[0]["id"])).returncode == 0
    assert server.cli("dead", "drop", "fragile", str(letters[0]["id"])).returncode == 1
    assert server.cli("dead", "retry", "fragile").returncode == 2
    server.deploy("fragile", FRAGILE.replace("order.total", '"mended"'), version="2")
    assert server.cli_json("dead", "retry", "fragile", "--all") == {"count": 1}
    alice.wait_for_message(chat, lambda m: m["text"] == "mended")
    assert not server.dead_letters() and server.cli("dead", "fragile").stdout == ""

"""Workers that die, apps that attack: nothing is lost or doubled, and the others are served."""

import asyncio
import os
import random
import re
import signal
import statistics
import time
from collections import Counter
from pathlib import Path

import pytest

from stoa import ROOT, wait_for
from stream import Stream

CORPUS = Path(os.environ.get("STOA_CORPUS", ROOT / "Tests/SandboxCore/corpus"))
if (CORPUS / "corpus").is_dir():
    CORPUS /= "corpus"

SLOW = """
local stoa = require "stoa"
stoa.on("message", function(chat, message)
  local turn = chat.store:increment("turns")
  stoa.store:increment("turns")
  for i = 1, 500000 do end
  chat:reply("answer " .. message.text .. " " .. turn)
end)
"""


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def crash(pid: int) -> None:
    """A true segmentation fault: Lua's code becomes zeros under the worker's feet. A signal from outside would be blocked."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    start, end = re.search(r"^(\w+)-(\w+) r-xp .*liblua", maps, re.MULTILINE).groups()
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
        memory.seek(int(start, 16))
        memory.write(bytes(int(end, 16) - int(start, 16)))


@pytest.mark.parametrize("die, signal_number", [(kill, signal.SIGKILL), (crash, signal.SIGSEGV)])
def test_a_worker_that_dies_loses_no_turn_and_doubles_none(server, die, signal_number):
    server.deploy("slow", SLOW)
    users = [server.user(f"user{i}") for i in range(20)]
    chats = [user.direct("slow") for user in users]
    deaths = 6
    # The worker that looked at the deployment stays, and has nothing more to do.
    killed = idle = set(server.workers())

    async def send_all():
        nonlocal killed
        streams = [Stream(user) for user in users]
        for stream in streams:
            await stream.__aenter__()
        for i in range(40):
            for stream, chat in zip(streams, chats):
                await stream.send(chat, str(i), str(i))
        for stream in streams:
            await stream.until(lambda s: s.pending == 0, "acknowledgements")
        while len(killed - idle) < deaths:
            assert server.query("SELECT 1 FROM inbox LIMIT 1"), "all was answered before the workers died"
            await asyncio.sleep(random.uniform(0.02, 0.1))
            for pid in set(server.workers()) - killed:
                try:
                    die(pid)
                    killed = killed | {pid}
                except (FileNotFoundError, ProcessLookupError):
                    pass
                except PermissionError:
                    pytest.skip("this machine does not let a test break a worker's memory")
        for stream in streams:
            await stream.__aexit__()

    asyncio.run(send_all())
    server.wait_until_idle()
    assert not server.dead_letters()
    # One whose code was broken dies when it is next used, which may be after the last message.
    for chat, user in zip(chats, users):
        user.ask(chat, "40")
    wait_for(
        lambda: sum(f"(signal {signal_number.value})" in line for line in server.output) == deaths,
        f"{deaths} lines in the log about workers that died")
    for user, chat in zip(users, chats):
        answers = [m["text"] for m in user.history(chat) if m["from"]["bot"]]
        assert answers == [f"answer {i} {i + 1}" for i in range(41)]
    assert server.is_alive()


def test_a_conversation_outlives_its_worker(server):
    server.deploy("guess", """
        local stoa = require "stoa"
        stoa.command("start", function(chat)
          local secret = stoa.random.integer(1, 1000000)
          local name = chat:ask("Name? " .. secret)
          local age = chat:ask("Age?")
          chat:send(name .. ", " .. age .. ", " .. secret)
        end)""")
    alice = server.user("alice")
    chat = alice.direct("guess")
    secret = alice.ask(chat, "/start").split()[1]
    for _ in range(2):
        for pid in server.workers():
            os.kill(pid, signal.SIGKILL)
        last = alice.ask(chat, "x")
    assert last == f"x, x, {secret}"


HOSTILE = """
local stoa = require "stoa"
stoa.command("run", function(chat, name)
  local value = require("lib." .. name)
  chat:send("returned " .. (type(value) == "string" and utf8.len(value) and value:sub(1, 500) or "a " .. type(value)))
end)
"""

MIRROR = """
local stoa = require "stoa"
stoa.on("message", function(chat, message) chat:reply("echo: " .. message.text) end)
"""


async def round_trips(stream: Stream, chat: int, until) -> list[float]:
    """Milliseconds that each took, one after another."""
    times = []
    while not until(times):
        text = f"ping {stream.seq} {len(times)}"
        started = time.perf_counter()
        await stream.send(chat, text, text)
        await stream.until(lambda s: s.events and s.events[-1]["data"].get("text") == f"echo: {text}", text, timeout=120)
        times.append((time.perf_counter() - started) * 1000)
        # Otherwise the test would do nothing but this on one of two cores.
        await asyncio.sleep(0.005)
    return times


def as_module(text: str) -> str:
    """The script; as a text to be loaded if it names what the deployment would refuse. Apps do have a require."""
    text = re.sub(r"[\"']require[\"'],?| or require\b", "", text)
    if re.search(r"\bos\b|\bwarn\b|string\.dump", text):
        return f"return assert(load([==[{text}]==], '=attack', 't'))(...)"
    return text


def test_attacks_do_not_disturb_other_bots(server, capsys):
    scripts = sorted(CORPUS.glob("*.lua"))
    assert scripts, f"no attack scripts in {CORPUS}"
    modules = {f"lib/{script.name}": as_module(script.read_text()) for script in scripts}
    server.deploy("mirror", MIRROR)
    # Each attack is tried four times: less time for each makes the test shorter.
    server.deploy("hostile", HOSTILE, modules, limits={"wall_ms": 1000, "instructions": 20_000_000})
    server.deploy("harmless", HOSTILE, modules)
    alice, mallory = server.user("alice"), server.user("mallory")
    mirror = alice.direct("mirror")
    must_work = {s.stem for s in scripts if "-- expect: ok" in s.read_text() and "-- after" not in s.read_text()}
    chats = {s.stem: mallory.group(s.stem, "harmless" if s.stem in must_work else "hostile") for s in scripts}

    async def attack():
        async with Stream(alice) as stream:
            usual = await round_trips(stream, mirror, lambda times: len(times) == 200)
            for name, chat in chats.items():
                await asyncio.to_thread(mallory.send, chat, f"/run {name}")
            idle = asyncio.create_task(asyncio.to_thread(server.wait_until_idle, 280))
            under = await round_trips(stream, mirror, lambda _: idle.done())
            idle.result()
            after = await round_trips(stream, mirror, lambda times: len(times) == 200)
        return usual, under, after

    started = time.monotonic()
    usual, under, after = asyncio.run(attack())
    with capsys.disabled():
        print(f"\n{len(scripts)} attacks in {time.monotonic() - started:.0f} s")
        for name, times in (("before", usual), ("meanwhile", under), ("after", after)):
            quantiles = statistics.quantiles(times, n=100)
            print(f"echo {name}: {len(times)} round trips, median {statistics.median(times):.1f} ms,"
                  f" p99 {quantiles[98]:.1f} ms, worst {max(times):.0f} ms")
    assert server.is_alive()
    dead = {chat: reason for _, chat, reason in server.dead_letters()}
    for script in scripts:
        said = [m["text"] for m in mallory.history(chats[script.stem]) if m["from"]["bot"]]
        reason = dead.get(chats[script.stem], "")
        assert "ESCAPED" not in reason and not any("ESCAPED" in text for text in said), (script.name, said, reason)
        assert len(said) + bool(reason) == 1, (script.name, said, reason)
        if script.stem in must_work:
            assert said and re.search(r"\bok\b", said[0]), (script.name, said, reason)
    # Within twice the usual time, with some milliseconds for a machine that does other things too; a single round trip may
    # have to wait for a processor, but never for an attack to end.
    usually = statistics.median(usual)
    assert statistics.median(under) < 2 * usually + 5 and max(under) < 2_000
    assert statistics.median(after) < 2 * usually + 5


ZOO = """
local stoa = require "stoa"
local zoo, ran = require("lib.zoo").all()

local function calls(chat, message, press)
  local list = {
    ["chat:send"] = { chat.send, chat }, ["chat:reply"] = { chat.reply, chat }, ["chat:edit"] = { chat.edit, chat },
    ["chat:delete"] = { chat.delete, chat }, ["chat:typing"] = { chat.typing, chat }, ["chat:ask"] = { chat.ask, chat },
    ["chat:choose"] = { chat.choose, chat },
    ["message:reply"] = { message.reply, message }, ["message:edit"] = { message.edit, message },
    ["message:delete"] = { message.delete, message },
    ["random.integer"] = { stoa.random.integer }, ["random.number"] = { stoa.random.number },
    ["time.now"] = { stoa.time.now }, ["json.encode"] = { stoa.json.encode }, ["json.decode"] = { stoa.json.decode },
    ["stoa.command"] = { stoa.command }, ["stoa.on"] = { stoa.on }, ["stoa.press"] = { stoa.press },
    ["stoa.timer"] = { stoa.timer },
  }
  if press then list["press:answer"] = { press.answer, press } end
  for _, level in ipairs { "debug", "info", "warn", "error" } do list["log." .. level] = { stoa.log[level] } end
  for name, store in pairs { app = stoa.store, chat = chat.store, user = chat.user.store } do
    for _, call in ipairs { "get", "put", "delete", "list", "increment" } do
      list[name .. ".store:" .. call] = { store[call], store }
    end
  end
  for name, timers in pairs { app = stoa.timers, chat = chat.timers } do
    for _, call in ipairs { "after", "at", "every", "cancel" } do
      list[name .. ".timers:" .. call] = { timers[call], timers }
    end
  end
  return list
end

local FORMS = {
  function(f, self, v) if self then f(self, v) else f(v) end end,
  function(f, self, v) if self then f(self, { x = v }) else f({ x = v }) end end,
  function(f, self, v) if self then f(self, "ok", v) else f("ok", v) end end,
  function(f, self, v) if self then f(self, 1, v) else f(1, v) end end,
  function(f, self, v) if self then f(self, "ok", { buttons = v, entities = v, reply_to = v, of = v }) else f(v, v, v) end end,
  function(f, _, v) f(v, "ok", "ok") end,
}

-- form from to call: the results are logged, since a call may wait for an answer that does not come.
local function try(chat, arguments, message, press)
  local form, from, to, name = arguments:match("^(%d+) (%d+) (%d+) (%S+)$")
  local call = calls(chat, message, press)[name]
  local good, bad = 0, 0
  local mine = table.move(zoo, tonumber(from), math.min(tonumber(to), #zoo), 1, {})
  -- Who waits for an answer need not keep the others in memory.
  zoo = nil
  for _, entry in ipairs(mine) do
    local ok, why = pcall(FORMS[tonumber(form)], call[1], call[2], entry.v)
    if ok then good = good + 1 else bad = bad + 1 end
    if not ok and type(why) ~= "string" then stoa.log.error("ODD " .. name .. " " .. entry.name .. ": " .. type(why)) end
  end
  if #ran > 0 then stoa.log.error("RAN " .. name .. " " .. form .. ": " .. table.concat(ran, " ")) end
  stoa.log.info("tried " .. arguments .. ": " .. good .. " " .. bad)
end

stoa.command("try", function(chat, arguments, message) try(chat, arguments, message) end)
stoa.command("names", function(chat, _, message)
  local names = {}
  for name in pairs(calls(chat, message)) do names[#names + 1] = name end
  table.sort(names)
  chat:send(table.concat(names, " ") .. " " .. #zoo, { buttons = { "press" } })
end)
stoa.on("press", function(chat, press)
  local form, from, to = chat.store:get("form"), chat.store:get("from"), chat.store:get("to")
  if not form then form, from, to = 1, 1, 1000 end
  try(chat, form .. " " .. from .. " " .. to .. " press:answer", press.message, press)
end)
stoa.command("form", function(chat, form)
  chat.store:put("form", tonumber(form)) chat.store:put("from", 1) chat.store:put("to", 1000)
  chat:send("press", { buttons = { "press" } })
end)
stoa.on("message", function() end)
"""

# These leave effects for which the host may refuse a whole turn: a few at a time.
NARROW = re.compile(r"^(chat|message):")
WAITS = re.compile(r"^chat:(ask|choose)")


def test_hostile_values_in_every_call(server):
    zoo = (CORPUS.parent / "bridge-zoo.lua").read_text()
    zoo = "local function make()\n" + zoo + "\nend\nreturn { all = make }"
    server.deploy("zookeeper", ZOO, {"lib/zoo.lua": zoo}, limits={"memory_mib": 64})
    alice = server.user("alice")
    home = alice.direct("zookeeper")
    *names, count = alice.ask(home, "/names").split()
    work = []
    for name in names:
        step = 1 if WAITS.match(name) else 8 if NARROW.match(name) else int(count)
        for form in range(1, 7):
            work += [f"{form} {i} {min(i + step - 1, int(count))} {name}" for i in range(1, int(count) + 1, step)]
    # A turn that fails is tried again after seconds, so each has a chat of its own.
    for index, arguments in enumerate(work):
        alice.send(alice.group(f"group {index}", "zookeeper"), f"/try {arguments}")
        # All conversations of an app share its memory.
        wait_for(
            lambda: server.query("SELECT count(*) FROM inbox WHERE dead_reason IS NULL AND attempts = 0")[0][0] < 4,
            arguments, timeout=60, pause=0.001)
    for form in range(1, 7):
        chat = alice.group(f"press {form}", "zookeeper")
        alice.send(chat, f"/form {form}")
        alice.press(alice.wait_for_message(chat, lambda m: m["buttons"], timeout=120), "press")
    server.wait_until_idle(timeout=280)
    assert server.is_alive()
    logs = [text for (text,) in server.query("SELECT text FROM logs")]
    assert not [text for text in logs if text.startswith(("RAN", "ODD"))]
    tried = {text.rpartition(": ")[0] for text in logs if text.startswith("tried ")}
    waits = server.query("SELECT count(*) FROM conversations")[0][0]
    dead = server.dead_letters()
    failures = Counter(reason.split("\n")[0][:160] for _, _, reason in dead)
    # Each ran to its end, waits for an answer, or failed with an error that says why: none hung, none took a worker along.
    assert not [reason for reason in failures if re.search("limit|worker|died|crash|internal", reason)], failures
    assert len(tried) + waits + len(dead) == len(work) + 6, (len(tried), waits, len(dead), len(work))

"""The program itself: its commands, its exit codes, how it stops and starts again."""

import json
import signal
import subprocess
import time

import pytest

from stoa import ALL, BINARY, ROOT, run, write_app

ECHO = """
local stoa = require "stoa"
stoa.on("message", function(chat, message) chat:reply("echo: " .. message.text) end)
"""


def test_what_was_written_is_there_after_a_restart(server):
    server.deploy("mirror", ECHO)
    alice = server.user("alice", "secret word")
    chat = alice.direct("mirror")
    alice.ask(chat, "before")
    before, log = alice.history(chat), alice.events()
    assert server.stop() == 0
    server.start()
    assert (alice.history(chat), alice.events()) == (before, log)
    assert server.sign_in("alice", "secret word").id == alice.id
    assert alice.ask(chat, "after") == "echo: after"


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told(server, way):
    server.deploy("busy", """
        local stoa = require "stoa"
        stoa.on("message", function(chat, message)
          for i = 1, 1000000 do end
          chat:reply("done " .. message.text)
        end)""")
    alice = server.user("alice")
    chat = alice.direct("busy")
    for i in range(200):
        alice.send(chat, str(i))
    started = time.monotonic()
    server.process.send_signal(way)
    assert server.process.wait(15) == 0
    assert time.monotonic() - started < 10
    # What was not done then is done now, and nothing twice.
    server.start()
    server.wait_until_idle()
    answers = [m["text"] for m in alice.history(chat) if m["from"]["bot"]]
    assert answers == [f"done {i}" for i in range(200)]


def test_a_second_server_on_the_same_data_refuses(server):
    done = run("serve", "--data", server.data, "--listen", "127.0.0.1:0")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("stoa: ") and str(server.data) in done.stderr
    assert server.is_alive()


def test_a_port_in_use_is_named(server):
    done = run("serve", "--data", server.folder / "other", "--listen", server.host)
    assert done.returncode == 1 and server.host.split(":")[1] in done.stderr


def test_without_a_server_the_commands_say_how_to_start_one(tmp_path):
    for command in (["user", "create", "alice"], ["apps"], ["deploy", "bots/echo"], ["logs", "echo"]):
        done = run(*command, "--data", tmp_path)
        assert done.returncode == 1 and done.stderr.startswith("stoa: ") and "stoa serve" in done.stderr, command


def test_wrong_usage_exits_with_2():
    for arguments in (["nonsense"], ["serve", "--nonsense"], ["deploy"], ["serve", "--listen", "here"], ["new", "cat", "x"]):
        done = run(*arguments)
        assert done.returncode == 2 and done.stderr.startswith("stoa: "), (arguments, done)


def test_every_command_has_help_with_examples():
    commands = [["serve"], ["user", "create"], ["bot", "create"], ["deploy"], ["rollback"], ["apps"], ["logs"], ["new"],
                ["check"], ["test"], ["exec"], ["doctor"]]
    for command in commands:
        done = run(*command, "--help")
        assert done.returncode == 0 and "Examples:" in done.stdout, command
    assert run("--help").returncode == 0 and run("--version").returncode == 0


def test_accounts(server):
    made = server.cli_json("user", "create", "alice", "--password", "secret word", "--display", "Alice L.")
    assert set(made) == {"id", "name", "token"}
    assert server.call("GET", "/v1/me", token=made["token"]).json["display"] == "Alice L."
    again = server.cli("user", "create", "ALICE")
    assert again.returncode == 1 and again.stderr.startswith("stoa: ")
    bot = server.cli_json("bot", "create", "elsewhere")
    assert bot["token"].startswith(f"{bot['id']}:")


def test_deploy_rollback_apps_logs(server):
    say = 'local stoa = require "stoa"\nstoa.on("message", function(chat) stoa.log.info("in %s") chat:send("%s") end)'
    assert server.deploy("talker", say % ("one", "one"), version="1.0") == {"app": "talker", "version": "1.0"} | {
        k: v for k, v in server.deploy("talker", say % ("one", "one"), version="1.0").items() if k not in ("app", "version")}
    alice = server.user("alice")
    chat = alice.direct("talker")
    assert alice.ask(chat, "x") == "one"
    server.deploy("talker", say % ("two", "two"), version="2.0")
    assert alice.ask(chat, "x") == "two"
    rolled = server.cli_json("rollback", "talker")
    assert rolled["version"] == "1.0"
    assert alice.ask(chat, "x") == "one"
    apps = server.cli_json("apps")
    assert [(a["app"], a["version"]) for a in apps] == [("talker", "1.0")]
    logs = server.cli("logs", "talker")
    assert logs.returncode == 0 and "in one" in logs.stdout and "in two" in logs.stdout
    lines = [json.loads(line) for line in server.cli("logs", "talker", "--json").stdout.splitlines()]
    assert [line["text"] for line in lines] == ["in one", "in two", "in one"]
    assert server.cli("rollback", "nobody").returncode == 1


def test_logs_can_be_followed(server):
    server.deploy("talker", """
        local stoa = require "stoa"
        stoa.on("message", function(chat, message) stoa.log.warn("heard " .. message.text) end)""")
    alice = server.user("alice")
    chat = alice.direct("talker")
    follower = subprocess.Popen(
        [BINARY, "logs", "talker", "-f", "--data", server.data], stdout=subprocess.PIPE, text=True)
    try:
        alice.send(chat, "one")
        assert "heard one" in follower.stdout.readline()
        alice.send(chat, "two")
        assert "heard two" in follower.stdout.readline()
    finally:
        follower.kill()
        follower.wait()


def test_a_broken_app_is_refused_and_the_old_one_stays(server):
    server.deploy("mirror", ECHO)
    alice = server.user("alice")
    chat = alice.direct("mirror")
    broken = {
        "does not compile": "local x = = 1",
        "fails when loaded": 'error("at load")',
        "calls while loading": 'require("stoa").store:put("a", 1)',
        "runs forever": "while true do end",
        "takes too much": 'local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(1000) .. i end',
    }
    for what, main in broken.items():
        folder = write_app(server.folder / what.replace(" ", "_"), "mirror", main)
        done = server.cli("deploy", folder)
        assert done.returncode == 1 and "main.lua" in done.stderr, (what, done.stderr)
    assert alice.ask(chat, "x") == "echo: x"


def test_a_capability_that_is_not_declared_is_refused_and_logged(server):
    server.deploy("greedy", """
        local stoa = require "stoa"
        stoa.on("message", function(chat)
          local ok, why = pcall(function() return stoa["store"]:get("x") end)
          chat:send(tostring(ok) .. " " .. tostring(why))
        end)""", capabilities=("messages.send",))
    alice = server.user("alice")
    answer = alice.ask(alice.direct("greedy"), "x")
    assert answer.startswith("false ") and '"store"' in answer.replace("capability store", 'capability "store"')
    assert "capability store" in server.cli("logs", "greedy").stdout


@pytest.mark.parametrize("kind", ["bot", "miniapp"])
def test_the_template_works_as_it_is(server, tmp_path, kind):
    assert run("new", kind, "fresh", "--into", tmp_path).returncode == 0
    folder = tmp_path / "fresh"
    assert run("new", kind, "fresh", "--into", tmp_path).returncode == 1
    for command in ("check", "test"):
        done = run(command, folder)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert server.cli_json("deploy", folder)["app"] == "fresh"
    if kind == "bot":
        alice = server.user("alice")
        assert alice.ask(alice.direct("fresh"), "/start")


def test_check_names_file_and_line(tmp_path):
    folder = write_app(tmp_path / "app", "wrong", 'local stoa = require "stoa"\n\nstoa.on("message" function() end)')
    done = run("check", folder)
    assert done.returncode == 1 and "main.lua:3" in done.stdout + done.stderr
    done = run("check", folder, "--json")
    assert done.returncode == 1
    json.loads(done.stdout)


def test_test_tells_failures(tmp_path):
    folder = write_app(tmp_path / "app", "tested", ECHO, {"tests/a.lua": 'error("it is wrong")'}, capabilities=ALL[:1])
    done = run("test", folder)
    assert done.returncode == 1 and "it is wrong" in done.stdout + done.stderr


def test_exec(tmp_path):
    files = {
        "sum.lua": "return 1 + 1, 'text'", "spin.lua": "while true do end", "fail.lua": "error('wrong')",
        "grow.lua": "local t = {} while true do t[#t + 1] = ('x'):rep(10000) .. #t end",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    done = run("exec", tmp_path / "sum.lua")
    assert done.returncode == 0 and "2" in done.stdout and "text" in done.stdout
    json.loads(run("exec", tmp_path / "sum.lua", "--json").stdout)
    for arguments, said in [
        (["spin.lua"], "instruction limit"), (["spin.lua", "--instructions", "1000000000000", "--timeout", "0.3"], "time limit"),
        (["grow.lua"], "memory limit"), (["fail.lua"], "wrong"),
    ]:
        done = run("exec", tmp_path / arguments[0], *arguments[1:])
        assert done.returncode == 1 and said in done.stderr, (arguments, done.stderr)


def test_doctor(server):
    done = server.cli("doctor", "--json")
    assert done.returncode == 0 and all(check["ok"] for check in json.loads(done.stdout))
    (server.folder / "file").write_text("")
    assert run("doctor", "--data", server.folder / "file").returncode == 1


def test_foreign_or_newer_data_is_refused_untouched(make_server):
    server = make_server()
    server.data.mkdir(parents=True)
    database = server.data / "stoa.db"
    for content in (b"this is no database at all, but a text" * 100, b"SQLite format 3\0" + b"\xff" * 5000):
        database.write_bytes(content)
        done = run("serve", "--data", server.data, "--listen", "127.0.0.1:0")
        assert done.returncode == 1 and done.stderr.startswith("stoa: "), done
        assert database.read_bytes() == content


def test_ship_bots_pass_their_tests():
    for bot in sorted((ROOT / "bots").iterdir()):
        for command in ("check", "test"):
            done = run(command, bot)
            assert done.returncode == 0, (bot, done.stdout, done.stderr)

"""Drives the real program from outside: starts servers, calls the client API, writes app folders."""

import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("STOA_BIN", ROOT / ".build/release/stoa")).resolve()


def run(
    *arguments: str, timeout: float = 60, cwd: Path | str = ROOT, stdin: str | None = None
) -> subprocess.CompletedProcess:
    """Runs `stoa` with these arguments to its end."""
    return subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, cwd=cwd, input=stdin)


def wait_for(condition: Callable[[], object], what: str, timeout: float = 20, pause: float = 0.02):
    """Asks until the answer is true and gives it back; fails after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < end, f"{what}: not within {timeout} s"
        time.sleep(pause)


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The error's code."""
        return self.json["error"]["code"]


class Server:
    """A server process on a data folder of its own. Its port changes with every start, unless one is given."""

    def __init__(self, *options: str):
        # A short path: the admin socket lies in it, and socket paths are limited to 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="stoa-"))
        self.data = self.folder / "data"
        self.options = options
        self.process: subprocess.Popen | None = None
        self.url = ""
        self.output: list[str] = []
        self.environment: dict[str, str] = {}

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def start(self, timeout: float = 20, port: int | str = 0) -> "Server":
        # The address before stays until there is a new one: clients that reconnect meanwhile are refused, not confused.
        before = len(self.output)
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data", self.data, "--listen", f"127.0.0.1:{port}", *self.options], cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=_raise_open_files,
            env={**os.environ, **self.environment})
        listening = threading.Event()
        threading.Thread(target=self._read, args=(self.process, listening), daemon=True).start()
        if not listening.wait(timeout) or not any(line.startswith("listening on") for line in self.output[before:]):
            raise AssertionError("the server did not start:\n" + "\n".join(self.output[-20:]))
        return self

    def _read(self, process: subprocess.Popen, listening: threading.Event) -> None:
        for line in process.stdout:
            self.output.append(line.rstrip("\n"))
            found = re.match(r"listening on (https?://\S+)", line)
            if found:
                self.url = found[1]
                listening.set()
        listening.set()

    def stop(self, timeout: float = 12) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cli(self, *arguments: str, timeout: float = 60, stdin: str | None = None) -> subprocess.CompletedProcess:
        return run(*arguments, "--data", self.data, timeout=timeout, stdin=stdin)

    def cli_json(self, *arguments: str):
        done = self.cli(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def admin(self, **request) -> dict:
        """The admin socket, for what the command line does not have: one JSON line each way."""
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(str(self.data / "admin.sock"))
            door.sendall(json.dumps(request).encode() + b"\n")
            with door.makefile() as lines:
                reply = json.loads(next(lines))
        assert "error" not in reply, reply
        return reply

    def advance(self, days: float) -> None:
        """Moves the clock of a server with STOA_TEST_CLOCK on."""
        self.admin(command="clock.advance", money={"milliseconds": round(days * 86_400_000)})

    def user(self, name: str, password: str | None = None) -> "User":
        made = self.cli_json("user", "create", name, *(["--password", password] if password else []))
        return User(self, made["id"], made["name"], made["token"])

    def sign_in(self, name: str, password: str = "demo") -> "User":
        answer = self.call("POST", "/v1/sessions", {"username": name, "password": password})
        assert answer.status == 201, answer.body
        user = answer.json["user"]
        return User(self, user["id"], user["name"], answer.json["token"])

    def deploy(self, name: str, main: str, files: dict[str, str] | None = None, **manifest) -> dict:
        return self.cli_json("deploy", write_app(self.folder / "apps" / name, name, main, files, **manifest))

    def call(
        self, method: str, path: str, body: object = None, *, token: str | None = None,
        headers: dict[str, str] | None = None, raw: bytes | None = None, timeout: float = 20,
    ) -> Answer:
        connection = http.client.HTTPConnection(self.host, timeout=timeout)
        try:
            sent = dict(headers or {})
            if token:
                sent.setdefault("Authorization", f"Bearer {token}")
            if body is not None:
                raw = json.dumps(body).encode()
                sent.setdefault("Content-Type", "application/json")
            connection.request(method, path, body=raw, headers=sent)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def query(self, sql: str, *values) -> list[tuple]:
        """Reads the database beside the server."""
        connection = sqlite3.connect(f"file:{self.data}/stoa.db?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def execute(self, sql: str, *values) -> None:
        """Changes the database behind the server's back; it must not run."""
        with sqlite3.connect(f"{self.data}/stoa.db", timeout=10) as connection:
            connection.execute(sql, values)
        connection.close()

    def dead_letters(self) -> list[tuple[int, int, str]]:
        """(message, chat, reason) of each."""
        return self.query("SELECT message_id, chat_id, dead_reason FROM inbox WHERE dead_reason IS NOT NULL")

    def wait_until_idle(self, timeout: float = 60) -> None:
        """Until no inbox holds anything but dead letters."""
        wait_for(
            lambda: self.query("SELECT count(*) FROM inbox WHERE dead_reason IS NULL")[0][0] == 0,
            "all updates done", timeout, pause=0.1)

    def workers(self) -> list[int]:
        """The processes in which Lua runs."""
        found = []
        for task in Path(f"/proc/{self.pid}/task").glob("*/children"):
            try:
                children = task.read_text().split()
            except OSError:
                continue
            for child in map(int, children):
                try:
                    if Path(f"/proc/{child}/comm").read_text().startswith("stoa-sandbox"):
                        found.append(child)
                except OSError:
                    pass
        return found

    def memory(self) -> int:
        """Resident memory of the server itself, in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) >> 10

    def is_alive(self) -> bool:
        return self.process.poll() is None and self.call("GET", "/readyz").status == 200


@dataclass
class User:
    server: Server
    id: int
    name: str
    token: str = field(repr=False)

    def call(self, method: str, path: str, body: object = None, **more) -> Answer:
        return self.server.call(method, path, body, token=self.token, **more)

    def get(self, path: str, **query) -> object:
        answer = self.call("GET", path + ("?" + urlencode(query) if query else ""))
        assert answer.status == 200, (path, answer.status, answer.body)
        return answer.json

    def direct(self, name: str) -> int:
        answer = self.call("POST", "/v1/chats", {"kind": "direct", "with": name})
        assert answer.status in (200, 201), answer.body
        return answer.json["id"]

    def group(self, title: str, *members: str) -> int:
        answer = self.call("POST", "/v1/chats", {"kind": "group", "title": title, "members": members})
        assert answer.status == 201, answer.body
        return answer.json["id"]

    def send(self, chat: int, text: str, nonce: str | None = None, **more) -> dict:
        body = {"text": text, **({"nonce": nonce} if nonce else {}), **more}
        answer = self.call("POST", f"/v1/chats/{chat}/messages", body)
        assert answer.status in (200, 201), answer.body
        return answer.json

    def press(self, message: dict, text: str) -> int:
        """Presses the button that says so; the press's id."""
        button = next(b for row in message["buttons"] for b in row if b["text"].startswith(text))
        answer = self.call(
            "POST", f"/v1/chats/{message['chat']}/messages/{message['id']}/press", {"button": button["id"]})
        assert answer.status == 200, answer.body
        return answer.json["press"]

    def history(self, chat: int) -> list[dict]:
        """All messages of a chat, oldest first."""
        found: list[dict] = []
        while True:
            before = {"before": found[-1]["id"]} if found else {}
            page = self.get(f"/v1/chats/{chat}/messages", limit=200, **before)["messages"]
            if not page:
                return found[::-1]
            found += page

    def events(self, after: int = 0) -> list[dict]:
        """The whole log from there on."""
        found: list[dict] = []
        while True:
            page = self.get("/v1/events", after=found[-1]["seq"] if found else after, limit=1000)
            found += page["events"]
            if not page["events"] or found[-1]["seq"] == page["last"]:
                return found

    def wait_for_message(self, chat: int, matches: Callable[[dict], bool], timeout: float = 20) -> dict:
        def look():
            messages = self.get(f"/v1/chats/{chat}/messages", limit=50)["messages"]
            return next((message for message in messages if matches(message)), None)

        return wait_for(look, f"a message in chat {chat}", timeout)

    def ask(self, chat: int, text: str, timeout: float = 20) -> str:
        """Sends a text and gives back the next message of a bot."""
        sent = self.send(chat, text)
        return self.wait_for_message(chat, lambda m: m["id"] > sent["id"] and m["from"]["bot"], timeout)["text"]


ALL = ("messages.send", "store", "timers")


def write_app(
    folder: Path, name: str, main: str, files: dict[str, str] | None = None, capabilities: tuple = ALL,
    **manifest,
) -> Path:
    """Writes a bot's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    declared = [
        {"name": capability, "reason": "to be tested"} if isinstance(capability, str) else capability
        for capability in capabilities]
    whole = {"name": name, "title": name, "kind": "bot", "version": "1", "capabilities": declared, **manifest}
    (folder / "manifest.json").write_text(json.dumps(whole))
    for path, text in {"main.lua": main, **(files or {})}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def _raise_open_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

#!/usr/bin/env python3
"""Measures Stoa beside its peers and prints a table; writes bench/results.json.

  bench/run.py [--quick] [--no-peers]

Everything listens on 127.0.0.1 and is stopped by pid. The load generator (bench/peers/rtload.c) runs on the same machine.
"""
import argparse, asyncio, json, os, pathlib, shutil, socket, statistics, subprocess, sys, tempfile, time, urllib.request

import pages
import parked
import postgres

ROOT = pathlib.Path(__file__).resolve().parent.parent
STOA = ROOT / ".build/release/stoa"
BENCH = ROOT / ".build/release/stoa-bench"
KIT = ROOT / "bench/peers"
results = []


def log(*words):
    print(time.strftime("%H:%M:%S"), *words, file=sys.stderr, flush=True)


def record(name, value, unit, aim=None, **more):
    results.append({"name": name, "value": value, "unit": unit, "aim": aim, **more})
    log(f"{name}: {value} {unit}" + (f"   (aim {aim})" if aim else ""), *[f"{k}={v}" for k, v in more.items()])


class Server:
    """A Stoa server on a free port in a temporary folder."""

    def __init__(self, data, *switches, demo=False):
        self.data = data
        start = time.monotonic()
        self.process = subprocess.Popen(
            [STOA, "serve", "--data", data, "--listen", "127.0.0.1:0", "--rate-limit", "off", *switches, *(["--demo"] if demo else [])],
            stdout=subprocess.PIPE, stderr=open(os.path.join(data, "..", "server.log"), "ab"), text=True, cwd=ROOT)
        line = self.process.stdout.readline()
        if not line.startswith("listening on"):
            raise RuntimeError(f"the server did not start: {line}")
        self.start_ms = (time.monotonic() - start) * 1000
        self.address = line.split()[-1]
        self.port = int(self.address.rsplit(":", 1)[1])

    def stop(self):
        self.process.terminate()
        self.process.wait(15)

    def pids(self):
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        return [str(self.process.pid), *children]

    def rss_mib(self):
        total = 0
        for pid in self.pids():
            try:
                for line in open(f"/proc/{pid}/status"):
                    if line.startswith("VmRSS"):
                        total += int(line.split()[1]) / 1024
            except OSError:
                pass
        return round(total, 1)

    def call(self, method, path, token=None, body=None):
        request = urllib.request.Request(
            self.address + path, method=method, data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {token}"} if token else {})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def admin(self, **request):
        """The admin socket, one JSON line each way: quicker than a program for each user."""
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(os.path.join(self.data, "admin.sock"))
            s.sendall(json.dumps(request).encode() + b"\n")
            with s.makefile() as lines:
                for line in lines:
                    reply = json.loads(line)
                    if "error" in reply:
                        raise RuntimeError(reply["error"])
                    if reply.get("done"):
                        return reply

    def users(self, count, bot="echo", prefix="u"):
        users = []
        for i in range(count):
            token = self.admin(command="user.create", name=f"{prefix}{i}")["account"]["token"]
            chat = self.call("POST", "/v1/chats", token, {"kind": "direct", "with": bot})["id"] if bot else 0
            users.append((token, chat))
        return users


def load(server, rtload, users_file, count, seconds):
    out = subprocess.run(
        [rtload, "stoa", "-p", str(server.port), "-n", str(count), "-w", "1", "-t", str(seconds), "-P", ",".join(server.pids()), "-U", users_file],
        capture_output=True, text=True, timeout=seconds + 150)
    if out.returncode:
        raise RuntimeError(out.stderr)
    return json.loads(out.stdout)


def round_trips(folder, rtload, levels, seconds, repeats, isolation):
    data = os.path.join(folder, f"roundtrip-{isolation}")
    os.makedirs(data)
    server = Server(data, "--isolation", isolation, demo=True)
    try:
        idle = server.rss_mib()
        users = server.users(max(levels))
        users_file = os.path.join(folder, "users.txt")
        pathlib.Path(users_file).write_text("".join(f"{t} {c}\n" for t, c in users))
        for count in levels:
            runs = [load(server, rtload, users_file, count, seconds) for _ in range(repeats)]
            run = sorted(runs, key=lambda r: r["rt_per_s"])[len(runs) // 2]
            record(
                f"bot round trips, durable, {isolation}, {count} users", round(run["rt_per_s"]), "/s",
                "20000, p99 < 50 ms" if count == 256 else None, p50_ms=run["p50_ms"], p99_ms=run["p99_ms"],
                server_cores=run["srv_cpu"], load_cores=run["load_cpu"], other_cores=run["other_cpu"], rss_mib=run["rss_mib"], lost=run["lost"])
        metrics = urllib.request.urlopen(server.address + "/metrics", timeout=10).read().decode()
        figures = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if line and not line.startswith("#"))
        groups = float(figures.get("stoa_database_groups_total", 0))
        if groups:
            record("transactions in a commit, mean", round(float(figures["stoa_database_transactions_total"]) / groups, 1), "", isolation=isolation)
            record("commit (with its fsync), mean", round(float(figures["stoa_database_commit_microseconds_total"]) / groups), "us", isolation=isolation)
        record(f"memory idle, {isolation}", idle, "MiB")
        record(f"memory after load, {isolation}", server.rss_mib(), "MiB")
    finally:
        server.stop()


def fan_out(folder, members):
    """One message to a group whose members are all connected: time until the last has it."""
    import aiohttp
    data = os.path.join(folder, "fanout")
    os.makedirs(data)
    server = Server(data)
    try:
        users = server.users(members, bot=None, prefix="m")
        group = server.call("POST", "/v1/chats", users[0][0], {"kind": "group", "title": "All", "members": [f"m{i}" for i in range(1, members)]})

        async def run():
            times = []
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
                sockets = [await http.ws_connect(server.address + "/v1/stream", headers={"Authorization": f"Bearer {t}"}) for t, _ in users]
                async def one(socket, text):
                    while True:
                        message = await socket.receive()
                        if message.type is not aiohttp.WSMsgType.TEXT:
                            raise RuntimeError(f"the stream ended: {message}")
                        if text in message.data:
                            return
                for i in range(12):
                    text = f"to all {i}"
                    waits = [asyncio.ensure_future(one(s, text)) for s in sockets]
                    await asyncio.sleep(0.05)
                    start = time.monotonic()
                    await sockets[0].send_str(json.dumps({"op": "send", "chat": group["id"], "text": text, "nonce": text}))
                    await asyncio.gather(*waits)
                    times.append((time.monotonic() - start) * 1000)
                for s in sockets:
                    await s.close()
            return times[2:]

        times = asyncio.run(run())
        record(f"fan-out of one message to {members} connected members, median", round(statistics.median(times), 1), "ms", note="until the last of them has it; the receiving Python client's own time is in it")
    finally:
        server.stop()


def cold_start(folder, counts):
    for count in counts:
        data = os.path.join(folder, f"cold-{count}")
        os.makedirs(data)
        server = Server(data)
        app = os.path.join(folder, "app")
        for i in range(count):
            shutil.rmtree(app, ignore_errors=True)
            os.makedirs(app)
            manifest = {"name": f"app{i}", "title": f"App {i}", "kind": "bot", "version": "1.0.0", "description": "Answers.",
                        "capabilities": [{"name": "messages.send", "reason": "to answer"}], "commands": []}
            pathlib.Path(app, "manifest.json").write_text(json.dumps(manifest))
            pathlib.Path(app, "main.lua").write_text('local stoa = require "stoa"\nstoa.on("message", function(chat, m) chat:reply(m.text) end)\n')
            server.admin(command="deploy", path=app)
        server.stop()
        times = []
        for _ in range(5):
            server = Server(data)
            times.append(server.start_ms)
            server.stop()
        record(f"cold start with {count} apps, median", round(statistics.median(times)), "ms", "200")


def inner():
    """Figures without network: printed by stoa-bench, one JSON object on a line."""
    out = subprocess.run([BENCH], capture_output=True, text=True, timeout=300, cwd=ROOT)
    if out.returncode:
        raise RuntimeError(out.stderr)
    for line in out.stdout.splitlines():
        figure = json.loads(line)
        record(figure.pop("name"), figure.pop("value"), figure.pop("unit"), figure.pop("aim", None), **figure)


def fdatasync(folder):
    path = os.path.join(folder, "sync")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    times = []
    for _ in range(500):
        os.write(descriptor, b"x" * 4096)
        start = time.monotonic()
        os.fdatasync(descriptor)
        times.append((time.monotonic() - start) * 1e6)
    os.close(descriptor)
    record("fdatasync of 4 KiB, median", round(statistics.median(times)), "us", p99_us=round(sorted(times)[494]))


def peers(users):
    environment = {**os.environ, "USERS": users, "REPEATS": "1", "SECS": "3", "QUIET_BUDGET": "20"}
    for peer, variant in (("prosody", "wal"), ("ejabberd", "no-archive")):
        log("peer:", peer, variant)
        out = subprocess.run(["bash", str(KIT / "run.sh"), peer], capture_output=True, text=True, env={**environment, "VARIANT": variant}, timeout=900)
        for line in out.stdout.splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            record(f"peer {row['peer']} {row['variant']}, {row['users']} users", round(row["rt_per_s"]), "/s", None, p50_ms=row["p50_ms"], p99_ms=row["p99_ms"], durable=row["durable"])
        if not out.stdout.strip():
            log("no result:", out.stderr[-400:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer repeats, for a look")
    parser.add_argument("--no-peers", action="store_true", help="Stoa alone")
    arguments = parser.parse_args()
    levels = [1, 16, 64, 256]
    repeats, seconds = (1, 3) if arguments.quick else (3, 4)
    with tempfile.TemporaryDirectory(prefix="stoa-bench-") as folder:
        rtload = os.path.join(folder, "rtload")
        subprocess.run(["gcc", "-O2", "-o", rtload, str(KIT / "rtload.c")], check=True)
        fdatasync(folder)
        inner()
        best = postgres.measure(record, folder, 3 if arguments.quick else 10)
        if best:
            ours = next(r["value"] for r in results if r["name"] == "ledger: durable transfers, 256 at a time")
            record("ledger: durable transfers beside PostgreSQL's best", round(ours / best, 1), "times", "3")
        fdatasync(folder)
        for isolation in ("process", "thread"):
            round_trips(folder, rtload, levels, seconds, repeats, isolation)
        fdatasync(folder)
        fan_out(folder, 1000)
        cold_start(folder, [1, 1000])
        pages.measure(Server, record, folder)
        parked.measure(Server, record, folder, 10_000 if arguments.quick else 100_000)
        if not arguments.no_peers:
            peers("1 16 64 256")
            fdatasync(folder)
    report = {"date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "cores": os.cpu_count(), "figures": results}
    pathlib.Path(ROOT, "bench/results.json").write_text(json.dumps(report, indent=1) + "\n")
    width = max(len(r["name"]) for r in results)
    for r in results:
        more = "  ".join(f"{k} {v}" for k, v in r.items() if k not in ("name", "value", "unit", "aim"))
        print(f"{r['name']:<{width}}  {r['value']:>10} {r['unit']:<5} {('aim ' + r['aim']) if r['aim'] else '':<22} {more}")


if __name__ == "__main__":
    main()

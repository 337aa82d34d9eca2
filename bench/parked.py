"""Conversations parked in chat:ask: what they cost in memory and on disk, and how soon one of them answers."""
import asyncio, json, os, pathlib, sqlite3, statistics, time

ASKER = """local stoa = require "stoa"
stoa.command("order", function(chat)
  local where = chat:ask("Where to?")
  chat:send("On its way to " .. where)
end)
"""
# What belongs to the messages themselves and not to the conversations.
PARTS = ("conversations", "conversations_by_bot", "conversations_by_deadline", "turns", "turns_by_conversation")


def package(folder):
    app = pathlib.Path(folder, "asker")
    app.mkdir()
    manifest = {"name": "asker", "title": "Asker", "kind": "bot", "version": "1.0.0", "description": "Asks.",
                "capabilities": [{"name": "messages.send", "reason": "to ask"}],
                "commands": [{"name": "order", "description": "Order"}]}
    (app / "manifest.json").write_text(json.dumps(manifest))
    (app / "main.lua").write_text(ASKER)
    return str(app)


def seed(database, bot, count):
    """People with a direct chat each, and their commands in the bot's inbox: as posted, without the posting's time."""
    now = int(time.time() * 1000)
    people = range(10_000_000, 10_000_000 + count)
    with sqlite3.connect(database) as db:
        db.executemany("INSERT INTO accounts (id, kind, name, name_key, display, created_at) VALUES (?, 0, ?, ?, ?, ?)",
                       ((i, f"p{i}", f"p{i}", f"P {i}", now) for i in people))
        db.executemany("INSERT INTO chats (id, kind, title, direct_key, created_by, created_at) VALUES (?, 0, '', ?, ?, ?)",
                       ((i, f"{bot}:{i}", i, now) for i in people))
        db.executemany("INSERT INTO members (chat_id, account_id, role, joined_at) VALUES (?, ?, 0, ?)",
                       (row for i in people for row in ((i, i, now), (i, bot, now))))
        db.executemany("INSERT INTO messages (id, chat_id, sender_id, date, text) VALUES (?, ?, ?, ?, '/order')",
                       ((i, i, i, now) for i in people))
        db.executemany("INSERT INTO inbox (bot_id, id, kind, chat_id, person_id, message_id, date) VALUES (?, ?, 1, ?, ?, ?, ?)",
                       ((bot, i, i, i, i, now) for i in people))
    db.close()


def query(database, sql):
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


async def answers(address, people, each):
    """Milliseconds from an answer to the bot's next word, for several people one after another."""
    import aiohttp
    times = []
    async with aiohttp.ClientSession() as http:
        for token, chat in people:
            async with http.ws_connect(address + "/v1/stream", headers={"Authorization": f"Bearer {token}"}) as socket:
                for text, expected in each:
                    start = time.monotonic()
                    await socket.send_str(json.dumps({"op": "send", "chat": chat, "text": text, "nonce": text}))
                    while expected not in (await socket.receive()).data:
                        pass
                    times.append((time.monotonic() - start) * 1000)
    return times


def measure(Server, record, folder, count):
    data = os.path.join(folder, "parked")
    os.makedirs(data)
    database = os.path.join(data, "stoa.db")
    server = Server(data)
    server.admin(command="deploy", path=package(folder))
    probes = server.users(20, bot="asker", prefix="probe")
    server.stop()
    bot = query(database, "SELECT account_id FROM apps")[0][0]
    server = Server(data)
    time.sleep(1)
    idle = server.rss_mib()
    server.stop()
    before = dict(query(database, f"SELECT name, sum(pgsize) FROM dbstat WHERE name IN {PARTS} GROUP BY name"))
    seed(database, bot, count)
    start = time.monotonic()
    server = Server(data)
    while query(database, "SELECT count(*) FROM inbox")[0][0]:
        time.sleep(0.5)
    seconds = time.monotonic() - start
    assert query(database, "SELECT count(*) FROM conversations")[0][0] == count
    # Until what the burst has left is given back.
    time.sleep(22)
    record(f"memory above idle with {count} conversations parked, server and worker", round(server.rss_mib() - idle, 1), "MiB", "64",
           note=f"parked at {count / seconds:.0f} per s")
    server.stop()
    after = dict(query(database, f"SELECT name, sum(pgsize) FROM dbstat WHERE name IN {PARTS} GROUP BY name"))
    size = sum(after.values()) - sum(before.values())
    record("disk per parked conversation, without its messages", round(size / count), "bytes", "1024")
    times = []
    for _ in range(5):
        server = Server(data)
        times.append(server.start_ms)
        if _ < 4:
            server.stop()
    record(f"restart with {count} conversations parked, median", round(statistics.median(times)), "ms", "1000")
    time.sleep(1)
    record(f"memory above idle after that restart", round(server.rss_mib() - idle, 1), "MiB", "64")
    try:
        warm = [("/order", "Where to?"), ("Main Street", "On its way")]
        asyncio.run(answers(server.address, probes[:1], warm * 1))
        times = asyncio.run(answers(server.address, probes[1:], warm))
        record("a warm conversation answers, client to client, median", round(statistics.median(times[1::2]), 2), "ms", "1")
        # Parked, then everything cold by a restart.
        asyncio.run(answers(server.address, probes, [("/order ", "Where to?")]))
        server.stop()
        server = Server(data)
        asyncio.run(answers(server.address, probes[:1], [("Side Street", "On its way")]))
        times = asyncio.run(answers(server.address, probes[1:], [("Side Street", "On its way")]))
        record("a cold conversation answers, client to client, median", round(statistics.median(times), 2), "ms", "5")
    finally:
        server.stop()

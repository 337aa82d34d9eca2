"""kill -9 at random moments: nothing that was acknowledged is lost, nothing happens twice, nothing changes its order."""

import asyncio
import random
from collections import Counter, defaultdict

from stoa import Server, User
from stream import Stream

USERS = 50
MESSAGES = 5_000
KILLS = 10
WINDOW = 8

COUNTING_BOT = """
local stoa = require "stoa"
stoa.command("count", function(chat)
  chat:send("count " .. (stoa.store:get("turns") or 0) .. " " .. (chat.store:get("turns") or 0))
end)
stoa.on("message", function(chat, message)
  stoa.store:increment("turns")
  local turn = chat.store:increment("turns")
  chat:reply("answer " .. message.text .. " " .. turn)
end)
"""

FAILING_BOT = """
local stoa = require "stoa"
stoa.on("message", function(chat, message)
  stoa.store:increment("turns")
  local turn = chat.store:increment("turns")
  chat.store:put("last " .. turn, message.text)
  chat:reply("answer " .. message.text .. " " .. turn)
  if math.random() < 0.5 then error("half of them fail") end
end)
"""


def test_nothing_is_lost_and_nothing_happens_twice(server):
    server.deploy("counter", COUNTING_BOT)
    users = [server.user(f"user{i}") for i in range(USERS)]
    direct = {user.name: user.direct("counter") for user in users}
    with_bot = [u.group(f"bot{i}", "counter", *names(users, i + 1, 4)) for i, u in enumerate(users[::5])]
    without_bot = [u.group(f"people{i}", *names(users, i + 1, 9)) for i, u in enumerate(users[::10])]
    chats = defaultdict(list)
    for user in users:
        members = [chat["id"] for chat in user.get("/v1/chats", limit=100)["chats"]]
        chats[user.name] = [direct[user.name]] * 2 + [c for c in members if c in with_bot + without_bot]
    answering = set(direct.values()) | set(with_bot)

    streams = asyncio.run(crash_while_sending(server, users, chats))

    server.wait_until_idle()
    assert not server.dead_letters()
    acknowledged = check_messages(server, streams)
    answers = check_answers(server, streams, acknowledged, answering)
    assert len(answers) == sum(1 for m in acknowledged.values() if m["chat"] in answering)
    check_logs(streams)
    check_order(streams)
    by_chat = Counter(m["chat"] for m in acknowledged.values() if m["chat"] in answering)
    for user in users:
        chat = direct[user.name]
        assert user.ask(chat, "/count") == f"count {len(answers)} {by_chat[chat]}"


def test_failed_tries_leave_no_trace(server):
    server.deploy("failing", FAILING_BOT)
    users = [server.user(f"user{i}") for i in range(USERS)]
    # A failed update holds up its conversation for seconds, so there must be many conversations.
    chats = {user.name: [user.direct("failing")] + [user.group(f"g{i}", "failing") for i in range(19)] for user in users}
    answering = {chat for each in chats.values() for chat in each}

    streams = asyncio.run(crash_while_sending(server, users, chats))

    server.wait_until_idle(timeout=120)
    acknowledged = check_messages(server, streams)
    answers = check_answers(server, streams, acknowledged, answering, complete=False)
    dead = Counter(message for message, _, _ in server.dead_letters())
    assert all("half of them fail" in reason for _, _, reason in server.dead_letters())
    for message in acknowledged.values():
        happened = answers[message["id"]] + dead[message["id"]]
        assert happened == 1, f"{message['text']}: {answers[message['id']]} answers, {dead[message['id']]} dead letters"
    # One in sixteen fails four times: 312 of 5,000, give or take seven standard deviations, and more where a crash makes the
    # count of tries begin anew with other dice.
    assert 190 < sum(dead.values()) < 1_250
    check_logs(streams)
    check_order(streams)
    # What the failed tries stored is gone with them.
    assert server.query("SELECT count(*) FROM store WHERE key LIKE 'last %'")[0][0] == len(answers)


def names(users: list[User], start: int, count: int) -> list[str]:
    return [users[(start * 5 + i) % len(users)].name for i in range(count)]


async def crash_while_sending(server: Server, users: list[User], chats: dict[str, list[int]]) -> list[Stream]:
    """Everybody sends their share; the server is killed whenever one of ten random counts is reached."""
    streams = [Stream(user) for user in users]
    for stream in streams:
        await stream.__aenter__()
    share = MESSAGES // len(users)
    senders = asyncio.gather(*(send_share(stream, chats[stream.user.name], share) for stream in streams))
    moments = sorted(random.sample(range(50, MESSAGES - 100), KILLS))
    try:
        for moment in moments:
            while sum(len(s.acknowledged) for s in streams) < moment:
                assert not senders.done() or senders.result() is not None, "all was sent before the kills were over"
                await asyncio.sleep(0.001)
            await asyncio.sleep(random.random() * 0.05)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        await senders
        await asyncio.to_thread(server.wait_until_idle, 120)
        for stream in streams:
            last = await asyncio.to_thread(stream.user.get, "/v1/events", limit=0)
            await stream.until(lambda s: s.seq >= last["last"], "the whole log")
    finally:
        for stream in streams:
            await stream.__aexit__()
    assert all(stream.connections > 1 for stream in streams)
    return streams


async def send_share(stream: Stream, chats: list[int], count: int) -> None:
    for i in range(count):
        nonce = f"{stream.user.name}-{i}"
        await stream.send(chats[i % len(chats)], nonce, nonce)
        await stream.until(lambda s: s.pending < WINDOW, "acknowledgements", timeout=60)
    await stream.until(lambda s: s.pending == 0, "the last acknowledgements", timeout=60)


def check_messages(server: Server, streams: list[Stream]) -> dict[int, dict]:
    """Every message was acknowledged and is there once. By id."""
    acknowledged = {}
    for stream in streams:
        assert not stream.errors, stream.errors[:3]
        assert len(stream.acknowledged) == MESSAGES // USERS
        acknowledged |= {message["id"]: message for message in stream.acknowledged.values()}
    assert len(acknowledged) == MESSAGES
    stored = server.query("SELECT id, nonce, text FROM messages WHERE nonce IS NOT NULL")
    assert Counter(nonce for _, nonce, _ in stored) == Counter({m["nonce"]: 1 for m in acknowledged.values()})
    assert {id: (nonce, text) for id, nonce, text in stored} == {
        id: (m["nonce"], m["text"]) for id, m in acknowledged.items()}
    return acknowledged


def check_answers(
    server: Server, streams: list[Stream], acknowledged: dict[int, dict], chats: set[int], complete: bool = True
) -> Counter:
    """Each message to a bot was answered once, in order, with the turn's number. Counts by message."""
    answers: Counter = Counter()
    for chat in chats:
        turns = []
        for _, text, reply_to in server.query(
            "SELECT m.id, text, reply_to FROM messages m JOIN accounts a ON a.id = sender_id AND a.kind = 1"
            " WHERE chat_id = ? ORDER BY m.id", chat):
            word, question, turn = text.split()
            assert word == "answer" and acknowledged[reply_to]["text"] == question
            assert acknowledged[reply_to]["chat"] == chat
            answers[reply_to] += 1
            turns.append(int(turn))
        # People of a group are answered side by side, so ids may be out of order there; numbers are not given twice.
        assert sorted(turns) == list(range(1, len(turns) + 1))
    assert all(count == 1 for count in answers.values())
    if complete:
        asked = {id for id, message in acknowledged.items() if message["chat"] in chats}
        assert set(answers) == asked
    return answers


def check_logs(streams: list[Stream]) -> None:
    """What came over the sockets is the log, without a gap."""
    for stream in streams:
        log = stream.user.events()
        assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
        assert [(e["seq"], e["type"], e["data"]["id"]) for e in log if e["type"] == "message.new"] == [
            (e["seq"], e["type"], e["data"]["id"]) for e in stream.events if e["type"] == "message.new"]
        assert len(stream.events) == len(log)
        once = Counter(event["data"]["id"] for event in log if event["type"] == "message.new")
        assert all(count == 1 for count in once.values())


def check_order(streams: list[Stream]) -> None:
    """All members of a chat saw the same messages in the same order."""
    seen: dict[int, list[int]] = {}
    for stream in streams:
        mine = defaultdict(list)
        for message in stream.messages():
            mine[message["chat"]].append(message["id"])
        for chat, order in mine.items():
            assert seen.setdefault(chat, order) == order, f"the order in chat {chat} differs for {stream.user.name}"

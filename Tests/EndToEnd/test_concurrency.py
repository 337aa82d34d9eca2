"""Turns of different people that change the same value at the same time."""

import asyncio

import pytest

from stream import Stream

TURNS = 1_000

BOT = """
local stoa = require "stoa"
stoa.command("total", function(chat) chat:send("total " .. stoa.store:get("key")) end)
stoa.on("message", function(chat)
  %s
end)
"""

WAYS = {
    "increment": 'stoa.store:increment("key")',
    "get and put": 'stoa.store:put("key", (stoa.store:get("key") or 0) + 1)',
}


@pytest.mark.parametrize("way", WAYS)
def test_no_change_is_overwritten(server, way):
    server.deploy("adder", BOT % WAYS[way])
    users = [server.user("alice"), server.user("bob")]
    chats = [user.direct("adder") for user in users]

    async def send_all():
        streams = [Stream(user) for user in users]
        for stream in streams:
            await stream.__aenter__()
        for i in range(TURNS):
            for stream, chat in zip(streams, chats):
                await stream.send(chat, f"turn {i}", str(i))
        for stream in streams:
            await stream.until(lambda s: s.pending == 0, "acknowledgements", timeout=60)
            await stream.__aexit__()

    asyncio.run(send_all())
    server.wait_until_idle()
    assert not server.dead_letters()
    assert users[0].ask(chats[0], "/total") == f"total {2 * TURNS}"


def test_turns_of_one_conversation_run_one_after_another(server):
    server.deploy("adder", """
        local stoa = require "stoa"
        stoa.on("message", function(chat, message)
          local seen = chat.store:get("seen") or ""
          chat.store:put("seen", seen .. message.text)
          chat:send(seen .. message.text)
        end)""")
    alice = server.user("alice")
    chat = alice.direct("adder")
    letters = "abcdefghijklmnopqrstuvwxyz"
    for letter in letters:
        alice.send(chat, letter)
    alice.wait_for_message(chat, lambda m: m["text"] == letters)
    answers = [m["text"] for m in alice.history(chat) if m["from"]["bot"]]
    assert answers == [letters[:i + 1] for i in range(len(letters))]

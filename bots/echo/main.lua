local stoa = require "stoa"

stoa.command("start", "Say hello", function(chat)
  chat:send("Hi " .. chat.user.display .. "! Write me something and I say it back.")
end)

stoa.on("message", function(chat, message)
  if message.text == "" then return chat:reply("I can echo text only.") end
  -- A message holds 4,096 characters, of which "echo: " takes six.
  chat:reply("echo: " .. message.text:sub(1, (utf8.offset(message.text, 4091) or 0) - 1))
end)

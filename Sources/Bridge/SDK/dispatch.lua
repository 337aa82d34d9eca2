-- Starts every conversation: loads the SDK and the app's own code, then hands the update over.
local host, update = ...
require "stoa"
return host.dispatch(update, function() return require(update.entry) end)

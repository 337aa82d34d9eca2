-- Starts every conversation: loads the SDK and the app's own code, then hands the update over.
local host, update, context = ...
require "stoa"
return host.dispatch(update, context, function() return require(context.entry) end)

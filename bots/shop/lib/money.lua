-- Cents as people read them.
local stoa = require "stoa"
return function(cents) return (stoa.payments.format(cents, "EUR"):gsub(" EUR", "")) end

-- Runs one test file.
local host, module, name = ...
require "sim"
return host.run_tests(function() require(module) end, name)

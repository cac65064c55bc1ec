-- For wrk: sends each body once, in order, then ends it and prints how long that took. wrk itself would go on to the end of
-- its -d. Arguments: token, folder, how many bodies it has.
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long microseconds; } instant; int gettimeofday(instant *now, void *zone);")

local bodies, headers = {}, {["Content-Type"] = "application/json"}
local sent, answered, errors, begun = 0, 0, 0, nil

local function milliseconds()
  local now = ffi.new("instant")
  ffi.C.gettimeofday(now, nil)
  return tonumber(now.seconds) * 1000 + tonumber(now.microseconds) / 1000
end

function init(args)
  headers["X-Auth-Token"] = args[1]
  for n = 1, tonumber(args[3]) do
    local file = io.open(args[2] .. "/" .. n .. ".json", "rb")
    bodies[n] = wrk.format("POST", "/v1/batch/metrics/measures", headers, file:read("*a"))
    file:close()
  end
end

-- More connections than bodies left: they begin again, and are not waited for.
function request()
  begun = begun or milliseconds()
  sent = sent + 1
  return bodies[(sent - 1) % #bodies + 1]
end

function response(status)
  if status ~= 202 then errors = errors + 1 end
  answered = answered + 1
  if answered < #bodies then return end
  io.write(string.format('{"milliseconds": %f, "errors": %d}\n', milliseconds() - begun, errors))
  io.flush()
  os.exit(errors == 0)
end

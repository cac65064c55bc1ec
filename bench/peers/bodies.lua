-- For wrk: sends each body once, in order, then stops. Arguments: token, folder, how many bodies it has.
local bodies, next_body, answered = {}, 0, 0
local headers = {["Content-Type"] = "application/json"}

function init(args)
  headers["X-Auth-Token"] = args[1]
  for n = 1, tonumber(args[3]) do
    local file = io.open(args[2] .. "/" .. n .. ".json", "rb")
    bodies[n] = wrk.format("POST", "/v1/batch/metrics/measures", headers, file:read("*a"))
    file:close()
  end
end

function request()
  next_body = next_body % #bodies + 1
  return bodies[next_body]
end

function response(status)
  if status ~= 202 then io.stderr:write("answered " .. status .. "\n") end
  answered = answered + 1
  if answered == #bodies then wrk.thread:stop() end
end

function done(summary)
  io.write(string.format('{"milliseconds": %f, "requests": %d, "errors": %d}\n',
    summary.duration / 1000, summary.requests, summary.errors.status + summary.errors.timeout + summary.errors.read))
end

-- Each request is one person's, chosen at random; BENCH_COOKIES names a file with one Cookie header per line.
-- HX-Request: whoever is not signed in gets a 401 then, and no redirect, which would count as a success.
-- The last line written is one JSON object for load.ts.
local cookies = {}
local head = ""

function init()
  local file = os.getenv("BENCH_COOKIES")
  if file and file ~= "" then
    for line in io.lines(file) do cookies[#cookies + 1] = line end
  end
  math.randomseed(tonumber(os.getenv("BENCH_SEED") or "1"))
  head = "GET " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\nHX-Request: true\r\nHX-Request-Type: partial\r\n"
end

function request()
  if #cookies == 0 then return head .. "\r\n" end
  return head .. "Cookie: " .. cookies[math.random(#cookies)] .. "\r\n\r\n"
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"us":%d,"bytes":%d,"refused":%d,"broken":%d,"p50":%d,"p95":%d,"p99":%d,"max":%d}\n',
    summary.requests, summary.duration, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), latency.max))
end

-- Sends the requests of a file in turn: `wrk -t1 -s wrk.lua URL -- FILE MODE CLOCK REST`.
--   MODE   cycle: from the beginning again, until wrk's time is over
--          trace: the same, and every request's time is told
--          once: each but the last, then "end" is printed and the last one, which should be harmless, ends it; every time is told
--   CLOCK  each @@@@@@@@@@ of a request becomes ten digits, these in the first one and one more in every further
--   REST   milliseconds, in the mean, that a connection rests between an answer and its next request
-- A request's time, of which the modes trace and once tell, goes from its sending to its answer's end: one connection only.
local ffi = require('ffi')
ffi.cdef [[ typedef struct { long seconds; long nanoseconds; } bench_time; int clock_gettime(int, bench_time *); ]]

local time = ffi.new('bench_time')
local requests, mode, rest, sentAt = {}, nil, nil, nil
local place = 0
local isRunning = false

-- Of each thread: read in the end by done().
times = {}
clock = 0

local threads = {}

function setup(thread)
  threads[#threads + 1] = thread
end

local function now()
  ffi.C.clock_gettime(1, time)
  return tonumber(time.seconds) * 1e3 + tonumber(time.nanoseconds) / 1e6
end

function init(args)
  local file = assert(io.open(args[1], 'rb'))
  mode, clock, rest = args[2], tonumber(args[3]), tonumber(args[4])
  while true do
    local length = file:read('*n')
    if length == nil then break end
    file:read(1)
    requests[#requests + 1] = file:read(length)
  end
  file:close()
  -- Not always as long, so that connections do not come to ask all at once.
  if rest > 0 then function delay() return math.random(0, 2 * rest) end end
end

function request()
  -- The first call is wrk's own, to see what requests look like: nothing is sent.
  if not isRunning then
    isRunning = true
    return requests[1]
  end
  if mode ~= 'cycle' and sentAt then times[#times + 1] = now() - sentAt end
  place = place + 1
  if place > #requests then place = 1 end
  if mode == 'once' and place == #requests then
    io.write('\nend\n')
    io.flush()
    wrk.thread:stop()
  end
  local text = requests[place]:gsub('@@@@@@@@@@', string.format('%d', clock))
  clock = clock + 1
  if mode ~= 'cycle' then sentAt = now() end
  return text
end

function done(summary, latency)
  local thread, parts = threads[1], {}
  for place, one in ipairs(thread:get('times')) do parts[place] = string.format('%.4f', one) end
  local errors = summary.errors
  io.write(string.format(
    '\nresult {"requests":%d,"seconds":%f,"bytes":%d,"failed":%d,"p50":%f,"p99":%f,"mean":%f,"max":%f,"clock":%d,"times":[%s]}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.mean / 1e3, latency.max / 1e3,
    thread:get('clock'), table.concat(parts, ',')))
end

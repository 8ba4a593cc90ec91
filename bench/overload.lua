-- One sort of request from many connections: `wrk -t1 -s overload.lua URL -- SORT TOKEN REST FILE WARM`.
--   SORT   batch: adds of 500 companies, which bear a number from FILE + 1 on; else GET of the paths in FILE, a line each, in turn
--   REST   milliseconds, in the mean, that a connection rests between an answer and its next request
--   WARM   seconds at the beginning in which nothing is counted but acknowledged batches: all connections have to be made
-- Each request says when it was sent, and its answer repeats it: so the time of every answer is known, however many are under way.
local ffi = require('ffi')
ffi.cdef [[ typedef struct { long seconds; long nanoseconds; } bench_time; int clock_gettime(int, bench_time *); ]]

local time = ffi.new('bench_time')
local paths, sort, head, rest = {}, nil, nil, nil
local place, batches, isRunning = 0, 0, false
local warm, countFrom = 0, nil

-- Read in the end by done(). Times: how many answers took so long, by classes one per cent wide.
sent, served, refused, wrong, example = 0, 0, 0, 0, ''
times, acknowledged = {}, {}

local threads = {}

function setup(thread)
  threads[#threads + 1] = thread
end

-- Tenths of a millisecond, ten digits.
local function now()
  ffi.C.clock_gettime(1, time)
  return math.floor((tonumber(time.seconds) * 1e4 + tonumber(time.nanoseconds) / 1e5) % 1e10)
end

function init(args)
  sort, rest, warm = args[1], tonumber(args[3]), tonumber(args[5])
  head = ' HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ' .. args[2] .. '\r\n'
  if sort == 'batch' then batches = tonumber(args[4]) else for path in io.lines(args[4]) do paths[#paths + 1] = path end end
  if rest > 0 then function delay() return math.random(0, 2 * rest) end end
end

function request()
  -- The first call is wrk's own, to see what requests look like: nothing is sent.
  if isRunning then
    countFrom = countFrom or now() + warm * 1e4
    if now() >= countFrom then sent = sent + 1 end
  end
  isRunning = true
  if sort ~= 'batch' then
    place = place % #paths + 1
    return string.format('GET %s&sent=%010d', paths[place], now()) .. head .. '\r\n'
  end
  batches = batches + 1
  local item = string.format('{"name":"Batch %010d"', batches)
  local body = string.format('{"add":[%s,"request_id":1%010d},%s,"request_id":2%010d}', item, now(), item, batches)
    .. string.rep(',' .. item .. '}', 498) .. ']}'
  return 'POST /api/v2/companies' .. head .. 'Content-Length: ' .. #body .. '\r\n\r\n' .. body
end

function response(status, headers, body)
  local sentAt = body:match('sent=(%d%d%d%d%d%d%d%d%d%d)') or body:match('"request_id":1(%d%d%d%d%d%d%d%d%d%d)')
  local number = sort == 'batch' and body:match('"request_id":2(%d%d%d%d%d%d%d%d%d%d)')
  if number then acknowledged[#acknowledged + 1] = tonumber(number) end
  if now() < countFrom then return end
  if status == 200 and sentAt then
    served = served + 1
    local class = math.floor(math.log(math.max((now() - tonumber(sentAt)) / 10, 0.1)) * 100 + 0.5)
    times[class] = (times[class] or 0) + 1
  elseif status == 503 and (headers['retry-after'] or headers['Retry-After']) == '1' then
    refused = refused + 1
  else
    wrong = wrong + 1
    example = status .. ' ' .. body:sub(1, 200):gsub('[^%g ]', '?'):gsub('["\\]', "'")
  end
end

function done(summary)
  local thread = threads[1]
  local classes = {}
  for class, count in pairs(thread:get('times')) do classes[#classes + 1] = string.format('[%d,%d]', class, count) end
  local errors = summary.errors
  io.write(string.format(
    '\nresult {"seconds":%f,"sent":%d,"served":%d,"refused":%d,"wrong":%d,"example":"%s","broken":{"connect":%d,"read":%d,"write":%d,"timeout":%d},"times":[%s],"acknowledged":[%s]}\n',
    summary.duration / 1e6 - warm, thread:get('sent'), thread:get('served'), thread:get('refused'), thread:get('wrong'),
    thread:get('example'), errors.connect, errors.read, errors.write, errors.timeout,
    table.concat(classes, ','), table.concat(thread:get('acknowledged'), ',')))
end

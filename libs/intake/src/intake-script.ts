import { createHash } from 'node:crypto';

/**
 * `SharedIntake` of `@vecino/admission` as one atomic step of the server; a test compares the two. Keys: the epoch (a hash)
 * and, to take, the tenant's log: a list of its sum and then, for each slot with grants, the slot's end and their number.
 * Times are the server's own, in ms.
 *
 * Answers with its time and then `closed`, ms to wait and why; `late`; or `taken`, how many, and when one more fits.
 */
export const INTAKE_SCRIPT = `
local epoch, log = KEYS[1], KEYS[2]
local op, window, slack, slot = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local patience, deadline = tonumber(ARGV[5]), tonumber(ARGV[6])
local fresh, local_ago, durable = ARGV[7], tonumber(ARGV[8]), ARGV[9]
local mine = 'seen:' .. ARGV[10]

local function said(section, pattern)
  return string.match(redis.call('INFO', section), pattern) or ''
end
local function text(number) return string.format('%.0f', number) end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > deadline then return { now, 'late' } end
local run = said('server', 'run_id:(%w+)')
local evicted = said('stats', 'evicted_keys:(%d+)')
local known, latest = {}, nil
local fields = redis.call('HGETALL', epoch)
for i = 1, #fields, 2 do
  known[fields[i]] = fields[i + 1]
  if string.sub(fields[i], 1, 5) == 'seen:' then latest = math.max(latest or 0, tonumber(fields[i + 1])) end
end
local opens, why = tonumber(known.opens or '0'), known.why or ''

local function close(reason)
  opens, why = now + window + slack, reason
  redis.call('HSET', epoch, 'opens', text(opens), 'why', why)
end
if not known.run then
  if fresh ~= '1' then close('flushed') end
elseif run ~= known.run then
  if known.durable ~= '1' or evicted ~= '0' then close('restarted') end
elseif evicted ~= known.evicted then
  close('evicted')
end
if latest and now - latest >= window + patience - slack then close('away') end
if now < opens and local_ago >= 0 and now - local_ago + window + slack > opens then
  opens = now - local_ago + window + slack
  redis.call('HSET', epoch, 'opens', text(opens))
end
if run ~= known.run or evicted ~= known.evicted then
  redis.call('HSET', epoch, 'run', run, 'evicted', evicted, 'durable', '0')
end
if op == 'speak' then
  if durable == '1' and said('replication', 'connected_slaves:(%d+)') ~= '0' then durable = '0' end
  redis.call('HSET', epoch, 'durable', durable)
end
if op == 'leave' then redis.call('HDEL', epoch, mine)
elseif now - tonumber(known[mine] or '0') >= 100 then redis.call('HSET', epoch, mine, text(now)) end
for field, at in pairs(known) do
  if field ~= mine and string.sub(field, 1, 5) == 'seen:' and now - tonumber(at) >= window then
    redis.call('HDEL', epoch, field)
  end
end

if now < opens then return { now, 'closed', opens - now, why } end
if op ~= 'take' then return { now, 'taken', 0, now } end

local limit, wanted = tonumber(ARGV[11]), tonumber(ARGV[12])
local function entry(index) return tonumber(redis.call('LINDEX', log, index) or '') end
local sum, first = entry(0) or 0, entry(1)
if first and now >= first + window then
  redis.call('LPOP', log)
  while first and now >= first + window do
    redis.call('LPOP', log)
    sum = sum - redis.call('LPOP', log)
    first = entry(0)
  end
  if first then redis.call('LPUSH', log, text(sum)) end
end

local granted = math.max(0, math.min(wanted, limit - sum))
if granted > 0 then
  sum = sum + granted
  local slot_end = math.ceil(now / slot) * slot
  if not first then redis.call('RPUSH', log, text(sum), text(slot_end), text(granted))
  else
    if entry(-2) == slot_end then redis.call('LSET', log, -1, text(entry(-1) + granted))
    else redis.call('RPUSH', log, text(slot_end), text(granted)) end
    redis.call('LSET', log, 0, text(sum))
  end
  redis.call('PEXPIRE', log, window + slot + 1000)
end

local missing, at, retry = sum - limit + 1, 1, now
while missing > 0 do
  local pairs_of = redis.call('LRANGE', log, at, at + 199)
  if #pairs_of == 0 then retry = now + window break end
  for i = 1, #pairs_of, 2 do
    missing = missing - pairs_of[i + 1]
    if missing <= 0 then retry = pairs_of[i] + window break end
  end
  at = at + 200
end
return { now, 'taken', granted, retry }
`;

export const INTAKE_SCRIPT_SHA = createHash('sha1').update(INTAKE_SCRIPT).digest('hex');

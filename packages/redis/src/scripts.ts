import { createHash } from "node:crypto";

/**
 * What Redis does in one step that nothing else of a document can come between. The decisions are those of `rules.ts` of the server,
 * once more in Lua; a property test holds them equal.
 *
 * Keys of a document, in one hash slot:
 * - head: hash of version, entryId, length, forgotten, and of the saved checkpoint: checkpointVersion, checkpointId; and
 *   which log it is (logId), and from when on it is open again after it was another (openFrom, ms of Redis' clock);
 * - sessions: hash, session to "fence lastSeq lastVersion settled since lastUsed", the fence "-" if none may write;
 * - log: stream, id "version-0", fields `i` (entry id) and `e` (the entry);
 * - checkpoint: its text with what it belongs to;
 * - people: hash, who has it open (see `SHARE`).
 */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export function script(lua: string): Script {
  const text = `${COMMON}\n${lua}`;
  return { lua: text, sha: createHash("sha1").update(text).digest("hex") };
}

/**
 * `logId` is what Redis calls its replication id: another one after each promotion of a replica, each restart, and each move to other
 * machines. Whoever has it from before knows that what it read may be gone.
 */
const COMMON = `
local function logId()
  return string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
end
local function whole(number)
  return string.format('%.0f', number)
end
local function readRow(key, session)
  local text = redis.call('HGET', key, session)
  if not text then return nil end
  local fence, lastSeq, lastVersion, settled, since, lastUsed = string.match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$')
  return { fence = fence, lastSeq = tonumber(lastSeq), lastVersion = tonumber(lastVersion), settled = tonumber(settled),
    since = tonumber(since), lastUsed = lastUsed }
end
local function textOf(row)
  return table.concat({ row.fence, whole(row.lastSeq), whole(row.lastVersion), whole(row.settled), whole(row.since),
    row.lastUsed }, ' ')
end
local function readHead(key)
  local head = redis.call('HMGET', key, 'version', 'entryId', 'length', 'forgotten')
  return { version = tonumber(head[1] or '0'), entryId = head[2] or '', length = head[3] or '0', forgotten = tonumber(head[4] or '0') }
end
`;

/** Keys: head, people. Returns version, entryId, length, logId, and what `SHARE` calls the last change: epoch and number, or empty. */
export const STATE: Script = script(`
local head = readHead(KEYS[1])
local people = redis.call('HMGET', KEYS[2], '@', '#')
return { whole(head.version), head.entryId, head.length, logId(), people[1] or '', people[2] or '' }
`);

/**
 * Keys: head, sessions. Arguments: session, fence, version, lastSeq, inFlight, settled, time, graceMs. Returns isFateKnown, row, and as
 * `STATE`; or -1 and how many ms are left, while servers may still put back what a lost log had: until then nobody can be told what became of
 * an operation.
 */
export const OPEN_SESSION: Script = script(`
local session, fence, time = ARGV[1], ARGV[2], ARGV[7]
local version, lastSeq, settled = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[6])
local id = logId()
local known = redis.call('HMGET', KEYS[1], 'logId', 'openFrom')
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local openFrom = tonumber(known[2] or '0')
if known[1] ~= id then
  if known[1] then openFrom = now + tonumber(ARGV[8]) end
  redis.call('HSET', KEYS[1], 'logId', id, 'openFrom', whole(openFrom))
end
if now < openFrom then return { -1, whole(openFrom - now) } end
local head = readHead(KEYS[1])
local row = readRow(KEYS[2], session)
if not row then
  row = { lastSeq = settled, lastVersion = 0, settled = settled }
  row.since = version >= head.forgotten and version or head.version
end
local isFateKnown = not (ARGV[5] == '1' and row.lastSeq < lastSeq and version < row.since)
row.fence = fence
row.settled = math.max(row.settled, settled)
row.lastUsed = time
redis.call('HSET', KEYS[2], session, textOf(row))
return { isFateKnown and 1 or 0, textOf(row), whole(head.version), head.entryId, head.length, id }
`);

/** Number of an entry's arguments in `COMMIT`. */
const COMMIT_FIELDS = 7;

/** Entries that one answer or one message carries at most; the rest is read. */
const MAX_MISSING = 1000;

/** Longest message about entries, in bytes: over it those who watch read them. */
const MAX_TOLD_BYTES = 32_768;

/**
 * Keys: head, sessions, log, channel. Arguments: version and id that are followed, logId or "" (not known), node, time, carets as JSON,
 * isRestored, then for each entry: entryId, session, seq, fence, settled, length, value. Returns "committed" | "diverged" | "rejected", bad, missing: bad
 * as index and fault by turns, missing as values.
 */
export const COMMIT: Script = script(`
local expected, expectedId, knownLog, node, time, carets = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local isRestored = ARGV[7] == '1'
if knownLog ~= '' and knownLog ~= logId() then return { 'diverged' } end
local head = readHead(KEYS[1])
local missing = {}
local isBehind = head.version ~= expected or head.entryId ~= expectedId
if isBehind then
  local id = nil
  if expected == 0 then
    id = ''
  else
    local at = redis.call('XRANGE', KEYS[3], ARGV[1] .. '-0', ARGV[1] .. '-0')
    if at[1] then
      id = at[1][2][2]
    else
      local checkpoint = redis.call('HMGET', KEYS[1], 'checkpointVersion', 'checkpointId')
      if checkpoint[1] == ARGV[1] then id = checkpoint[2] end
    end
  end
  if id ~= expectedId then return { 'diverged' } end
  local first = whole(expected + 1) .. '-0'
  local entries = redis.call('XRANGE', KEYS[3], first, '+', 'COUNT', ${MAX_MISSING})
  if not entries[1] or entries[1][1] ~= first then return { 'diverged' } end
  for index, entry in ipairs(entries) do missing[index] = entry[2][4] end
end
local bad, rows, values = {}, {}, {}
local version, entryId, length, bytes = head.version, head.entryId, head.length, 0
local count = (#ARGV - 7) / ${COMMIT_FIELDS}
for index = 0, count - 1 do
  local at = 7 + index * ${COMMIT_FIELDS}
  local session, seq = ARGV[at + 2], tonumber(ARGV[at + 3])
  local row = rows[session] or readRow(KEYS[2], session)
  if not row and isRestored then row = { fence = '-', lastSeq = 0, lastVersion = 0, settled = 0, since = 0 } end
  local fault = nil
  if not row then
    fault = 'unknown-session'
  elseif seq <= row.lastSeq then
    fault = 'duplicate'
  elseif ARGV[at + 4] ~= row.fence and not isRestored then
    fault = 'fenced'
  end
  if fault then
    bad[#bad + 1] = index
    bad[#bad + 1] = fault
  else
    version, entryId, length = version + 1, ARGV[at + 1], ARGV[at + 6]
    row.lastSeq, row.lastVersion, row.lastUsed = seq, version, time
    row.settled = math.max(row.settled, tonumber(ARGV[at + 5]))
    rows[session] = row
    values[#values + 1] = ARGV[at + 7]
    bytes = bytes + #ARGV[at + 7]
  end
end
if isBehind or #bad > 0 then return { 'rejected', bad, missing } end
for index, value in ipairs(values) do
  local at = 7 + (index - 1) * ${COMMIT_FIELDS}
  redis.call('XADD', KEYS[3], whole(expected + index) .. '-0', 'i', ARGV[at + 1], 'e', value)
end
for session, row in pairs(rows) do redis.call('HSET', KEYS[2], session, textOf(row)) end
redis.call('HSET', KEYS[1], 'version', whole(version), 'entryId', entryId, 'length', length)
local told = '["e","' .. node .. '",' .. ARGV[1] .. ',"' .. expectedId .. '"'
if bytes <= ${MAX_TOLD_BYTES} then told = told .. ',[' .. table.concat(values, ',') .. '],' .. carets end
redis.call('SPUBLISH', KEYS[4], told .. ']')
return { 'committed' }
`);

/** Keys: head, checkpoint, log. Arguments: version, entryId, value. A state that is not in the log is not saved. */
export const SAVE_CHECKPOINT: Script = script(`
local saved = redis.call('HGET', KEYS[1], 'checkpointVersion')
if tonumber(ARGV[1]) <= tonumber(saved or '0') then return 0 end
local at = redis.call('XRANGE', KEYS[3], ARGV[1] .. '-0', ARGV[1] .. '-0')
if not at[1] or at[1][2][2] ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[2], ARGV[3])
redis.call('HSET', KEYS[1], 'checkpointVersion', ARGV[1], 'checkpointId', ARGV[2])
return 1
`);

/** Keys: head, log. Arguments: version. */
export const TRIM: Script = script(`
local saved = redis.call('HGET', KEYS[1], 'checkpointVersion')
local last = math.min(tonumber(ARGV[1]), tonumber(saved or '0'))
if last <= 0 then return 0 end
return redis.call('XTRIM', KEYS[2], 'MINID', whole(last + 1) .. '-0')
`);

/**
 * Keys: head, sessions. Arguments: for each session that may be forgotten, itself and its row as it was read. A row that has changed since stays.
 */
export const FORGET_SESSIONS: Script = script(`
local forgotten = readHead(KEYS[1]).forgotten
local before = forgotten
for at = 1, #ARGV, 2 do
  local row = readRow(KEYS[2], ARGV[at])
  if row and textOf(row) == ARGV[at + 1] then
    redis.call('HDEL', KEYS[2], ARGV[at])
    if row.settled < row.lastSeq then forgotten = math.max(forgotten, row.lastVersion) end
  end
end
if forgotten > before then redis.call('HSET', KEYS[1], 'forgotten', whole(forgotten)) end
return 1
`);

/** Keys: sessions. Arguments: session, settled. */
export const SETTLE: Script = script(`
local row = readRow(KEYS[1], ARGV[1])
if not row or row.settled >= tonumber(ARGV[2]) then return 0 end
row.settled = tonumber(ARGV[2])
redis.call('HSET', KEYS[1], ARGV[1], textOf(row))
return 1
`);

/**
 * Keys: beats, addresses, respite. Arguments: node, its address, after how many ms without a beat a node is dead, after how many ms without any beat Redis was
 * away. Returns node and address by turns. Once Redis was away nobody is found dead for as long: who comes back first would find all others so.
 */
export const BEAT: Script = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = redis.call('ZRANGE', KEYS[1], 0, 0, 'REV', 'WITHSCORES')[2]
if not last or now - last > tonumber(ARGV[4]) then redis.call('SET', KEYS[3], '', 'PX', ARGV[3]) end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
if redis.call('EXISTS', KEYS[3]) == 0 then
  for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. whole(now - tonumber(ARGV[3])))) do
    redis.call('ZREM', KEYS[1], node)
    redis.call('HDEL', KEYS[2], node)
  end
end
return redis.call('HGETALL', KEYS[2])
`);

/** Keys: beats, addresses, respite. Arguments: node. */
export const LEAVE: Script = script(`
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('HDEL', KEYS[2], ARGV[1])
`);

/** Keys: record. Arguments: fields and values by turns. Returns 0 if there is one already. */
export const CREATE_RECORD: Script = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
`);

/** Keys: record, channel. Arguments: node, then fields and values by turns. Returns all of it, or nothing if there is none. */
export const CHANGE_RECORD: Script = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
if #ARGV > 1 then redis.call('HSET', KEYS[1], unpack(ARGV, 2)) end
redis.call('SPUBLISH', KEYS[2], '["r","' .. ARGV[1] .. '"]')
return redis.call('HGETALL', KEYS[1])
`);

import { createHash } from "node:crypto";

/**
 * What Redis does in one step that nothing else of a document can come between. The decisions are those of `rules.ts` of the server,
 * once more in Lua; a property test holds them equal.
 *
 * Keys of a document, in one hash slot. A channel is none: while a slot moves, a cluster lets no script run of which a key is missing.
 * - head: hash of version, entryId, length, forgotten, and of the saved checkpoint: checkpointVersion, checkpointId; and
 *   which log it is (logId), and from when on it is open again after it was another (openFrom, ms of Redis' clock); see `cold-scripts.ts` for
 *   what is there of a document that is cold;
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
  if not fence then error('a newer version of the program wrote this session') end
  return { fence = fence, lastSeq = tonumber(lastSeq), lastVersion = tonumber(lastVersion), settled = tonumber(settled),
    since = tonumber(since), lastUsed = lastUsed }
end
local function textOf(row)
  return table.concat({ row.fence, whole(row.lastSeq), whole(row.lastVersion), whole(row.settled), whole(row.since),
    row.lastUsed }, ' ')
end
local function readHead(key)
  local head = redis.call('HMGET', key, 'version', 'entryId', 'length', 'forgotten', 'cold', 'coldAt')
  return { version = tonumber(head[1] or '0'), entryId = head[2] or '', length = head[3] or '0', forgotten = tonumber(head[4] or '0'),
    cold = head[5] and { 'cold', head[5], head[6] } }
end
`;

/** A document that is never written is gone so long after it was opened last, in ms: whoever makes up names leaves nothing behind. */
const UNWRITTEN_MS = 86_400_000;

/** Keys: head. Returns version, entryId, length, logId, also of a cold document; then "cold", copy and archive if it is one. */
export const STATE: Script = script(`
local head = readHead(KEYS[1])
return { whole(head.version), head.entryId, head.length, logId(), unpack(head.cold or {}) }
`);

/** Keys: head, people. Returns version, entryId, length, logId, and what `SHARE` calls the last change: epoch and number, or empty. */
export const COMPARE: Script = script(`
local head = readHead(KEYS[1])
local people = redis.call('HMGET', KEYS[2], '@', '#')
return { whole(head.version), head.entryId, head.length, logId(), people[1] or '', people[2] or '' }
`);

/** All that follow return "cold", copy, archive for a document that is cold, and do nothing. */

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
if head.cold then return head.cold end
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
if head.version == 0 then
  redis.call('PEXPIRE', KEYS[1], ${UNWRITTEN_MS})
  redis.call('PEXPIRE', KEYS[2], ${UNWRITTEN_MS})
end
return { isFateKnown and 1 or 0, textOf(row), whole(head.version), head.entryId, head.length, id }
`);

/** Number of arguments of `COMMIT` before those of entries, and of those of an entry. */
const COMMIT_ARGUMENTS = 8;
const COMMIT_FIELDS = 7;

/** Entries that one answer or one message carries at most; the rest is read. */
const MAX_MISSING = 1000;

/** Longest message about entries, in bytes: over it those who watch read them. */
const MAX_TOLD_BYTES = 32_768;

/**
 * Keys: head, sessions, log. Arguments: version and id that are followed, logId or "" (not known), node, time, carets as JSON, isRestored,
 * channel, then for each entry: entryId, session, seq, fence, settled, length, value. Returns "committed", logId | "diverged" | "rejected",
 * logId, bad, missing: bad as index and fault by turns, missing as values.
 */
export const COMMIT: Script = script(`
local expected, expectedId, knownLog, node, time, carets = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local isRestored, channel = ARGV[7] == '1', ARGV[8]
local log = logId()
if knownLog ~= '' and knownLog ~= log then return { 'diverged' } end
local head = readHead(KEYS[1])
if head.cold then return head.cold end
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
local count = (#ARGV - ${COMMIT_ARGUMENTS}) / ${COMMIT_FIELDS}
for index = 0, count - 1 do
  local at = ${COMMIT_ARGUMENTS} + index * ${COMMIT_FIELDS}
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
if isBehind or #bad > 0 then return { 'rejected', log, bad, missing } end
for index, value in ipairs(values) do
  local at = ${COMMIT_ARGUMENTS} + (index - 1) * ${COMMIT_FIELDS}
  redis.call('XADD', KEYS[3], whole(expected + index) .. '-0', 'i', ARGV[at + 1], 'e', value)
end
for session, row in pairs(rows) do redis.call('HSET', KEYS[2], session, textOf(row)) end
redis.call('HSET', KEYS[1], 'version', whole(version), 'entryId', entryId, 'length', length)
if expected == 0 then
  redis.call('PERSIST', KEYS[1])
  redis.call('PERSIST', KEYS[2])
end
local told = '["e","' .. node .. '",' .. ARGV[1] .. ',"' .. expectedId .. '"'
if bytes <= ${MAX_TOLD_BYTES} then told = told .. ',[' .. table.concat(values, ',') .. '],' .. carets end
redis.call('SPUBLISH', channel, told .. ']')
return { 'committed', log }
`);

/** Keys: head, checkpoint, log. Arguments: version, entryId, value. A state that is not in the log is not saved. Returns logId. */
export const SAVE_CHECKPOINT: Script = script(`
local head = readHead(KEYS[1])
if head.cold then return head.cold end
local saved = redis.call('HGET', KEYS[1], 'checkpointVersion')
local at = redis.call('XRANGE', KEYS[3], ARGV[1] .. '-0', ARGV[1] .. '-0')
if tonumber(ARGV[1]) > tonumber(saved or '0') and at[1] and at[1][2][2] == ARGV[2] then
  redis.call('SET', KEYS[2], ARGV[3])
  redis.call('HSET', KEYS[1], 'checkpointVersion', ARGV[1], 'checkpointId', ARGV[2])
end
return logId()
`);

/** Keys: head, log. Arguments: version. */
export const TRIM: Script = script(`
local head = readHead(KEYS[1])
if head.cold then return head.cold end
local saved = redis.call('HGET', KEYS[1], 'checkpointVersion')
local last = math.min(tonumber(ARGV[1]), tonumber(saved or '0'))
if last <= 0 then return 0 end
return redis.call('XTRIM', KEYS[2], 'MINID', whole(last + 1) .. '-0')
`);

/**
 * Keys: head, sessions. Arguments: for each session that may be forgotten, itself and its row as it was read. A row that has changed since stays.
 */
export const FORGET_SESSIONS: Script = script(`
local head = readHead(KEYS[1])
if head.cold then return head.cold end
local forgotten = head.forgotten
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

/** Keys: head, sessions. Arguments: session, settled. */
export const SETTLE: Script = script(`
local head = readHead(KEYS[1])
if head.cold then return head.cold end
local row = readRow(KEYS[2], ARGV[1])
if not row or row.settled >= tonumber(ARGV[2]) then return 0 end
row.settled = tonumber(ARGV[2])
redis.call('HSET', KEYS[2], ARGV[1], textOf(row))
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

/** Keys: record. Arguments: fields and values by turns. Returns logId, and 0 if there is one already. */
export const CREATE_RECORD: Script = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then return { logId(), 0 } end
redis.call('HSET', KEYS[1], unpack(ARGV))
return { logId(), 1 }
`);

/** Keys: record. Arguments: channel, node, then fields and values by turns. Returns logId, and all fields, none if there is no record. */
export const CHANGE_RECORD: Script = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return { logId(), {} } end
if #ARGV > 2 then redis.call('HSET', KEYS[1], unpack(ARGV, 3)) end
redis.call('SPUBLISH', ARGV[1], '["r","' .. ARGV[2] .. '"]')
return { logId(), redis.call('HGETALL', KEYS[1]) }
`);

/** All that follow on rules have one key, that of the rules, and the arguments channel and node first. They return logId and a reply. */
const TELL = `redis.call('SPUBLISH', ARGV[1], '["r","' .. ARGV[2] .. '"]')`;

/** Arguments: alternating fields and values. */
export const CHANGE_RULES: Script = script(`
if #ARGV > 2 then redis.call('HSET', KEYS[1], unpack(ARGV, 3)) end
${TELL}
return { logId(), 1 }
`);

/**
 * Arguments: field of a person, how many people there may be, 1 to remove them, and 1, 0 or empty to block them, to let them in or neither. Replies 0 if
 * there are too many: no more fields are looked at than that.
 */
export const CHANGE_PERSON: Script = script(`
local removals, blocked = '0', '0'
local rule = redis.call('HGET', KEYS[1], ARGV[3])
if rule then removals, blocked = string.match(rule, '^(%S+) (%S+)$') else
  local people = 0
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if string.sub(field, 1, 2) == 'p:' then people = people + 1 end
  end
  if people >= tonumber(ARGV[4]) then return { logId(), 0 } end
end
if ARGV[6] ~= '' then blocked = ARGV[6] end
redis.call('HSET', KEYS[1], ARGV[3], whole(tonumber(removals) + tonumber(ARGV[5])) .. ' ' .. blocked)
${TELL}
return { logId(), 1 }
`);

/** Arguments: who takes the document. Replies with who has it. */
export const TAKE: Script = script(`
if redis.call('HSETNX', KEYS[1], 'takenBy', ARGV[3]) == 1 then
  ${TELL}
end
return { logId(), redis.call('HGET', KEYS[1], 'takenBy') }
`);

/** Keys: one that is written. Arguments: a command, and its arguments after the key. Returns logId, and the reply. */
export const WRITE: Script = script(`
return { logId(), redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2)) }
`);

/** Keys: one that may be written. Returns logId. */
export const TOUCH: Script = script(`
redis.call('SET', KEYS[1], 1, 'PX', 1000)
return logId()
`);

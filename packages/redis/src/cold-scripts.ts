import { type Script, script } from "./scripts.ts";

/**
 * How a document leaves and comes back. Of a document that is cold only its head is there, with two more fields: `cold`, the name of its copy,
 * and `coldAt`, that of the archive which has it. `moves` counts what must undo a move that is under way.
 */

/** What everything of a document but its entries is, and where those begin: entries with the same ids are the same. */
const MARK = `
local function markOf(headKey, sessionsKey, logKey)
  local parts = redis.call('HMGET', headKey, 'version', 'entryId', 'length', 'forgotten', 'checkpointVersion', 'checkpointId', 'moves')
  for index = 1, 7 do parts[index] = parts[index] or '' end
  local first = redis.call('XRANGE', logKey, '-', '+', 'COUNT', 1)
  parts[8] = first[1] and first[1][1] or ''
  local rows = {}
  local fields = redis.call('HGETALL', sessionsKey)
  for at = 1, #fields, 2 do rows[#rows + 1] = fields[at] .. ' ' .. fields[at + 1] end
  table.sort(rows)
  return redis.sha1hex(table.concat(parts, ' ') .. '\\n' .. table.concat(rows, '\\n')), parts[8]
end
`;

/**
 * Keys: head, sessions, log, checkpoint. Returns mark, version, entryId, length, forgotten, id of the first entry or "", the checkpoint or "",
 * sessions and rows by turns; or as the scripts of a log for a cold document.
 */
export const EXPORT: Script = script(`${MARK}
local head = readHead(KEYS[1])
if head.cold then return head.cold end
local mark, first = markOf(KEYS[1], KEYS[2], KEYS[3])
return { mark, whole(head.version), head.entryId, head.length, whole(head.forgotten), first,
  redis.call('GET', KEYS[4]) or '', redis.call('HGETALL', KEYS[2]) }
`);

/**
 * Keys: head, sessions, log, checkpoint. Arguments: mark, copy, archive; no copy: nothing is left of it. Returns logId, and 0 if it is not as it
 * was when it was exported.
 */
export const MOVE_OUT: Script = script(`${MARK}
local mark = markOf(KEYS[1], KEYS[2], KEYS[3])
if redis.call('HEXISTS', KEYS[1], 'cold') == 1 or mark ~= ARGV[1] then return { logId(), 0 } end
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4])
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'cold', ARGV[2], 'coldAt', ARGV[3])
end
return { logId(), 1 }
`);

/** Keys: staged sessions. Arguments: ms that they stay, sessions and rows by turns. */
export const STAGE_ROWS: Script = script(`
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return redis.call('PEXPIRE', KEYS[1], ARGV[1])
`);

/** Keys: staged log. Arguments: ms that they stay, then for each entry: version, entryId, value. */
export const STAGE_ENTRIES: Script = script(`
for at = 2, #ARGV, 3 do redis.call('XADD', KEYS[1], ARGV[at] .. '-0', 'i', ARGV[at + 1], 'e', ARGV[at + 2]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[1])
`);

/**
 * Keys: head, sessions, log, checkpoint, then the staged sessions, log, checkpoint. Arguments: the copy that it is of, or "" if the document is not
 * known yet; how many rows, entries and checkpoints were staged; fields and values of the head by turns. Returns logId, and "placed", or
 * "other" if the document is not what it should be, or "lost" if what was staged is gone.
 */
export const PLACE: Script = script(`
local copy = redis.call('HGET', KEYS[1], 'cold') or ''
local exists = redis.call('EXISTS', KEYS[1], KEYS[2]) > 0
if copy ~= ARGV[1] or (copy == '' and exists) then return { logId(), 'other' } end
if redis.call('HLEN', KEYS[5]) ~= tonumber(ARGV[2]) or redis.call('XLEN', KEYS[6]) ~= tonumber(ARGV[3])
  or redis.call('EXISTS', KEYS[7]) ~= tonumber(ARGV[4]) then return { logId(), 'lost' } end
for at = 2, 4 do
  if redis.call('EXISTS', KEYS[at + 3]) == 1 then
    redis.call('RENAME', KEYS[at + 3], KEYS[at])
    redis.call('PERSIST', KEYS[at])
  end
end
redis.call('HDEL', KEYS[1], 'cold', 'coldAt')
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
return { logId(), 'placed' }
`);

/** Keys: head, sessions, log, checkpoint. Returns logId. */
export const REMOVE: Script = script(`
redis.call('UNLINK', unpack(KEYS))
return logId()
`);

/**
 * Keys: head. Arguments: copy. Returns 1 if the document needs it. If not, it never will: a move that would leave the document with this copy
 * finds it changed.
 */
export const RENOUNCE: Script = script(`
if redis.call('HGET', KEYS[1], 'cold') == ARGV[1] then return 1 end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HINCRBY', KEYS[1], 'moves', 1) end
return 0
`);

/** Keys: used. Arguments: document, when it was last used, as was read. Forgets that it was, unless it was again. */
export const UNUSE: Script = script(`
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])
`);

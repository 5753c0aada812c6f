import { type Script, script } from "./scripts.ts";

/**
 * Who has a document open, as Redis keeps it: a hash with a field `node/session` for each channel of each server, with the time of Redis when
 * it was written, a space, and what the server says about it. The field `node/` says that the server has the document open at all. Beside
 * them stand `@`, a random name of this life of the hash, and `#`, which counts its changes. Each change is published with its number:
 * who hears all of them has what is in the hash, and who misses one knows it by the next number or by asking for the last.
 *
 * Keys: people, channel. Arguments: node, a name in case the hash is not there, ms that it stays when nobody writes it, 1 to get all of it, how many
 * fields are set, those as session and value by turns, then fields to be deleted. Returns time, epoch, number, and all fields with their values by
 * turns if asked.
 */
export const SHARE: Script = script(`
local node, ttl, count = ARGV[1], ARGV[3], tonumber(ARGV[5])
local clock = redis.call('TIME')
local time = whole(clock[1] * 1000 + math.floor(clock[2] / 1000))
local set, deleted = {}, {}
for at = 6, 4 + 2 * count, 2 do
  local session, value = ARGV[at], ARGV[at + 1]
  redis.call('HSET', KEYS[1], node .. '/' .. session, time .. ' ' .. value)
  set[#set + 1] = '["' .. session .. '",' .. value .. ']'
end
for at = 6 + 2 * count, #ARGV do
  if redis.call('HDEL', KEYS[1], ARGV[at]) == 1 then deleted[#deleted + 1] = '"' .. ARGV[at] .. '"' end
end
if #set + #deleted > 0 then
  redis.call('HSETNX', KEYS[1], '@', ARGV[2])
  local epoch = redis.call('HGET', KEYS[1], '@')
  local number = whole(redis.call('HINCRBY', KEYS[1], '#', 1))
  redis.call('SPUBLISH', KEYS[2], '["p","' .. node .. '","' .. epoch .. '",' .. number .. ',' .. time ..
    ',[' .. table.concat(set, ',') .. '],[' .. table.concat(deleted, ',') .. ']]')
  if redis.call('HLEN', KEYS[1]) == 2 then redis.call('DEL', KEYS[1]) end
end
redis.call('PEXPIRE', KEYS[1], ttl)
local last = redis.call('HMGET', KEYS[1], '@', '#')
return { time, last[1] or '', tonumber(last[2] or '0'), ARGV[4] == '1' and redis.call('HGETALL', KEYS[1]) or {} }
`);

-- What the store of claims does inside Redis, in order, for a run of operations (rules and layout:
-- consumers/store_layout.py and docs/store.md). Works on Redis 6.2 to 8 and Valkey; in a cluster
-- everything that one call touches carries the tag of KEYS[1].
--
-- ARGV: namespace, tags (two characters each), window, bytes of a time, bits of a claim's shard,
-- bits of a name's shard, three lives (claims, names, marks) and the slack of renewals, in ms;
-- whether owners are to be resolved here (1), the operations, then the generations they name.
--
-- Operations (numbers are big-endian; g is a 2-byte index of a generation, t a time inside it):
--   L g hash              look a name up            -> '' or {known, mark, redirect -1, 0, +1}
--   R g hash n value      record a redirect where none stands; another's ends the call: 'again'
--   X g hash n value      record a redirect over what stands
--   O g hash n value      record a family's first article, or carry it over from a neighbour
--   C g family t k k*former n n*fingerprint   claim -> '' or {index, neighbour, value} of others'
--     (claims of the k former families are the article's own too)
--   U g hash t            withdraw a uri
--   W g hash t tag        withdraw a family under one tag, or (255) under all
--   G g hash              a family's first article  -> its row or ''
--   A g hash family t r(2 bytes) o(2) n(4) redirect row n*fingerprint
--                         R, O and C of one article whose family needs no looking up, in a run of
--                         nothing but such. Unless every one of them finds on record what it brings,
--                         or nothing, the call ends before any is carried out: 'again'. Claims of
--                         others' come as one text, each behind the place (2 bytes, from 1) of its article.
local ns, tags, window, width = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local claim_div, name_div = 2 ^ (18 - tonumber(ARGV[5])), 2 ^ (18 - tonumber(ARGV[6]))
local claims_live, names_live, marks_live = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local slack, whole, ops, FIRST = tonumber(ARGV[10]), ARGV[11] == '1', ARGV[12], 13
local call, byte, sub, char, format = redis.call, string.byte, string.sub, string.char, string.format
local PIECE = 64 -- a longer value would turn a packed hash into a table of pointers

local function number(from, bytes)
  local n = 0
  for i = from, from + bytes - 1 do n = n * 256 + byte(ops, i) end
  return n
end

local shard_names = {}
local function shard_name(n)
  local name = shard_names[n]
  if not name then
    name = format('%x', n)
    shard_names[n] = name
  end
  return name
end

-- Prefixes of keys by tag, for one kind and generation.
local prefixes = {}
local function prefix(kind, generation)
  local id = kind .. generation
  local made = prefixes[id]
  if not made then
    made = setmetatable({}, {__index = function(known, tag)
      local text = ns .. '{' .. sub(tags, tag * 2 + 1, tag * 2 + 2) .. '}:' .. kind .. ':'
        .. format('%.0f', generation) .. ':'
      known[tag] = text
      return text
    end})
    prefixes[id] = made
  end
  return made
end

-- Keys live by the server's clock. A life is renewed when its slack is used up, so that a write
-- costs a look and seldom a second write.
local renewals = {}
for _, life in ipairs({claims_live, names_live}) do renewals[life] = format('%.0f', life + slack) end
local function keep(key, life)
  if call('PTTL', key) < life then call('PEXPIRE', key, renewals[life]) end
end

-- What there is at all, so that nobody looks where nothing can be: which generations hold anything,
-- and whether anything was withdrawn. Each lives longer than what it tells of. On one server every
-- tag has its copy, so that its data may move to a cluster.
local here_tag = string.match(KEYS[1], '{(..)}$')
local written, looked, renewed, withdrawn = {}, {}, {}, false

local function flag(tag, what) return ns .. '{' .. tag .. '}:m:' .. what end

local function look_around(generation)
  if looked[generation] then return end
  looked[generation] = true
  local keys = {flag(here_tag, 'w')}
  for beside = -1, 1 do
    keys[beside + 3] = flag(here_tag, format('%.0f', generation + beside))
  end
  local found = call('MGET', unpack(keys))
  withdrawn = withdrawn or found[1] and true
  for beside = -1, 1 do
    if found[beside + 3] then written[generation + beside] = true end
  end
end

local function raise(what, life)
  if call('PTTL', flag(here_tag, what)) >= life then return end
  for i = 1, whole and #tags or 2, 2 do
    call('SET', flag(whole and sub(tags, i, i + 1) or here_tag, what), '', 'PX',
      format('%.0f', life + slack))
  end
end

local function write_to(generation)
  if renewed[generation] then return end
  raise(format('%.0f', generation), names_live + slack)
  written[generation], renewed[generation] = true, true
end

-- Names.
local function name_key(hash, generation)
  local a, b, c = byte(hash, 1, 3)
  local low = a % 4
  local n = low * 65536 + b * 256 + c
  return prefix('n', generation)[(a - low) / 4] .. shard_name((n - n % name_div) / name_div)
end

local function rest(key, field, first)
  local value, i = first, 1
  local piece = first
  while #piece == PIECE do
    piece = call('HGET', key, field .. i) or ''
    value, i = value .. piece, i + 1
  end
  return value
end

local function read(key, field)
  local first = call('HGET', key, field)
  return first and rest(key, field, first)
end

local function write(generation, key, field, value)
  write_to(generation)
  call('HSET', key, field, sub(value, 1, PIECE))
  local i = 1
  while #value >= i * PIECE do
    call('HSET', key, field .. i, sub(value, i * PIECE + 1, (i + 1) * PIECE))
    i = i + 1
  end
  keep(key, names_live)
end

-- Withdrawals, in periods of thirty days of the server's time, so that old ones die by themselves:
-- the present period and as many before it as the marks' life takes are read.
local PERIOD = 30 * 86400000
local now
local function mark_key(tag, ago)
  now = now or math.floor(tonumber(call('TIME')[1]) * 1000 / PERIOD)
  return ns .. '{' .. sub(tags, tag * 2 + 1, tag * 2 + 2) .. '}:w:' .. format('%.0f', now - ago)
end

local function read_mark(tag, field)
  if not withdrawn then return nil end
  local latest
  for ago = 0, math.ceil(marks_live / PERIOD) do
    local mark = tonumber(call('HGET', mark_key(tag, ago), field) or nil)
    if mark and (not latest or mark > latest) then latest = mark end
  end
  return latest
end

local family_marks = {}
local function void_until(tag, family)
  local known = family_marks[tag]
  if not known then
    known = {}
    family_marks[tag] = known
  end
  local mark = known[family]
  if mark == nil then
    mark = read_mark(tag, 'f' .. family) or false
    known[family] = mark
  end
  return mark or nil
end

local function write_mark(tag, field, time)
  if not renewed.w then
    raise('w', marks_live + PERIOD + slack)
    renewed.w, withdrawn = true, true
  end
  local key = mark_key(tag, 0)
  local present = tonumber(call('HGET', key, field) or nil)
  if not present or present < time then
    call('HSET', key, field, format('%.0f', time))
    call('PEXPIRE', key, format('%.0f', marks_live + PERIOD))
  end
  family_marks[tag] = nil
end

-- Claims.
local wanted, wanted_order = {}, {}

local function claimed_at(generation, value)
  local n = 0
  for i = 9, 8 + width do n = n * 256 + byte(value, i) end
  return generation * window + n
end

-- What stands, or nil where nothing does or what does is void.
local function valid(tag, generation, value)
  if not value then return nil end
  if not withdrawn then return value end
  local mark = void_until(tag, sub(value, 1, 8))
  if mark and claimed_at(generation, value) <= mark then return nil end
  return value
end

-- `mine` holds the families whose claims are the article's own; `which` stands before each finding.
local function claim(generation, p, n, value, time, mine, which)
  local here_at, before_at, after_at =
    prefix('f', generation), prefix('f', generation - 1), prefix('f', generation + 1)
  write_to(generation)
  if not written[generation - 1] then before_at = nil end
  if not written[generation + 1] then after_at = nil end
  local others
  for i = 0, n - 1 do
    local a, b, c = byte(ops, p, p + 2)
    local low = a % 4
    local tag = (a - low) / 4
    local bits = low * 65536 + b * 256 + c
    local shard = shard_name((bits - bits % claim_div) / claim_div)
    local field = sub(ops, p + 2, p + 15)
    p = p + 16
    local key = here_at[tag] .. shard
    local fresh = call('HSETNX', key, field, value) == 1
    local here = not fresh and valid(tag, generation, call('HGET', key, field)) or nil
    if not (here and mine[sub(here, 1, 8)]) then
      local before = before_at
        and valid(tag, generation - 1, call('HGET', before_at[tag] .. shard, field))
      local after = after_at
        and valid(tag, generation + 1, call('HGET', after_at[tag] .. shard, field))
      local owner, beside
      if not ((before and mine[sub(before, 1, 8)]) or (after and mine[sub(after, 1, 8)])) then
        -- The nearest of those that were made by then, else the nearest after: so that a record read
        -- again later, when others have claimed after it, meets the owner that it met at first.
        local past = window
        if before then
          local away = time - claimed_at(generation - 1, before)
          if away < past then owner, beside, past = before, -1, away end
        end
        local away = here and time - claimed_at(generation, here)
        if here and away >= 0 and away < past then
          owner, beside = here, 0
        elseif not owner and here then
          owner, beside = here, 0
        elseif not owner and after and claimed_at(generation + 1, after) - time < window then
          owner, beside = after, 1
        end
        if owner then
          if fresh then call('HDEL', key, field) end
          others = others or {}
          others[#others + 1] = which .. char(math.floor(i / 16777216), math.floor(i / 65536) % 256,
            math.floor(i / 256) % 256, i % 256, beside + 1) .. owner
          local id = sub(owner, 1, 8) .. format('%.0f', generation + beside)
          if whole and not wanted[id] then
            wanted[id] = true
            wanted_order[#wanted_order + 1] = {sub(owner, 1, 8), generation + beside, id}
          end
        else
          if not fresh then call('HSET', key, field, value) end
          keep(key, claims_live)
        end
      elseif fresh then
        call('HDEL', key, field)
      end
    end
  end
  return others and table.concat(others) or ''
end

-- Facts about names.
local function redirect(op, generation, hash, value)
  local key, field = name_key(hash, generation), hash .. 'r'
  local present = op ~= 'X' and read(key, field)
  if present then return present == value end
  write(generation, key, field, value)
  return true
end

local function first_article(generation, hash, value)
  local key, field = name_key(hash, generation), hash .. 'o'
  if call('HGET', key, field) then return end
  value = written[generation - 1] and read(name_key(hash, generation - 1), field)
    or written[generation + 1] and read(name_key(hash, generation + 1), field) or value
  write(generation, key, field, value)
end

-- Articles of which nothing is on record but what they bring (see A above).
local function is_straight(generation, hash, value)
  if read_mark((byte(hash) - byte(hash) % 4) / 4, 'u' .. hash) then return false end
  local named, known = false, false
  for beside = -1, 1 do
    if written[generation + beside] then
      local key = name_key(hash, generation + beside)
      local here = call('HMGET', key, hash .. 'o', hash .. 'r')
      if here[2] then
        if rest(key, hash .. 'r', here[2]) ~= value then return false end
        named = true
      end
      known = known or here[1]
    end
  end
  return named or not known or value == ''
end

local function straight()
  local places, at, stop, head = {}, 1, #ops, 27 + width
  while at <= stop do
    local generation, sizes = tonumber(ARGV[FIRST + number(at + 1, 2)]), at + 19 + width
    look_around(generation)
    local r, o, n = number(sizes, 2), number(sizes + 2, 2), number(sizes + 4, 4)
    if not is_straight(generation, sub(ops, at + 3, at + 10), sub(ops, at + head, at + head + r - 1))
    then return 'again' end
    places[#places + 1] = {at, generation, r, o, n}
    at = at + head + r + o + n * 16
  end
  local found = {}
  for i, place in ipairs(places) do
    local generation, r, o, n = place[2], place[3], place[4], place[5]
    at = place[1]
    local family = sub(ops, at + 11, at + 18)
    local value, time = family .. sub(ops, at + 19, at + 18 + width), number(at + 19, width)
    local body = at + head
    if r > 0 then redirect('R', generation, sub(ops, at + 3, at + 10), sub(ops, body, body + r - 1)) end
    first_article(generation, family, sub(ops, body + r, body + r + o - 1))
    if n > 0 then
      local others = claim(generation, body + r + o, n, value, generation * window + time, {[family] = true},
        char(math.floor(i / 256), i % 256))
      if others ~= '' then found[#found + 1] = others end
    end
  end
  return table.concat(found)
end

local results, at, stop = {}, 1, #ops
if sub(ops, 1, 1) == 'A' then
  results, at = straight(), stop + 1
  if results == 'again' then return results end
end
while at <= stop do
  local op = sub(ops, at, at)
  local generation = tonumber(ARGV[FIRST + number(at + 1, 2)])
  local hash = sub(ops, at + 3, at + 10)
  at = at + 11
  look_around(generation)
  if op == 'C' then
    local value = hash .. sub(ops, at, at + width - 1)
    local time = generation * window + number(at, width)
    at = at + width
    local mine = {[hash] = true}
    for _ = 1, byte(ops, at) do
      mine[sub(ops, at + 1, at + 8)] = true
      at = at + 8
    end
    local n = number(at + 1, 4)
    results[#results + 1] = claim(generation, at + 5, n, value, time, mine, '')
    at = at + 5 + n * 16
  elseif op == 'L' then
    local mark = read_mark((byte(hash) - byte(hash) % 4) / 4, 'u' .. hash)
    local known, found, any = 0, {'', '', ''}, false
    for beside = -1, 1 do
      if written[generation + beside] then
        local key = name_key(hash, generation + beside)
        local here = call('HMGET', key, hash .. 'o', hash .. 'r')
        if here[1] then known = known + 2 ^ (beside + 1) end
        if here[2] then found[beside + 2], any = rest(key, hash .. 'r', here[2]), true end
      end
    end
    if mark or any or known > 0 then
      results[#results + 1] = {known, mark and format('%.0f', mark) or '', found[1], found[2], found[3]}
    else
      results[#results + 1] = ''
    end
  elseif op == 'R' or op == 'X' or op == 'O' then
    local n = number(at, 4)
    local value = sub(ops, at + 4, at + 3 + n)
    at = at + 4 + n
    if op == 'O' then
      first_article(generation, hash, value)
    elseif not redirect(op, generation, hash, value) then
      return 'again'
    end
  elseif op == 'U' then
    write_mark((byte(hash) - byte(hash) % 4) / 4, 'u' .. hash, generation * window + number(at, width))
    at = at + width
  elseif op == 'W' then
    local time, tag = generation * window + number(at, width), byte(ops, at + width)
    at = at + width + 1
    for each = (tag == 255 and 0 or tag), (tag == 255 and #tags / 2 - 1 or tag) do
      write_mark(each, 'f' .. hash, time)
    end
  elseif op == 'G' then
    results[#results + 1] = read(name_key(hash, generation), hash .. 'o') or ''
  else
    return redis.error_reply('ERR copydesk: unknown operation at ' .. at)
  end
end
local rows = {}
for i, want in ipairs(wanted_order) do
  rows[i * 2 - 1] = want[3]
  rows[i * 2] = read(name_key(want[1], want[2]), want[1] .. 'o') or ''
end
return {results, rows}

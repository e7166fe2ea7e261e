-- Finds out whose request it is, and leaves the label of the customer's shard where the load balancer looks for it.
-- What holds for a route is in its filter context, and read once for each context that comes.
local bit = require("bit")

local MOST_CONTEXTS = 64
local MOST_CUSTOMERS = 10000

-- XXH64 with seed 0, which Envoy's own hash policies compute too.
local P1, P2, P3 = 0x9E3779B185EBCA87ULL, 0xC2B2AE3D27D4EB4FULL, 0x165667B19E3779F9ULL
local P4, P5 = 0x85EBCA77C2B2AE63ULL, 0x27D4EB2F165667C5ULL

local function word32(text, at)
  local a, b, c, d = string.byte(text, at, at + 3)
  return 0ULL + a + b * 0x100 + c * 0x10000 + d * 0x1000000
end

local function word64(text, at)
  return word32(text, at) + word32(text, at + 4) * 0x100000000ULL
end

local function round(lane, word)
  return bit.rol(lane + word * P2, 31) * P1
end

local function stripes(text, last)
  local lanes = {P1 + P2, P2, 0ULL, 0ULL - P1}
  for at = 1, last, 32 do
    for i = 1, 4 do
      lanes[i] = round(lanes[i], word64(text, at + 8 * (i - 1)))
    end
  end
  local h = bit.rol(lanes[1], 1) + bit.rol(lanes[2], 7) + bit.rol(lanes[3], 12) + bit.rol(lanes[4], 18)
  for i = 1, 4 do
    h = bit.bxor(h, round(0ULL, lanes[i])) * P1 + P4
  end
  return h
end

local function hash(text)
  local whole = #text - #text % 32
  local h = (whole > 0 and stripes(text, whole) or P5) + #text
  local at = whole + 1
  while at + 7 <= #text do
    h = bit.rol(bit.bxor(h, round(0ULL, word64(text, at))), 27) * P1 + P4
    at = at + 8
  end
  if at + 3 <= #text then
    h = bit.rol(bit.bxor(h, word32(text, at) * P1), 23) * P2 + P3
    at = at + 4
  end
  for i = at, #text do
    h = bit.rol(bit.bxor(h, string.byte(text, i) * P5), 11) * P1
  end
  h = bit.bxor(h, bit.rshift(h, 33)) * P2
  h = bit.bxor(h, bit.rshift(h, 29)) * P3
  return bit.bxor(h, bit.rshift(h, 32))
end

local function part(text, parts)
  return tonumber(hash(text) % (0ULL + parts))
end

local function pair(text, separators, wanted)
  for piece in string.gmatch(text or "", "[^" .. separators .. "]+") do
    local name, value = string.match(piece, "^%s*([^=]-)%s*=%s*(.-)%s*$")
    if name == wanted then
      return (string.gsub(value, '^"(.*)"$', "%1"))
    end
  end
  return nil
end

local readers = {
  header = function(handle, headers, name)
    return headers:get(name)
  end,
  cookie = function(handle, headers, name)
    return pair(headers:get("cookie"), ";", name)
  end,
  query = function(handle, headers, name)
    return pair(string.match(headers:get(":path"), "%?([^#]*)"), "&", name)
  end,
  jwt = function(handle, headers, name, of)
    local token = (handle:streamInfo():dynamicMetadata():get("envoy.filters.http.jwt_authn") or {})[of]
    local claim = token and token[name]
    return claim and tostring(claim)
  end,
  sni = function(handle)
    return handle:streamInfo():requestedServerName()
  end,
  certificate = function(handle)
    local tls = handle:streamInfo():downstreamSslConnection()
    if tls == nil or not tls:peerCertificateValidated() then
      return nil
    end
    return tls:uriSanPeerCertificate()[1] or tls:dnsSansPeerCertificate()[1]
  end,
  address = function(handle)
    return string.match(handle:streamInfo():downstreamRemoteAddress() or "", "^%[?(.-)%]?:%d+$")
  end,
}

local function layout(context, prefix)
  local name = context:get(prefix .. "layout")
  if name == nil then
    return nil
  end
  return {
    name = name,
    shards = context:get(prefix .. "shards"),
    size = context:get(prefix .. "size"),
    total = context:get(prefix .. "total"),
    customers = prefix .. "customer:",
  }
end

local policies = {}
local policy_count = 0

local function policy_of(context)
  local revision = context:get("revision")
  local policy = policies[revision]
  if policy == nil then
    if policy_count == MOST_CONTEXTS then
      policies = {}
      policy_count = 0
    end
    policy = {
      read = readers[context:get("from")],
      name = context:get("name"),
      of = context:get("of"),
      rejection = context:get("rejection"),
      current = layout(context, ""),
      moved = layout(context, "next-"),
      share = context:get("share"),
      salt = context:get("salt"),
      known = {},
      known_count = 0,
    }
    policies[revision] = policy
    policy_count = policy_count + 1
  end
  return policy
end

local function shard_of(context, policy, customer)
  local shard = policy.known[customer]
  if shard ~= nil then
    return shard
  end
  local plan = policy.current
  if policy.moved ~= nil and part(policy.salt .. customer, 10000) < policy.share then
    plan = policy.moved
  end
  local own = context:get(plan.customers .. customer)
  local size = plan.size
  local place
  if type(own) == "string" then
    size = tonumber(string.match(own, "^%d+"))
    place = own
  else
    size = own or size
    place = string.format("%d/%d", part(customer, plan.shards), size)
  end
  shard = {
    label = plan.name .. "." .. place,
    config = string.format("%d/%d", math.min(size, plan.total), plan.total),
  }
  if policy.known_count == MOST_CUSTOMERS then
    policy.known = {}
    policy.known_count = 0
  end
  policy.known[customer] = shard
  policy.known_count = policy.known_count + 1
  return shard
end

function envoy_on_request(handle)
  local context = handle:filterContext()
  local policy = policy_of(context)
  local headers = handle:headers()
  local customer = policy.read(handle, headers, policy.name, policy.of)
  if customer == nil or customer == "" then
    handle:stats():counter("shuffle_shard.without_customer"):inc()
    if policy.rejection ~= nil then
      handle:respond({[":status"] = "400", ["content-type"] = "text/plain"}, policy.rejection)
      return
    end
    customer = ""
  end
  local shard = shard_of(context, policy, customer)
  headers:replace("x-shard-assignment", shard.label)
  headers:replace("x-shard-config", shard.config)
  handle:streamInfo():dynamicMetadata():set("envoy.lb", "shuffle-shard", shard.label)
end

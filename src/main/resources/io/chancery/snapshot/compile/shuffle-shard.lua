-- Finds out whose request it is, and leaves the label of the customer's shard where the load balancer looks for it.
-- What holds for a route is in its filter context, and read once for each context that comes.
local bit = require("bit")

local MOST_CONTEXTS = 64
local MOST_CUSTOMERS = 10000

-- FNV-1a, 32 bits, upper half folded in; 16777619 = 403 + 2^24, so that no product leaves 53 bits.
local function hash(text)
  local h = 2166136261
  for i = 1, #text do
    h = bit.bxor(h, string.byte(text, i))
    h = bit.tobit(h * 403 + bit.lshift(h, 24))
  end
  return bit.bxor(h, bit.rshift(h, 16)) % 4294967296
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
      tells = context:get("tells"),
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
  if policy.moved ~= nil and hash(policy.salt .. customer) % 10000 < policy.share then
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
    place = string.format("%d/%d", hash(customer) % plan.shards, size)
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
  local metadata = handle:streamInfo():dynamicMetadata()
  metadata:set("envoy.lb", "shuffle-shard", shard.label)
  if policy.tells then
    metadata:set("chancery.shuffle-shard", "config", shard.config)
  end
end

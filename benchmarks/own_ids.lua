-- For wrk: every request brings an id of its own, so that no two are alike.
local number = 0

function request()
  number = number + 1
  wrk.headers["X-Request-Id"] = string.format("own-%012d", number)
  return wrk.format()
end

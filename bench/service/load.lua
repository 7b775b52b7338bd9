-- SPDX-License-Identifier: MIT
-- One wrk process is the users of one route. Between an answer and its next
-- request a user rests for about the second that Retry-After asks for, refused
-- or not: so refusals, which are quick, do not add to the load. Each request
-- has a connection of its own, so that a new worker gets its share. (Who is cut
-- off by a kill asks more often for a while: to wrk, two rests run at once.)

wrk.headers["Connection"] = "close"

local sent = 0

function delay()
	return math.random(500, 1500)
end

-- Of three users one is traced, one numbers the requests, one does neither. The
-- paths differ in length, so no two wrk processes make the same trace id.
local function name()
	local kind = math.random(3)

	sent = sent + 1
	wrk.headers["traceparent"] = kind == 1 and string.format(
	    "00-%08x%08x%08x%08x-%016x-01", os.time(), #wrk.path,
	    math.random(0, 0x7fffffff), sent, sent) or nil
	wrk.headers["X-Request-Id"] = kind == 2 and
	    wrk.path:sub(2) .. "-" .. sent or nil
end

function request()
	name()
	return wrk.format(nil, wrk.path .. "?user=" .. math.random(1000))
end

-- What the clients counted, to hold against what libsli counted.
function done(summary)
	io.stderr:write(summary.requests, "\n")
end

-- SPDX-License-Identifier: MIT
-- One wrk process is the users of one route. Between an answer and its next
-- request a user rests for about the second that Retry-After asks for, refused
-- or not: so refusals, which are quick, do not add to the load. Each request
-- has a connection of its own, so that a new worker gets its share. (Who is cut
-- off by a kill asks more often for a while: to wrk, two rests run at once.)

wrk.headers["Connection"] = "close"

function delay()
	return math.random(500, 1500)
end

function request()
	return wrk.format(nil, wrk.path .. "?user=" .. math.random(1000))
end

-- What the clients counted, to hold against what libsli counted.
function done(summary)
	io.stderr:write(summary.requests, "\n")
end

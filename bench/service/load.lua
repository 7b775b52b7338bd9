-- SPDX-License-Identifier: MIT
-- One wrk process is the users of one route. Between an answer and its next
-- request a connection rests for about the second that Retry-After asks for,
-- refused or not: so refusals, which are quick, do not add to the load.

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

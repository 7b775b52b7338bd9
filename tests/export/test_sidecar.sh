#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `sli export` beside a service: at an interval, and by HTTP.
set -u
cd "$(dirname "$0")/../.." || exit 1
peers=$PWD/tests/peers/node_modules
. tests/tool/common.sh

# Debian's: it listens to datagrams, and prints what comes.
python=/usr/bin/python3
cat >listen.py <<'END'
import os, socket, sys
if sys.argv[1] == "udp":
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))
    print("udp://127.0.0.1:%d" % s.getsockname()[1], flush=True)
else:
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(sys.argv[1])
    print("unix://" + os.path.abspath(sys.argv[1]), flush=True)
while True:
    print(s.recv(65536).decode(), flush=True)
END
cat >collect.py <<'END'
import gzip, http.server, sys
class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        print(body.decode().strip(), flush=True)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Collector)
print("http://127.0.0.1:%d/v1/metrics" % server.server_port, flush=True)
server.serve_forever()
END

count() {
	"$recorder" "$1" indicator checkout eu record good "$2" 10000 \
		record bad 1 400000
}

# sidecar FILE OPTION...: in the background; its number in $sidecar.
sidecar() {
	sli export "$@" 2>sidecar.err &
	sidecar=$!
	echo "$sidecar" >>"$scratch/pids"
}

# stop: its exit status, after a last flush
stop() {
	kill -TERM "$sidecar"
	actual=0
	wait "$sidecar" || actual=$?
	same "${1-0}" "$actual"
}

# sum FILE FILTER: of numbers in JSON lines
sum() {
	jq -s "map($2 // 0) | add // 0" "$1"
}

is_sum() {
	[ "$(sum "$1" "$2")" = "$3" ]
}

good='(select(.event.dataset == "sli.indicator") | .sli.delta.good)'

# What is counted from its start on, each once, the last of it at the end.
test_sidecar_appends_what_is_new() {
	count news.sli 100
	sidecar news.sli --format ecs --every 100ms --to news.json --json \
		>sidecar.out
	await test -s news.json
	count news.sli 7
	await is_sum news.json "$good" 7
	count news.sli 5
	stop
	is_sum news.json "$good" 12
	same 112 "$(jq -s 'map(select(.sli.total) | .sli.total.good) | max' \
		news.json)"
	jq -e '.flushes >= 2 and .failures == 0' sidecar.out
	[ ! -s sidecar.err ]
}

# What is moved away is another file, and each has one header.
test_sidecar_log_adds_up_and_is_read_by_js() {
	count log.sli 100
	sidecar log.sli --format hlog --every 100ms --to log.hlog
	await test -s log.hlog
	for n in 10 20; do
		count log.sli "$n"
		await has log.hlog '^Tag=checkout;outcome=bad'
		mv log.hlog "log.$n"
		await test -s log.hlog
	done >said
	count log.sli 3
	stop
	for log in log.hlog log.10 log.20; do
		same 1 "$(grep -c '^#.StartTime' "$log")"
		cat "$log" >>log.all
	done
	same 33 "$(sli hlog log.hlog log.10 log.20 --json |
		jq '.tags[] | select(.tag | test("good")) | .count')"
	NODE_PATH=$peers node -e '
	const hdr = require("hdr-histogram-js");
	const text = require("fs").readFileSync("log.all", "utf8");
	const reader = new hdr.HistogramLogReader(text);
	const counts = {};
	for (let h; (h = reader.nextIntervalHistogram()) != null;)
		counts[h.tag] = (counts[h.tag] || 0) + h.totalCount;
	console.log(JSON.stringify(counts));' >counts
	jq -e '."checkout;outcome=good;region=eu" == 33 and
		."checkout;outcome=bad;region=eu" == 3' counts
}

# received: of one counter, in all
received() {
	awk -F '[:|]' '/^sli.events:.*outcome:good/ { n += $2 }
	END { print n + 0 }' "$1"
}

is_received() {
	[ "$(received "$1")" = "$2" ]
}

test_sidecar_sends_statsd() {
	for kind in udp dsd.socket; do
		background "$python" listen.py "$kind" >"heard.$kind"
		await test -s "heard.$kind"
		read -r to <"heard.$kind"
		count "$kind.sli" 100
		sidecar "$kind.sli" --format dogstatsd --service shop \
			--every 100ms --to "$to"
		await grep -q '^sli.in_flight:0' "heard.$kind"
		count "$kind.sli" 9
		await is_received "heard.$kind" 9
		count "$kind.sli" 4
		stop
		await is_received "heard.$kind" 13
		grep -q 'service:shop' "heard.$kind"
	done
}

test_sidecar_posts_otlp() {
	background "$python" collect.py >posted
	await test -s posted
	read -r to <posted
	count posted.sli 100
	status 0 sli export posted.sli --format otlp --to "$to"
	await grep -q '"asInt":"100"' posted
	sidecar posted.sli --format otlp --every 100ms --to "$to"
	count posted.sli 11
	await grep -q '"asInt":"111"' posted
	count posted.sli 1
	stop
	await grep -q '"asInt":"112"' posted
	status 3 sli export posted.sli --format otlp --to http://127.0.0.1:1/
	has err '^sli: http://127.0.0.1:1/: '
}

test_sidecar_to_stdout_ends_with_its_reader() {
	count piped.sli 1
	(
		actual=0
		sli export piped.sli --format slo --every 100ms 2>piped.err ||
			actual=$?
		echo "$actual" >piped.status
	) | head -n 2 >piped
	same 2 "$(jq -c .version piped | wc -l | tr -d ' ')"
	same 3 "$(cat piped.status)"
	has piped.err 'nobody reads stdout any more'
}

test_sidecar_ends_when_another_file_takes_the_place() {
	count old.sli 1
	count new.sli 1
	sidecar old.sli --format ecs --every 100ms --to old.json
	await test -s old.json
	mv new.sli old.sli
	actual=0
	wait "$sidecar" || actual=$?
	same 3 "$actual"
	has sidecar.err '^sli: old.sli: another file has taken its place$'
}

test_sidecar_listens() {
	count served.sli 100
	sli export served.sli --listen 127.0.0.1:0 --service shop >url \
		2>sidecar.err &
	sidecar=$!
	echo "$sidecar" >>"$scratch/pids"
	await test -s url
	read -r url <url
	same '100 shop' "$(curl -fsS "${url}slo" |
		jq -r '"\(.indicators[0].total.good) \(.service)"')"
	count served.sli 3
	curl -fsS "${url}metrics" >page
	has page '^sli_events_total\{.*outcome="good"\} 103$'
	stop
	status 7 curl -sS "$url"
}

"$python" -c 'import gzip' 2>/dev/null || {
	echo '[  SKIPPED ] 7 test(s), for want of python3.'
	exit 0
}
check_all ../export/test_sidecar.sh

# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# A browser without a screen, spoken to by the WebDriver protocol: sourced,
# with common.sh.

# browser_start: false if there is none, or it does not start.
browser_start() {
	command -v chromedriver >/dev/null && command -v chromium >/dev/null &&
	    command -v curl >/dev/null || return 1
	: >driver.log
	background chromedriver --port=0 >driver.log
	await grep -q 'started successfully on port' driver.log || return 1
	driver=http://127.0.0.1:$(sed -n \
	    's/.*started successfully on port \([0-9]*\).*/\1/p' driver.log)
	# No sandbox: tests run as root in containers, too.
	browser_ask /session '{"capabilities": {"alwaysMatch": {
	    "goog:chromeOptions": {"args": ["--headless=new", "--no-sandbox",
	    "--disable-gpu", "--disable-dev-shm-usage",
	    "--no-first-run", "--hide-scrollbars"]}}}}' >session.json || return 1
	session=/session/$(jq -er .value.sessionId session.json)
}

browser_stop() {
	curl -s -X DELETE "$driver$session" >/dev/null
}

# browser_ask PATH JSON
browser_ask() {
	curl -sS --noproxy '*' --max-time 60 -H 'Content-Type: application/json' \
	    -d "$2" "$driver$1"
}

# browser_do COMMAND PARAMETERS: of the DevTools protocol.
browser_do() {
	browser_ask "$session/goog/cdp/execute" \
	    "{\"cmd\": \"$1\", \"params\": $2}" >done.json
	jq -e 'has("value") and (.value | type == "object") and
	    (.value | has("error") | not)' done.json >/dev/null ||
	    { cat done.json; return 1; }
}

# browser_show WIDTH SCHEME MEDIA: light or dark; screen or print.
browser_show() {
	browser_do Emulation.setDeviceMetricsOverride "{\"width\": $1,
	    \"height\": 800, \"deviceScaleFactor\": 1,
	    \"mobile\": $([ "$1" -lt 500 ] && echo true || echo false)}"
	browser_do Emulation.setEmulatedMedia "{\"media\": \"$3\",
	    \"features\": [{\"name\": \"prefers-color-scheme\",
	    \"value\": \"$2\"}]}"
}

# browser_go URL
browser_go() {
	browser_ask "$session/url" "{\"url\": \"$1\"}" >done.json
	jq -e '.value == null' done.json >/dev/null ||
	    { cat done.json; return 1; }
}

# browser_open FILE WIDTH SCHEME MEDIA
browser_open() {
	browser_show "$2" "$3" "$4"
	browser_go "file://$1"
}

# browser_run SCRIPT-FILE: what it returns, as JSON.
browser_run() {
	jq -n --rawfile script "$1" '{$script, args: []}' >ask.json
	browser_ask "$session/execute/sync" @ask.json | jq -e .value
}

# browser_picture FILE: a PNG of all of the page.
browser_picture() {
	browser_ask "$session/goog/cdp/execute" '{"cmd":
	    "Page.captureScreenshot",
	    "params": {"captureBeyondViewport": true}}' |
		jq -er .value.data | base64 -d >"$1"
}

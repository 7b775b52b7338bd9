// SPDX-License-Identifier: MIT
'use strict';

/* A browser without a screen, by the WebDriver protocol. */

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const OPTIONS = ['--headless=new', '--no-sandbox', '--disable-gpu',
	'--disable-dev-shm-usage', '--no-first-run', '--hide-scrollbars'];

const isInstalled = (program) => process.env.PATH.split(':').some((one) =>
	fs.existsSync(path.join(one, program)));

/* Is there one to be looked with? */
const hasBrowser = () => isInstalled('chromium') && isInstalled('chromedriver');

class Browser {
	#driver;
	#session;
	#profile;

	static async open() {
		const browser = new Browser();

		await browser.#start();
		return browser;
	}

	async #start() {
		this.#profile = fs.mkdtempSync(path.join(os.tmpdir(),
		    'sli-browser-'));
		this.#driver = spawn('chromedriver', ['--port=0'],
		    { stdio: ['ignore', 'pipe', 'ignore'] });
		let text = '';
		let port = null;

		for await (const chunk of this.#driver.stdout) {
			text += chunk;
			port = /started successfully on port (\d+)/.exec(text);
			if (port !== null)
				break;
		}
		if (port === null)
			throw new Error(`chromedriver did not start: ${text}`);
		this.#session = `http://127.0.0.1:${port[1]}/session`;
		const { sessionId } = await this.#ask('', { capabilities: {
			alwaysMatch: { 'goog:chromeOptions': { args: [
				...OPTIONS,
				`--user-data-dir=${this.#profile}`] } } } });

		this.#session += `/${sessionId}`;
	}

	async #ask(where, body, method = 'POST') {
		const answer = await fetch(this.#session + where, { method,
			body: method === 'POST' ? JSON.stringify(body) :
			    undefined });
		const { value } = await answer.json();

		if (!answer.ok)
			throw new Error(value.message);
		return value;
	}

	async go(url, width = 1100, height = 1300) {
		await this.#ask('/window/rect', { width, height });
		await this.#ask('/url', { url });
	}

	/* What a script returns in the page. */
	run(script) {
		return this.#ask('/execute/sync', { script, args: [] });
	}

	async picture(file) {
		fs.writeFileSync(file, Buffer.from(await this.#ask(
		    '/screenshot', undefined, 'GET'), 'base64'));
	}

	async close() {
		await this.#ask('', undefined, 'DELETE').catch(() => {});
		this.#driver.kill();
		fs.rmSync(this.#profile, { recursive: true, force: true,
			maxRetries: 5 });
	}
}

module.exports = { Browser, hasBrowser };

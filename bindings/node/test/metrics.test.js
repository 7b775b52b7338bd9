// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { contentType, createRegistry, BAD, GOOD } = require('libsli');

function service() {
	const registry = createRegistry();
	const indicator = registry.indicator({ name: 'requests',
	    labels: { route: '/users/:id' }, thresholdsMs: [300] });

	registry.slo(indicator, { name: 'shop-availability', objective: 0.99 });
	for (let i = 0; i < 100; i++)
		indicator.record(i < 3 ? BAD : GOOD, 10 * i);
	return { registry, indicator };
}

test('openmetrics and prometheus have counts, histograms and SLOs', () => {
	const { registry } = service();
	const open = registry.metrics();
	const plain = registry.metrics({ format: 'prometheus' });

	assert.match(open, /\n# EOF\n$/);
	for (const text of [open, plain]) {
		assert.match(text, /sli="requests",route="\/users\/:id",outcome="bad"} 3\n/);
		assert.match(text, /sli_latency_seconds_bucket{[^}]*le="0.3"[^}]*} 28\n/);
		assert.match(text, /slo:objective:ratio{[^}]*} 0.99\n/);
	}
	assert.strictEqual(registry.metrics({ asBuffer: true,
		format: 'prometheus' }).toString().split('\n').length,
	    plain.split('\n').length);
	const less = registry.metrics({ noHistograms: true, noSlos: true,
		noCreated: true });
	assert.ok(!/bucket|slo:|created/.test(less));
	assert.match(registry.metrics({ boundsMs: [77] }), /le="0.077"/);
});

test('protobuf is a Buffer of delimited messages', () => {
	const { registry } = service();
	const bytes = registry.metrics({ format: 'protobuf' });

	assert.ok(Buffer.isBuffer(bytes));
	/* MetricFamily: length, then field 1, the name. */
	let at = 0;
	const names = [];
	while (at < bytes.length) {
		let length = 0, shift = 0, byte;
		do {
			byte = bytes[at++];
			length |= (byte & 127) << shift;
			shift += 7;
		} while (byte > 127);
		assert.strictEqual(bytes[at], 10);
		names.push(bytes.toString('utf8', at + 2, at + 2 + bytes[at + 1]));
		at += length;
	}
	assert.strictEqual(at, bytes.length);
	assert.ok(names.includes('sli_latency_seconds'), names.join());
});

test('otlp and slo are one JSON document each', () => {
	const { registry } = service();
	const otlp = JSON.parse(registry.metrics({ format: 'otlp',
		service: 'shop' }));
	const slo = JSON.parse(registry.metrics({ format: 'slo' }));

	assert.ok(JSON.stringify(otlp.resourceMetrics[0].resource)
	    .includes('shop'));
	assert.strictEqual(slo.indicators[0].total.good, 97);
});

test('ecs, statsd and hlog have what is new', () => {
	const { registry, indicator } = service();
	const ecs = (registry) => registry.metrics({ format: 'ecs' }).trim()
	    .split('\n').map((line) => JSON.parse(line))
	    .find((line) => line.event.dataset === 'sli.indicator');
	const events = (format) => registry.metrics({ format }).split('\n')
	    .filter((line) => line.includes('events') && line.includes('good'));

	assert.strictEqual(ecs(registry).sli.delta.good, 97);
	assert.match(events('statsd')[0], /^sli\.events\.[^|]*good:97\|c$/);
	assert.match(events('dogstatsd')[0], /^sli\.events:97\|c\|#.*good/);
	assert.match(registry.metrics({ format: 'hlog' }),
	    /^#\[.*\n(.*\n)*Tag=requests;outcome=good;route=/);
	indicator.record(GOOD, 5);
	assert.strictEqual(ecs(registry).sli.delta.good, 1);
	assert.match(events('statsd')[0], /good:1\|c$/);
	assert.match(events('dogstatsd')[0], /^sli\.events:1\|c/);
	assert.match(registry.metrics({ format: 'hlog' }), /^Tag=requests/);
	assert.strictEqual(registry.metrics({ format: 'hlog' }), '');
	registry.close();
});

test('each format has its content type', () => {
	assert.match(contentType(), /^application\/openmetrics-text/);
	assert.match(contentType('prometheus'), /^text\/plain; version=0.0.4/);
	assert.match(contentType('protobuf'), /encoding=delimited/);
	assert.match(contentType('otlp'), /json/);
});

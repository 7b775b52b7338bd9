// SPDX-License-Identifier: MIT

/* What the options of the middleware have in common. */

import type { Indicator, Slo } from '../index.js';

/** What may be shed first is last. */
export type Criticality = 'critical_plus' | 'critical' | 'sheddable_plus' |
    'sheddable';

/** Whose request it is; undefined: nobody's, decided by itself. */
export type Key = string | number | bigint | undefined;

/** Which requests are bad, and which are in no ratio. */
export interface RuleOptions {
	/** Statuses that are bad beside 5xx: 404, '404' or '4xx'. */
	badStatus?: ReadonlyArray<number | string>;
	/** Statuses that count, but are in no ratio. */
	ignoreStatus?: ReadonlyArray<number | string>;
	/**
	 * Clients that go away before the answer has begun are the service's
	 * fault once they have waited for so long. Default 10000.
	 */
	patienceMs?: number;
}

export interface ShedOptions<Request> {
	/** Whose budget decides. */
	slo: Slo;
	/** How much a request matters; default 'sheddable'. */
	criticality?: Criticality | ((request: Request) =>
	    Criticality | undefined);
	/** A user is refused whole rather than each request at random. */
	key?: (request: Request) => Key;
	/** Counts what was refused; default the SLO's. */
	indicator?: Indicator;
	/**
	 * Seconds that clients are told to wait at least, and at most twice
	 * as many. Default 5.
	 */
	retryAfter?: number;
}

export interface RecordOptions extends RuleOptions {
	indicator: Indicator;
}

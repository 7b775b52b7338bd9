// SPDX-License-Identifier: MIT

/** Rate limiters that look at the error budget before they refuse. */

import type { Slo } from './index.js';

export interface PressureOptions {
	slo: Slo;
	/** Burn rate up to which there is no pressure; default 1. */
	calm?: number;
	/**
	 * Burn rate of full pressure, while the whole budget is left; it comes
	 * nearer to `calm` as that is spent. Default 10.
	 */
	hot?: number;
	/** That the burn rate is of; default '5m'. */
	window?: string | number;
	/** With fewer events in the window there is no pressure; default 20. */
	minEvents?: number;
	/** With fewer bad ones, too; default 2. */
	minBad?: number;
}

/** How hard an SLO is pressed: 0 to 1, measured five times a second. */
export function pressure(options: PressureOptions): () => number;

/** The `limit` of express-rate-limit. */
export function budgetLimit(options: PressureOptions & {
	/** Requests of a key in its window while nothing burns. */
	healthy: number;
	/** And under full pressure. */
	burning: number;
}): () => number;

/** The `skip` of express-rate-limit: no limit at all while nothing burns. */
export function skipWhileHealthy(options: PressureOptions): () => boolean;

export interface OpenOptions {
	/** A store that does not answer in this time is away; default 100. */
	timeoutMs?: number;
	/** Is told of each failure that let a request pass. */
	onError?: (error: unknown) => void;
}

/** A store of express-rate-limit that lets pass while it is away. */
export function openStore<Store extends object>(store: Store,
    options?: OpenOptions): Store;

/** As much of rate-limiter-flexible's limiters as is used. */
export interface LimiterLike {
	readonly points: number;
	consume(key: string | number, points?: number, options?: any):
	    Promise<any>;
}

export interface LimiterResult {
	readonly msBeforeNext: number;
	readonly remainingPoints: number;
	readonly consumedPoints: number;
	readonly isFirstInDuration: boolean;
	/** The limiter failed, and so let pass. */
	readonly isOpen?: boolean;
}

export interface BudgetLimiterOptions extends PressureOptions, OpenOptions {
	limiter: LimiterLike;
	/** So many times its points while nothing burns; default 2. */
	healthy?: number;
	/** And under full pressure; default 0.5. */
	burning?: number;
}

/** A limiter of rate-limiter-flexible whose points follow the budget. */
export class BudgetLimiter {
	constructor(options: BudgetLimiterOptions);
	/** How many points a key may use now. */
	readonly points: number;
	/** Rejects with a LimiterResult to refuse. */
	consume(key: string | number, points?: number, options?: object):
	    Promise<LimiterResult>;
}

export function budgetLimiter(options: BudgetLimiterOptions): BudgetLimiter;

// SPDX-License-Identifier: MIT

/**
 * Instrumentation without code: node --import libsli/auto app.js
 *
 * Counts every request of node:http servers (so of Express, Fastify and others
 * on top of it) by route, and every request to other services of node:http,
 * fetch and undici by host.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Indicator, Registry, Slo } from './index.js';
import type { RuleOptions } from './web/types.js';

/**
 * Each is a variable of the environment, too: maxRoutes is LIBSLI_MAX_ROUTES.
 * LIBSLI_CONFIG names a file (JSON, or a CommonJS module) of them.
 */
export interface AutoOptions extends RuleOptions {
	/** File that the processes of a service share; default: none. */
	path?: string;
	/** Of the SLO http-availability; default 0.999. */
	objective?: number;
	/** Of the SLOs; default '30d'. */
	period?: string;
	/** Latencies that are counted exactly; default 100, 300, 1000, 3000. */
	thresholdsMs?: readonly number[];
	/** Makes an SLO http-latency: slower than this is bad. */
	latencyMs?: number;
	/** Of the SLO http-latency; default 0.99. */
	latencyObjective?: number;
	/** Routes that have a name of their own; default 48. */
	maxRoutes?: number;
	/** Pairs of route and status that were not good; default 32. */
	maxErrors?: number;
	/** Hosts that requests are made to; default 16. */
	maxHosts?: number;
	/** Routes that count, but are in no ratio, such as /healthz. */
	ignoreRoutes?: readonly string[];
	/** Count what servers answer; default true. */
	server?: boolean;
	/** Count what other services are asked; default true. */
	client?: boolean;
	/**
	 * Port, or address and port, of a server for /metrics and /slo. Of the
	 * processes that want the same one, one has it.
	 */
	listen?: string | number;
	/** What a request's route is called; few names for many paths. */
	route?: (request: IncomingMessage, response: ServerResponse) =>
	    string | undefined;
	/** Where to count, instead of a registry of its own. */
	registry?: Registry;
}

/**
 * Set options, over those of the environment and the file. Before the first
 * request comes or is made.
 *
 * @throws with code SLI_EINVAL; SLI_EBUSY: too late.
 */
export function configure(options: AutoOptions): void;

/**
 * What is counted in, opened if need be; in memory if its file cannot be (a
 * warning has told why), null if not even that. `indicator` is that of all
 * requests to servers, and `slos` are its SLOs.
 */
export function current(): { registry: Registry; indicator: Indicator;
	slos: Slo[] } | null;

/** Count no more. */
export function stop(): void;

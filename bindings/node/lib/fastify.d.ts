// SPDX-License-Identifier: MIT

/**
 * A plugin for Fastify 5: fastify.register(libsli, { registry, slo })
 *
 * It works on the instance that it is registered on, and on those within. A
 * route can say more in its config:
 *
 *   { config: { libsli: { criticality: 'critical_plus' } } }
 *   { config: { libsli: { shed: false } } }
 */

import type { IncomingMessage } from 'node:http';

import type { Indicator, Registry, Slo } from './index.js';
import type { Criticality, Key, RuleOptions } from './web/types.js';

declare function libsli(fastify: any, options: libsli.LibsliOptions,
    done: (error?: Error) => void): void;

declare namespace libsli {
	/** What a route's config.libsli says. */
	interface RouteOptions {
		criticality?: Criticality;
		/** False: never refuse it. */
		shed?: boolean;
	}

	/** As much of Fastify's request as is certain without its types. */
	interface RequestLike {
		raw: IncomingMessage;
		headers: IncomingMessage['headers'];
		[field: string]: any;
	}

	interface LibsliOptions extends RuleOptions {
		/** Adds routes that show it. */
		registry?: Registry;
		/** Default '/metrics'; null: none. */
		metricsPath?: string | null;
		/** Default '/slo'; null: none. */
		slosPath?: string | null;
		/** Refuse what its budget cannot bear. */
		slo?: Slo;
		criticality?: Criticality | ((request: RequestLike) =>
		    Criticality | undefined);
		key?: (request: RequestLike) => Key;
		retryAfter?: number;
		/** Counts what was refused, and recorded; default the SLO's. */
		indicator?: Indicator;
		/** Record each request in `indicator`; not with libsli/auto. */
		record?: boolean;
	}

	const libsli: typeof import('./fastify.js');
	export { libsli, libsli as default };
	export type { Criticality, LibsliOptions, RequestLike, RouteOptions };
}

export = libsli;

// SPDX-License-Identifier: MIT

/**
 * libsli with plain node:http (and http2's compatibility API): each function
 * takes a request handler and gives one, so they nest.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Registry } from './index.js';
import type { RecordOptions, ShedOptions } from './web/types.js';

export type { Criticality, RecordOptions, ShedOptions } from './web/types.js';

export type Handler = (request: IncomingMessage, response: ServerResponse) =>
    unknown;

/**
 * Refuse what the SLO's budget cannot bear, with 503, Retry-After and a problem
 * document (RFC 9457). What is refused is counted as SHED, once.
 */
export function shed(options: ShedOptions<IncomingMessage>, handler: Handler):
    Handler;

/** Record each request in an indicator, by what became of it. */
export function record(options: RecordOptions, handler: Handler): Handler;

export interface ExposeOptions {
	registry: Registry;
	/** Default '/metrics'. */
	metricsPath?: string;
	/** Default '/slo'. */
	slosPath?: string;
}

/** Answer /metrics and /slo; the rest is the handler's. */
export function expose(options: ExposeOptions, handler: Handler): Handler;

/** A handler that answers in the format that the scraper asks for. */
export function metrics(registry: Registry): Handler;

/** A handler that answers with the SLOs, as JSON. */
export function slos(registry: Registry): Handler;

// SPDX-License-Identifier: MIT

/** Middleware for Express 5. */

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { RecordOptions, ShedOptions } from './web/types.js';

export { metrics, slos } from './http.js';
export type { Criticality, RecordOptions, ShedOptions } from './web/types.js';

/*
 * Express's own types are not needed, and its Request can be asked for:
 * shed<Request>({ slo, key: (request) => request.get('x-user') })
 */
export type Middleware<Request> = (request: Request, response: ServerResponse,
    next: (error?: any) => void) => void;

/**
 * Refuse what the SLO's budget cannot bear, with 503, Retry-After and a problem
 * document (RFC 9457). What is refused is counted as SHED, once.
 */
export function shed<Request extends IncomingMessage = IncomingMessage>(
    options: ShedOptions<Request>): Middleware<Request>;

/** Record each request in an indicator; not with libsli/auto. */
export function record(options: RecordOptions): Middleware<IncomingMessage>;

// SPDX-License-Identifier: MIT
'use strict';

/*
 * A stream of HTTP/2, as far as it is a request and a response of node:http:
 * what Node from 22 on tells of on a channel is the stream alone.
 */

class StreamRequest {
	constructor(stream, headers) {
		this.stream = stream;
		this.method = headers[':method'];
		this.url = headers[':path'] ?? '*';
		this.socket = null; // the session's, and no stream's own
	}
}

class StreamResponse {
	constructor(stream) {
		this.stream = stream;
	}

	get statusCode() {
		return this.stream.sentHeaders?.[':status'] ?? 200;
	}

	get headersSent() {
		return this.stream.headersSent;
	}

	getHeader(name) {
		return this.stream.sentHeaders?.[name];
	}
}

module.exports = { StreamRequest, StreamResponse };

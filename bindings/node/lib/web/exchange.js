// SPDX-License-Identifier: MIT
'use strict';

/*
 * One request and its response: when it is over, and who ended it.
 *
 * A response's 'close' says that it is over; 'finish' never comes for one that
 * was aborted, when statusCode still reads 200. Node before 24 has no 'close'
 * for the requests that were pipelined behind an aborted one, so the socket's
 * is listened to as well, once for each connection.
 */

const kExchange = Symbol('libsli.exchange');
const kConnection = Symbol('libsli.connection');

/* How it ended. */
const FINISHED = 0; // all of the response was handed to the system
const CLIENT = 1; // the client went away before that
const SERVER = 2; // we cut it: destroy(), a timeout, a shutdown

/* What a socket fails with once its peer is gone. */
const GONE = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT',
	'ENOTCONN']);

const NGHTTP2_NO_ERROR = 0;
const NGHTTP2_CANCEL = 8;

/* Of HTTP/2; null. Others may call something of theirs a stream. */
function streamOf({ stream }) {
	return typeof stream?.rstCode === 'number' ? stream : null;
}

/*
 * @param observer  its ended(exchange, ending) is called once.
 */
class Exchange {
	constructor(request, response, observer) {
		this.request = request;
		this.response = response;
		this.stream = streamOf(response);
		this.socket = request.socket;
		this.observer = observer;
		this.others = null; // further observers
		this.startMs = 0; // the first observer's
		this.route = null; // as the framework calls it
		this.shed = false; // refused by our middleware
		this.over = false;
		this.next = null; // on the same connection
	}

	/* Will its end be counted for that indicator? */
	counts(indicator) {
		return this.observer.indicator === indicator ||
		    (this.others !== null && this.others.some((each) =>
			each.indicator === indicator));
	}
}

/* The exchanges of a connection, the oldest first. */
class Connection {
	constructor() {
		this.first = null;
		this.last = null;
	}

	add(exchange) {
		if (this.first === null)
			this.first = exchange;
		else
			this.last.next = exchange;
		this.last = exchange;
	}

	/* Responses of HTTP/1 end in the order of their requests. */
	trim() {
		while (this.first !== null && this.first.over)
			this.first = this.first.next;
		if (this.first === null)
			this.last = null;
	}
}

function endingOfStream(stream) {
	switch (stream.rstCode) {
	case NGHTTP2_NO_ERROR:
		return stream.aborted ? CLIENT : FINISHED;
	case NGHTTP2_CANCEL:
		return CLIENT;
	default:
		return SERVER;
	}
}

/*
 * writableFinished alone is not enough: a socket that was destroyed with most
 * of the response still to be sent counts none of it as waiting.
 */
function endingOf(exchange) {
	const { response, socket, stream } = exchange;

	if (stream !== null)
		return endingOfStream(stream);
	if (response.writableFinished &&
	    (!socket.destroyed || socket.writableFinished))
		return FINISHED;
	if (socket.readableEnded)
		return CLIENT;
	return socket.errored && GONE.has(socket.errored.code) ?
	    CLIENT : SERVER;
}

function end(exchange) {
	if (exchange.over)
		return;
	exchange.over = true;

	const ending = endingOf(exchange);

	exchange.observer.ended(exchange, ending);
	if (exchange.others !== null) {
		for (const observer of exchange.others)
			observer.ended(exchange, ending);
	}
}

function onResponseClose() {
	const exchange = this[kExchange];

	end(exchange);
	const connection = exchange.socket[kConnection];
	if (connection !== undefined)
		connection.trim();
}

function onSocketClose() {
	const connection = this[kConnection];

	for (let each = connection.first; each !== null; each = each.next)
		end(each);
	connection.trim();
}

function onStreamClose() {
	end(this[kExchange]);
}

/* Until the response is over, or what it goes through. */
function listen(exchange) {
	const { response, socket, stream } = exchange;

	if (stream !== null) {
		stream.on('close', onStreamClose);
		return;
	}
	let connection = socket[kConnection];

	response.on('close', onResponseClose);
	if (connection === undefined) {
		connection = socket[kConnection] = new Connection();
		socket.on('close', onSocketClose);
	}
	connection.add(exchange);
}

/* What an exchange is kept on: HTTP/2 has more than one object for each. */
const keeper = (response) => streamOf(response) ?? response;

/*
 * Have the observer told when the response is over.
 *
 * One listener for all responses: a closure for each costs three times that.
 */
function watch(request, response, observer) {
	const known = keeper(response)[kExchange];

	if (known !== undefined) {
		if (known.others === null)
			known.others = [];
		known.others.push(observer);
		return known;
	}

	const exchange = new Exchange(request, response, observer);

	keeper(response)[kExchange] = exchange;
	listen(exchange);
	return exchange;
}

/* The exchange of a response that is watched; undefined. */
function exchangeOf(response) {
	return keeper(response)[kExchange];
}

module.exports = { CLIENT, FINISHED, SERVER, exchangeOf, watch };

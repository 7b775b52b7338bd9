// SPDX-License-Identifier: MIT

import { EventEmitter } from 'node:events';

/** What became of an event. */
export type Outcome = 0 | 1 | 2 | 3;
export const GOOD: 0;
export const BAD: 1;
/** Refused, to protect the service. */
export const SHED: 2;
/** Counted, but in no ratio: health checks, client errors. */
export const IGNORED: 3;

/** A length of time: ms, or text such as '90s', '5m', '1h30m', '30d'. */
export type Duration = number | string;

/** Codes of SliError, the same as of libsli's C functions. */
export type SliCode = 'SLI_EINVAL' | 'SLI_ENOMEM' | 'SLI_ENOSPC' | 'SLI_EEXIST'
    | 'SLI_ENOENT' | 'SLI_ENODATA' | 'SLI_ERANGE' | 'SLI_EIO' | 'SLI_EVERSION'
    | 'SLI_ECORRUPT' | 'SLI_EBUSY' | 'SLI_EACCES' | 'SLI_EPARSE';

/** What every call here throws; the message says what would be accepted. */
export class SliError extends Error {
	constructor(code: SliCode, message: string, field?: string);
	readonly name: 'SliError';
	readonly code: SliCode;
	/** The argument or property that it is about. */
	readonly field?: string;
}

/** One ring of a history: so many slots, each so long. */
export interface Level {
	slot: Duration;
	slots: number;
}

export interface RegistryConfig {
	/** A file, which processes share and which outlives them. */
	path?: string;
	/** What share() of a registry of this process returned. */
	attach?: number;
	/**
	 * The clock to go by, in ms since 1970, for tests and replays. It is
	 * then asked at each record; by default records look at no clock.
	 */
	now?: () => number;
	/** 1 to 4096, default 64. */
	maxIndicators?: number;
	/** 1 to 16384, default 64. */
	maxSlos?: number;
	/** Isolates (main and workers, of all processes) that record at once by
	 * themselves; others call C. 1 to 256, default 16. */
	writerShards?: number;
	/** Shards for C code, by CPU. */
	shards?: number;
	/** Shards for C code where there are no restartable sequences. */
	atomicShards?: number;
	/** Of alerts and metrics at once, 1 to 64, default 16. */
	maxConsumers?: number;
	/** Bytes for histories and histograms. */
	arenaBytes?: number;
	/** Rings of counts, finest first. */
	history?: Level[];
	/** Rings of latency histograms. */
	latency?: Level[];
	/** Of a file: start writing it to the disk every syncEvery (default
	 * 5 s), or leave that to the kernel. */
	sync?: 'periodic' | 'none';
	syncEvery?: Duration;
	/** Of a file: SLI_ENOENT instead of making one. */
	mustExist?: boolean;
}

export interface IndicatorConfig {
	/** [A-Za-z_][A-Za-z0-9_.:-]*, up to 127 bytes */
	name: string;
	help?: string;
	labels?: Record<string, string>;
	/** Up to 4 latencies that matter, ascending. */
	thresholdsMs?: number[];
	/** The range of its histograms, default 0.001 to 60000 (60 s). */
	lowestMs?: number;
	highestMs?: number;
	/** 3 to 10; default 7: latencies to 1.6 %. */
	precisionBits?: number;
	/** Length of its finest slot, from 10 ms on; default 1 s. */
	slot?: Duration;
	/** Events that can be in flight at once; 0: learned. */
	capacity?: number;
}

export interface AlertConfig {
	severity: 'page' | 'ticket';
	long: Duration;
	short?: Duration;
	/** One of the two. */
	factor?: number;
	budgetShare?: number;
	minEvents?: number;
	minBad?: number;
	/** It must have been so for so long. */
	after?: Duration;
}

export interface SloConfig {
	/** [A-Za-z0-9_][A-Za-z0-9_.:-]*, unique in the registry */
	name: string;
	/** The good share, above 0 and below 1: 0.999, not 99.9. */
	objective: number;
	/** Rolling; default '30d'. None with a calendar. */
	period?: Duration;
	/** One of the indicator's thresholds: slower is bad. */
	thresholdMs?: number;
	method?: 'occurrences' | 'timeslices' | 'ratio_timeslices';
	slice?: Duration;
	sliceObjective?: number;
	sliceMinEvents?: number;
	calendar?: 'rolling' | 'day' | 'week' | 'month' | 'quarter' | 'year';
	calendarCount?: number;
	/** 1 Monday (default) to 7 Sunday. */
	weekStart?: number;
	/** Of the tz database: 'Europe/Berlin'. */
	timeZone?: string;
	calendarStartMs?: number;
	/** Instead of the default ones. */
	alerts?: AlertConfig[];
	alertMinEvents?: number;
	alertMinBad?: number;
	/** Plain error ratios, as Prometheus rules do. */
	alertByRatio?: boolean;
	noAlerts?: boolean;
	noPages?: boolean;
	noTickets?: boolean;
	noOutages?: boolean;
	/** admit() sheds from so many events in 10 s on; default 20. */
	admitMinEvents?: number;
	/** Shed events are bad ones; by default they are in no ratio. */
	shedIsBad?: boolean;
	outageRatio?: number;
	outageMinEvents?: number;
}

export interface Counts {
	good: number;
	bad: number;
	shed: number;
	ignored: number;
	/** Good events above each of the four thresholds. */
	slow: [number, number, number, number];
}

export interface Totals extends Counts {
	/** Events that came with a time from before their slot. */
	late: number;
	inFlight: number;
}

export interface Window extends Counts {
	windowMs: number;
	/** How much of it has history. */
	coveredMs: number;
	/** Events per second. */
	rate: number;
	/** bad / (good + bad); null without either */
	errorRatio: number | null;
	/** Of good events, in ms; null without any, or where the window is
	 * longer than the latency history. */
	p50: number | null;
	p90: number | null;
	p99: number | null;
	inFlight: number;
	/** What can be in flight before work queues; null: not known yet. */
	capacity: number | null;
	isCapacityLearned: boolean;
	saturation: number | null;
}

export interface Budget {
	/** Events, slices, or billionths of a slice. */
	good: number;
	bad: number;
	total: number;
	/** null without an event in the period */
	sli: number | null;
	objective: number;
	/** 1 untouched, 0 spent, below 0 overspent */
	remaining: number;
	burnRate1h: number;
	burnRate6h: number;
	/** At burnRate1h; Infinity: never, or not in this period. */
	exhaustedInMs: number;
	hasData: boolean;
	/** An alert fires. */
	page: boolean;
	ticket: boolean;
	coveredMs: number;
	resetMs: number | null;
	fromMs: number;
	toMs: number;
	slices: number;
	excludedMs: number;
	excluded: number;
	correctedGood: number;
	correctedBad: number;
}

export type Criticality = 'critical_plus' | 'critical' | 'sheddable_plus'
    | 'sheddable';

export interface AdmitOptions {
	/** Default 'sheddable'. */
	criticality?: Criticality;
	/** The user or session: gets the same answer for five minutes. */
	key?: string | number | bigint | null;
	nowMs?: number;
}

/** Shed probabilities, 0 to 0.95. */
export interface Verdict extends Record<Criticality, number> {
	atMs: number | null;
	/** false: too old, everything is admitted. */
	isFresh: boolean;
}

export interface Alert {
	severity: 'page' | 'ticket';
	state: 'ok' | 'firing';
	longMs: number;
	shortMs: number;
	factor: number;
	longBurn: number;
	shortBurn: number;
	minEvents: number;
	minBad: number;
	afterMs: number;
	pendingSinceMs: number | null;
	/** Why it can never fire; '' if it can. */
	dropped: string;
}

export interface Outage {
	state: 'ok' | 'firing';
	fromMs: number | null;
	lengthMs: number;
	traffic: number;
	/** Why the rule rests; '' if it is at work. */
	resting: string;
}

export interface AlertRecord {
	number: number;
	slo: string;
	kind: 'burn' | 'outage';
	severity: 'page' | 'ticket';
	alertIndex: number;
	isSilent: boolean;
	onsetMs: number;
	startMs: number;
	/** null: it fires. */
	endMs: number | null;
	recoveredMs: number | null;
	longMs: number;
	shortMs: number;
	factor: number;
	peakBurn: number;
	bad: number;
	total: number;
	missing: number;
	/** Of the period's budget. */
	budgetCost: number;
}

/** An alert, or a micro-outage, that began or ended. */
export interface AlertTransition extends AlertRecord {
	began: boolean;
	ended: boolean;
}

export interface Annotation {
	atMs: number;
	kind: string;
	text: string;
}

export interface Explanation {
	slo: string;
	series: string;
	atMs: number;
	isBurning: boolean;
	onsetMs: number;
	remaining: number;
	burnRate: number;
	burnRateOnset: number;
	alert: AlertRecord | null;
	dependencies: {
		series: string;
		slo: string;
		depth: number;
		errorRatio: number | null;
		errorRatioOnset: number | null;
		burnRate: number | null;
		burnRateOnset: number | null;
	}[];
	annotations: (Annotation & { distanceMs: number })[];
	exemplars: {
		atMs: number;
		latencyMs: number;
		outcome: 'good' | 'bad';
		traceId: string;
	}[];
	/** All of it, for people. */
	text: string;
}

export interface Adjustment {
	kind: 'exclusion' | 'correction';
	fromMs: number;
	toMs: number;
	isSettled: boolean;
	good: number;
	bad: number;
	addGood: number;
	addBad: number;
}

export interface Span {
	fromMs: number;
	toMs: number;
	/** A reason, which the registry's audit log keeps. */
	why: string;
}

export interface Correction {
	/** When they happened; default now. */
	atMs?: number;
	/** So many more, or fewer, than were counted. */
	good?: number;
	bad?: number;
	why: string;
}

export interface Snapshot {
	atMs: number;
	indicators: {
		name: string;
		help: string;
		labels: Record<string, string>;
		thresholdsMs: number[];
		inFlight: number;
		late: number;
		isActive: boolean;
		total: Omit<Counts, 'slow'>;
		window: Pick<Window, 'windowMs' | 'coveredMs' | 'good' | 'bad'
		    | 'shed' | 'ignored' | 'rate' | 'p50' | 'p90' | 'p99'>
		    & { errorRatio: number };
	}[];
	slos: {
		name: string;
		indicator: string;
		objective: number;
		periodMs: number;
		thresholdMs: number;
		method: string;
		good: number;
		bad: number;
		total: number;
		sli: number | null;
		remaining: number;
		burnRate1h: number;
		burnRate6h: number;
		exhaustedInMs: number;
		page: boolean;
		ticket: boolean;
		isActive: boolean;
	}[];
}

export interface RegistryInfo {
	version: string;
	isFile: boolean;
	createdMs: number | null;
	sizeBytes: number;
	usedBytes: number;
	indicators: number;
	maxIndicators: number;
	slos: number;
	maxSlos: number;
	shards: number;
	atomicShards: number;
	writerShards: number;
	processes: number;
	opened: number;
	syncedMs: number | null;
	history: { slot: number; slots: number }[];
	latency: { slot: number; slots: number }[];
}

/**
 * Of text: Prometheus' two, OTLP/JSON, JSON lines in the terms of the Elastic
 * Common Schema, one JSON document of everything, lines of StatsD and its
 * Datadog dialect, HdrHistogram's interval log. 'ecs', 'statsd', 'dogstatsd' and
 * 'hlog' have what is new since the last time they were asked for.
 */
export type TextFormat = 'openmetrics' | 'prometheus' | 'otlp' | 'ecs' | 'slo'
    | 'statsd' | 'dogstatsd' | 'hlog';
/** 'protobuf': Prometheus' own, with native histograms. A Buffer. */
export type Format = TextFormat | 'protobuf';

export interface MetricsOptions {
	/** Default 'openmetrics'. */
	format?: Format;
	/** A Buffer, of text too. */
	asBuffer?: boolean;
	/** Bounds of classic histograms, ascending. */
	boundsMs?: number[];
	service?: string;
	noHistograms?: boolean;
	noSlos?: boolean;
	noExemplars?: boolean;
	noCreated?: boolean;
}

export interface RetryBudgetConfig {
	/** Of its indicator. */
	name: string;
	labels?: Record<string, string>;
	/** Retries per request, above 0 and up to 10; default 0.1. */
	ratio?: number;
	/** Default '10s'. */
	window?: Duration;
	/** So many retries per second may always go. */
	reservePerS?: number;
}

/** Counts events of one kind by outcome and latency. */
export class Indicator {
	private constructor();
	readonly name: string;
	readonly registry: Registry;
	readonly inFlight: number;

	/**
	 * Record one event.
	 *
	 * @param latencyMs  0 or more; of SHED and IGNORED it is not looked at.
	 * @param nowMs  when it ended, in ms since 1970. Without it the event
	 *     is in the present slot, and no clock is read.
	 */
	record(outcome: Outcome, latencyMs: number, nowMs?: number): void;
	record(outcome: 2 | 3, latencyMs?: number, nowMs?: number): void;

	/**
	 * Record one event and keep its trace id (up to 63 bytes of printable
	 * ASCII) if it is one of the worst of its 10 s: explain() and
	 * OpenMetrics have it then. This calls C.
	 */
	recordExemplar(outcome: 0 | 1, latencyMs: number, traceId: string,
	    nowMs?: number): void;

	/** Count n events that have no latency. */
	count(outcome: Outcome, n?: number, nowMs?: number): void;

	/** An event has begun, or ended: what is in flight. */
	begin(): void;
	end(): void;

	/**
	 * Record how long fn takes, and what becomes of it: BAD if it throws or
	 * rejects, which goes on to the caller. While it runs it is in flight.
	 *
	 * @param options.classify  says what it was, if that is not all.
	 */
	time<T>(fn: () => T, options?: {
		classify?: (error: unknown, result: Awaited<T> | undefined) =>
		    Outcome | undefined;
	}): T;

	/** Counts, rate and quantiles of the window that ends now. */
	window(window: Duration, nowMs?: number): Window;
	/** All events since it was created. */
	totals(): Totals;
	/** A latency in ms; null without data. */
	quantile(window: Duration, q: number,
	    options?: { outcome?: 0 | 1; nowMs?: number }): number | null;
	/** Say that what it counts calls what `on` counts. */
	depends(on: Indicator): this;
}

/** An objective for the good share of an indicator's events over a period. */
export class Slo {
	private constructor();
	readonly name: string;
	readonly indicator: Indicator;

	/**
	 * May this request be let in? Record one that may not as SHED.
	 *
	 * While nothing is to be shed that is one load from memory.
	 */
	admit(options?: AdmitOptions): boolean;
	budget(nowMs?: number): Budget;
	/** null without events in the window */
	burnRate(window: Duration, nowMs?: number): number | null;
	burnRates(windows?: Duration[], nowMs?: number):
	    Record<string, number | null>;
	verdict(nowMs?: number): Verdict;
	alerts(nowMs?: number): Alert[];
	outage(nowMs?: number): Outage;
	/** Why does it burn? */
	explain(nowMs?: number): Explanation;
	/** Let a span of time not count: maintenance. */
	exclude(span: Span, nowMs?: number): void;
	include(span: Span, nowMs?: number): void;
	correct(correction: Correction, nowMs?: number): void;
	adjustments(nowMs?: number): Adjustment[];
	resetBudget(why: string, nowMs?: number): void;
}

/** How many retries may go to one dependency. */
export class RetryBudget {
	private constructor();
	readonly indicator: Indicator;
	/** A request was sent, for the first time. */
	request(nowMs?: number): void;
	/** May it be sent again? The answer is counted. */
	allow(nowMs?: number): boolean;
	/** How many retries may go now. */
	balance(nowMs?: number): number;
}

export interface WatchdogConfig {
	/** Between two looks at the loop: 1 to 1000, default 20. */
	tickMs?: number;
	/** It stood still for longer: blocked. Twice tickMs or more; 100. */
	thresholdMs?: number;
	/**
	 * Ask the inspector where the main thread is stuck. Takes a worker
	 * thread; from Node 20.11 on. Default false.
	 */
	stacks?: boolean;
	/** Where looks are counted; by default one called event-loop. */
	indicator?: Indicator;
}

/** A time in which the event loop stood still. */
export interface LoopBlock {
	/** From 1. */
	number: number;
	/** ms since 1970, to a tick. */
	begin: number;
	end: number;
	/**
	 * What most of it went to: code that ran, waiting for a CPU, or a call
	 * that slept. By Linux's accounts of the thread.
	 */
	cause: 'code' | 'cpu' | 'call' | 'unknown';
	codeMs: number;
	cpuMs: number;
	callMs: number;
	/** The system call that it slept in, if that was the cause; or ''. */
	call: string;
	/** Frames, innermost first; '' if they were not asked for, and maybe
	 * of a call that slept: it can be asked only when it returns. */
	stack: string;
}

/**
 * Sees the event loop of this thread blocked while it is, from a thread of its
 * own: each look is an event of its indicator, bad while the loop is blocked,
 * so that SLOs, alerts, other threads and `sli top` see it. Blocks of a second
 * are annotated. Wakes no idle loop, and keeps no process alive.
 */
export class Watchdog extends EventEmitter<{ block: [LoopBlock] }> {
	private constructor();
	readonly indicator: Indicator;
	/** Blocks that are over, oldest first, from a number on; the last 64. */
	blocks(from?: number): LoopBlock[];
	stop(): void;
}

/**
 * A service's indicators, their history and their SLOs.
 *
 * While somebody listens to 'alert' it looks for alerts that have begun or
 * ended, once a second, on a timer that keeps no process alive.
 */
export class Registry extends EventEmitter<{ alert: [AlertTransition] }> {
	private constructor();
	readonly isClosed: boolean;

	/** Register an indicator, or get it again. */
	indicator(config: IndicatorConfig): Indicator;
	/** Register an SLO, or get it again. */
	slo(indicator: Indicator, config: SloConfig): Slo;
	retryBudget(config: RetryBudgetConfig): RetryBudget;
	/** Watch this thread's event loop, until stop() or close(). */
	watchdog(config?: WatchdogConfig): Watchdog;

	/** Everything, as of now. */
	snapshot(options?: { window?: Duration; nowMs?: number }): Snapshot;
	/** Everything, in the format of others. */
	metrics(options: MetricsOptions & { asBuffer: true }, nowMs?: number):
	    Buffer;
	metrics(options?: MetricsOptions & { format?: TextFormat;
	    asBuffer?: false }, nowMs?: number): string;
	metrics(options: MetricsOptions, nowMs?: number): string | Buffer;

	/** The alerts and micro-outages that were, the last first. */
	alertLog(): AlertRecord[];
	/** Emit what has begun or ended since the last time. */
	poll(nowMs?: number): void;

	/** What happened around: kind [a-z][a-z0-9_-]*, such as 'deploy'. */
	annotate(kind: string, text: string, atMs?: number): void;
	annotations(): Annotation[];

	/** The clock that records go by, in ms since 1970. */
	now(): number;
	/** Bring histories, alerts and verdicts up to now. Nobody has to. */
	advance(nowMs?: number): void;
	info(): RegistryInfo;
	/** Of a file: write it to the disk, and wait for that. */
	sync(): void;
	/** Of a file: throws if it was truncated, overwritten or deleted. */
	check(): void;
	/** For `attach`, in a worker of this process: as its workerData. */
	share(): number;

	/**
	 * End it, for this isolate. What was counted stays: with the file, and
	 * with others that have it. Calls on what came from it then throw. An
	 * isolate that ends does this by itself.
	 */
	close(): void;
}

export function createRegistry(config?: RegistryConfig): Registry;

/** The content type of a format, default that of 'openmetrics'. */
export function contentType(format?: Format): string;

import type { LineLog, LinePosition } from '../../drivers/state/contract.ts';
import { messageOf } from '../../errors/minke-error.ts';
import type { Logger } from '../../kit/log/logger.ts';
import { unixNanoseconds } from '../../kit/time/wall-clock.ts';
import type { EngineEvent, EventQuery, Events, EventType } from './contract.ts';
import { decodeRecord, encodeRecord } from './event-record.ts';
import { matchesEvent } from './matches.ts';

export interface JournalOptions {
  /** Line files in `<data-root>/events`. */
  readonly disk: LineLog;
  readonly log: Logger;
  /** Unix nanoseconds. */
  readonly now?: () => bigint;
  /** Live events that may wait in memory for one slow listener; beyond it, it reads on from disk. */
  readonly queue?: number;
}

interface Listener {
  readonly filters: EventQuery['filters'];
  /** Live events in order, each with the position behind it. */
  queue: { readonly event: EngineEvent; readonly position: LinePosition }[];
  /** The queue was given up: what is missing is on disk. */
  overflowed: boolean;
  wake: () => void;
}

/** Events on disk and live, no gap and no double between. */
export class EventJournal implements Events {
  readonly #options: Required<JournalOptions>;
  readonly #disk: LineLog;
  readonly #listeners = new Set<Listener>();
  readonly #closing = new AbortController();
  #last = 0n;
  #diskFailed = false;

  constructor(options: JournalOptions) {
    this.#options = { now: unixNanoseconds, queue: 1000, ...options };
    this.#disk = options.disk;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  publish(event: { type: EventType; action: string; id: string; attributes: Record<string, string> }): void {
    const timeNano = this.#time();
    const full: EngineEvent = {
      Type: event.type,
      Action: event.action,
      Actor: { ID: event.id, Attributes: { ...event.attributes } },
      scope: 'local',
      time: Number(timeNano / 1_000_000_000n),
      timeNano,
    };
    const position = this.#write(full);
    for (const listener of this.#listeners) this.#offer(listener, full, position);
  }

  stream(query: EventQuery, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const listener: Listener = { filters: query.filters, queue: [], overflowed: false, wake: () => {} };
    // From here on nothing is missed: what is on disk ends where the queue begins.
    const end = this.#disk.end;
    const past = query.since !== undefined || query.until !== undefined;
    const onlyPast = query.until !== undefined && query.until <= this.#options.now();
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    if (!onlyPast && !stop.aborted) {
      this.#listeners.add(listener);
      stop.addEventListener('abort', () => this.#drop(listener), { once: true });
    }
    const start = past ? this.#disk.start(query.since ?? 0n) : end;
    return this.#events(query, listener, { start, end }, onlyPast, stop);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#disk.close();
  }

  async *#events(
    query: EventQuery,
    listener: Listener,
    disk: { start: LinePosition; end: LinePosition },
    onlyPast: boolean,
    stop: AbortSignal,
  ): AsyncGenerator<EngineEvent, void> {
    const timer = this.#endAt(query, listener, onlyPast);
    try {
      let position = disk.start;
      yield* this.#fromDisk(query, position, disk.end, stop);
      position = disk.end;
      while (!stop.aborted && this.#listeners.has(listener)) {
        if (listener.overflowed) {
          listener.overflowed = false;
          listener.queue = [];
          const { end } = this.#disk;
          yield* this.#fromDisk(query, position, end, stop);
          position = end;
        }
        const next = listener.queue.shift();
        if (next !== undefined) {
          position = next.position;
          yield next.event;
        } else if (!listener.overflowed) {
          await new Promise<void>((resolve) => {
            listener.wake = resolve;
          });
        }
      }
    } finally {
      clearTimeout(timer);
      this.#drop(listener);
    }
  }

  async *#fromDisk(
    query: EventQuery,
    from: LinePosition,
    to: LinePosition,
    stop: AbortSignal,
  ): AsyncGenerator<EngineEvent, void> {
    for await (const lines of this.#disk.read(from, to)) {
      for (const line of lines) {
        if (stop.aborted) return;
        const event = decodeRecord(line);
        if (event !== undefined && inTime(event, query) && matchesEvent(event, query.filters)) yield event;
      }
    }
  }

  /** Ends a live stream at its `until`. */
  #endAt(query: EventQuery, listener: Listener, onlyPast: boolean): NodeJS.Timeout | undefined {
    if (query.until === undefined || onlyPast) return undefined;
    const wait = Number((query.until - this.#options.now()) / 1_000_000n) + 1;
    // A longer wait than timers can count is one that nobody sees the end of.
    return wait < 2 ** 31 ? setTimeout(() => this.#drop(listener), wait) : undefined;
  }

  #drop(listener: Listener): void {
    this.#listeners.delete(listener);
    listener.wake();
  }

  #offer(listener: Listener, event: EngineEvent, position: LinePosition): void {
    if (listener.overflowed || !matchesEvent(event, listener.filters)) return;
    if (listener.queue.length >= this.#options.queue) listener.overflowed = true;
    else listener.queue.push({ event, position });
    listener.wake();
  }

  #write(event: EngineEvent): LinePosition {
    try {
      const position = this.#disk.append(encodeRecord(event));
      this.#diskFailed = false;
      return position;
    } catch (error) {
      // The event still reaches those who listen now. Said once, as a full disk brings many.
      if (!this.#diskFailed) this.#options.log.warn('events are not kept', { error: messageOf(error) });
      this.#diskFailed = true;
      return this.#disk.end;
    }
  }

  /** Later than the event before, so that times tell the order, unless the clock was set back. */
  #time(): bigint {
    const now = this.#options.now();
    const isStep = this.#last - now > 1_000_000_000n;
    this.#last = now > this.#last || isStep ? now : this.#last + 1n;
    return this.#last;
  }
}

const inTime = (event: EngineEvent, query: EventQuery): boolean =>
  (query.since === undefined || event.timeNano >= query.since) &&
  (query.until === undefined || event.timeNano <= query.until);

/** Engine events: kept on disk (append-only JSON lines, rotated), served from there and live. */
export type EventType =
  | 'builder'
  | 'config'
  | 'container'
  | 'daemon'
  | 'image'
  | 'network'
  | 'node'
  | 'plugin'
  | 'secret'
  | 'service'
  | 'volume';

export interface EngineEvent {
  readonly Type: EventType;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope: 'local' | 'swarm';
  /** Unix seconds. */
  readonly time: number;
  /** Unix nanoseconds; a JSON number on the wire, as in Docker. */
  readonly timeNano: bigint;
}

export interface EventQuery {
  /** Unix time in nanoseconds. */
  readonly since?: bigint;
  /** Unix time in nanoseconds; the stream ends there. Without it the stream never ends by itself. */
  readonly until?: bigint;
  readonly filters: ReadonlyMap<string, readonly string[]>;
}

export interface Events {
  /** Never throws and never waits: the event is queued for the disk and handed to all subscribers. */
  publish(event: { type: EventType; action: string; id: string; attributes: Record<string, string> }): void;
  /** Past events from disk, then live ones, no gap and no double between. */
  stream(query: EventQuery, signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** Listeners now, for `info`'s NEventsListener. */
  readonly listeners: number;
  close(): Promise<void>;
}

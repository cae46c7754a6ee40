/**
 * Requests to a real daemon, each with the status that the API description gives it. An operation is answered as
 * described when each of its statuses was seen, with a body that fits the schema.
 */

export interface Probe {
  /** Method and path: `GET /containers/box/json`. `$NAME` is what an earlier probe kept. */
  readonly ask: string;
  /** A status that the description lists for this operation. */
  readonly status: number;
  readonly body?: unknown;
  /** The body is this image as a tar. */
  readonly file?: 'busybox';
  /** The answer's `Id` is `$NAME` in later probes. */
  readonly keep?: string;
  /** Asks for another protocol than HTTP, as `101` wants it. */
  readonly upgrade?: 'tcp' | 'websocket';
}

/** Statuses that nobody can be shown here, and why. */
export type Unseen = Readonly<Record<string, Readonly<Record<number, string>>>>;

/** What came of one probe. */
export interface Finding {
  readonly probe: Probe;
  /** Id of the operation. */
  readonly operation: string;
  /** A sentence each; none where it is answered as described. */
  readonly problems: readonly string[];
}

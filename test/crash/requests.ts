/** Requests of the load: what matters is only whether they were done, refused or cut off. */
import { api } from '../harness/engine/api.ts';
import type { Engine } from '../harness/engine/contract.ts';
import type { Outcome } from './model.ts';

export interface Answer {
  readonly outcome: Outcome;
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
  /** It was waited for in vain, with the connection still there. */
  readonly hung: boolean;
}

/** Milliseconds for an answer; a stop takes 3 s by itself. */
const LIMIT = 300_000;

/** 304 is done: it was so already. */
const outcomeOf = (status: number): Outcome => (status < 400 ? 'done' : 'refused');

export async function ask(engine: Engine, method: string, path: string, body?: unknown): Promise<Answer> {
  try {
    const { status, text, json } = await api(engine.socket, method, path, body, LIMIT);
    return { outcome: outcomeOf(status), status, text, json, hung: false };
  } catch (error) {
    // The connection broke, or there was none.
    // Nothing but the limit aborts a request.
    const hung = error instanceof Error && error.name === 'AbortError';
    return { outcome: 'cut', status: 0, text: String(error), json: undefined, hung };
  }
}

/** Frames of a raw stream (8 bytes of head: stream, three zeros, length), as far as they are whole. */
export function unframed(bytes: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    if (end > bytes.length) break;
    parts.push(bytes.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(parts).toString();
}

import type { Client } from '../client.ts';
import type { Response } from '../http/connection.ts';
import { namePath } from '../query.ts';

export interface ContainerLogs {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly details?: boolean;
  /** Seconds since 1970, with a fraction. */
  readonly since?: string;
  readonly until?: string;
  readonly tail?: string;
  readonly signal?: AbortSignal;
}

/** `GET /containers/{id}/logs`: raw for a container with a terminal, else framed as in `wire/stdcopy.ts`. */
export const containerLogs = (client: Client, container: string, options: ContainerLogs): Promise<Response> =>
  client.open('GET', `/containers/${namePath('container', container)}/logs`, {
    query: {
      stdout: options.stdout || undefined,
      stderr: options.stderr || undefined,
      follow: options.follow || undefined,
      timestamps: options.timestamps || undefined,
      details: options.details || undefined,
      since: options.since || undefined,
      until: options.until || undefined,
      tail: options.tail || undefined,
    },
    signal: options.signal,
  });

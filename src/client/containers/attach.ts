import type { Client } from '../client.ts';
import type { Hijacked } from '../http/connection.ts';
import { namePath } from '../query.ts';

export interface AttachContainer {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly detachKeys?: string;
}

/** `POST /containers/{id}/attach` as a stream; the daemon watches the detach keys of a container with a terminal. */
export const attachContainer = (
  client: Client,
  container: string,
  options: AttachContainer,
): Promise<Hijacked> =>
  client.hijack(`/containers/${namePath('container', container)}/attach`, {
    query: {
      stream: true,
      stdin: options.stdin || undefined,
      stdout: options.stdout || undefined,
      stderr: options.stderr || undefined,
      detachKeys: options.detachKeys || undefined,
    },
  });

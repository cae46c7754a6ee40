import type { AttachClient, AttachedTo } from '../attach/client.ts';
import type { OutputStream } from '../journal/record.ts';

/** How much output of an exec is kept for a client that attaches a little later. */
const mostKept = 64 * 1024;

/** Who is attached to a task, and what is kept for the first of them. */
export class TaskClients {
  readonly #clients = new Set<AttachClient>();
  #kept: { stream: OutputStream; bytes: Buffer }[] | null;
  #keptBytes = 0;

  /** `keep`: output before the first client is kept, up to a limit behind which it is given up. */
  constructor(keep: boolean) {
    this.#kept = keep ? [] : null;
  }

  add(client: AttachClient, task: AttachedTo): void {
    this.#clients.add(client);
    client.begin(task);
    for (const { stream, bytes } of this.#kept ?? []) client.send(stream, bytes);
    this.#kept = null;
  }

  /** Forgets a client that has gone. */
  drop(client: AttachClient): void {
    if (client.gone) this.#clients.delete(client);
  }

  get stuck(): boolean {
    for (const client of this.#clients) if (client.stuck) return true;
    return false;
  }

  send(stream: OutputStream, bytes: Buffer): void {
    for (const client of this.#clients) client.send(stream, bytes);
    if (this.#kept === null) return;
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > mostKept) this.#kept = null;
    else this.#kept.push({ stream, bytes: Buffer.from(bytes) });
  }

  end(): void {
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }
}

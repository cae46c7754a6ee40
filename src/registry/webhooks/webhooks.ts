import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../errors/minke-error.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { matchesAny } from '../patterns.ts';
import type { EventAction, RegistryEvent } from './event.ts';

export interface Webhook {
  readonly name: string;
  readonly url: string;
  readonly actions: readonly EventAction[];
  readonly repositories: readonly string[];
  /** Signs bodies where it is not null: `X-Registry-Signature: sha256=<hex of HMAC-SHA-256>`. */
  readonly secret: string | null;
  /** Milliseconds for one answer. */
  readonly timeout: number;
  /** How often one delivery is tried. */
  readonly attempts: number;
}

/** Events that wait for one receiver; older ones are dropped and counted. */
const WAITING = 1000;
/** Events in one delivery. */
const BATCH = 50;
const mediaType = 'application/vnd.docker.distribution.events.v1+json';

/** Tells receivers what happened, one delivery after another to each, again with growing pauses where it fails. */
export class Webhooks {
  readonly #receivers: readonly Receiver[];

  constructor(hooks: readonly Webhook[], parts: { log: Logger; metrics: Metrics; signal: AbortSignal }) {
    this.#receivers = hooks.map((hook) => new Receiver(hook, parts));
  }

  notify(event: RegistryEvent): void {
    for (const receiver of this.#receivers) receiver.offer(event);
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#receivers.map((receiver) => receiver.running));
  }
}

class Receiver {
  readonly #hook: Webhook;
  readonly #parts: { readonly log: Logger; readonly metrics: Metrics; readonly signal: AbortSignal };
  readonly #waiting: RegistryEvent[] = [];
  running: Promise<void> | undefined;

  constructor(hook: Webhook, parts: { log: Logger; metrics: Metrics; signal: AbortSignal }) {
    this.#hook = hook;
    this.#parts = parts;
  }

  #count(outcome: string, by: number): void {
    const labels = { webhook: this.#hook.name, outcome };
    this.#parts.metrics.count('minke_registry_webhook_events_total', 'Events for receivers.', labels, by);
  }

  offer(event: RegistryEvent): void {
    const { actions, repositories } = this.#hook;
    if (!actions.includes(event.action) || !matchesAny(repositories, event.target.repository)) return;
    this.#waiting.push(event);
    if (this.#waiting.length > WAITING) {
      this.#waiting.shift();
      this.#count('dropped', 1);
    }
    this.running ??= this.#run();
  }

  async #run(): Promise<void> {
    const { log, signal } = this.#parts;
    for (
      let events = this.#waiting.splice(0, BATCH);
      events.length > 0;
      events = this.#waiting.splice(0, BATCH)
    ) {
      for (let attempt = 1; !signal.aborted; attempt += 1) {
        const failure = await this.#deliver(events);
        if (failure === null) {
          this.#count('delivered', events.length);
          break;
        }
        log.warn('a webhook was not taken', { webhook: this.#hook.name, attempt, error: failure });
        if (attempt >= this.#hook.attempts) {
          this.#count('failed', events.length);
          break;
        }
        await pause(Math.min(60_000, 500 * 2 ** attempt), undefined, { signal, ref: false }).catch(() => {});
      }
    }
    // Nothing is awaited since the last look at what waits.
    this.running = undefined;
  }

  /** Null where it was taken, else why not. */
  async #deliver(events: readonly RegistryEvent[]): Promise<string | null> {
    const { url, secret, timeout } = this.#hook;
    const body = JSON.stringify({ events });
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: {
          'content-type': mediaType,
          ...(secret === null
            ? {}
            : {
                'x-registry-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
              }),
        },
        signal: AbortSignal.any([this.#parts.signal, AbortSignal.timeout(timeout)]),
      });
      await answer.body?.cancel();
      return answer.ok ? null : `status ${answer.status}`;
    } catch (error) {
      return messageOf(error);
    }
  }
}

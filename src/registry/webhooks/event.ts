import { randomUUID } from 'node:crypto';
import type { Call } from '../http/call.ts';

export type EventAction = 'push' | 'pull' | 'delete' | 'mount';

export interface EventTarget {
  readonly digest?: string;
  readonly tag?: string;
  readonly mediaType?: string;
  /** Bytes. */
  readonly size?: number;
}

/** Something that happened, as distribution's notifications tell it (its docs, "Notifications"). */
export interface RegistryEvent {
  readonly id: string;
  readonly timestamp: string;
  readonly action: EventAction;
  readonly target: EventTarget & {
    readonly length?: number;
    readonly repository: string;
    readonly url: string;
  };
  readonly request: {
    readonly id: string;
    readonly addr: string;
    readonly host: string;
    readonly method: string;
    readonly useragent: string;
  };
  readonly actor: { readonly name?: string };
}

/** Hands an event on; never waits and never throws. */
export type Notify = (event: RegistryEvent) => void;

/** @param path of the target on this server */
export function eventOf(call: Call, action: EventAction, target: EventTarget, path: string): RegistryEvent {
  const { request, grant } = call;
  const host = request.headers.host ?? '';
  const scheme = 'encrypted' in request.socket ? 'https' : 'http';
  return {
    id: randomUUID(),
    timestamp: new Date().toISOString(),
    action,
    target: {
      ...target,
      ...(target.size === undefined ? {} : { length: target.size }),
      repository: 'name' in call.route ? call.route.name : '',
      url: `${scheme}://${host}${path}`,
    },
    request: {
      id: call.id,
      addr: call.remote,
      host,
      method: call.method,
      useragent: request.headers['user-agent'] ?? '',
    },
    actor: grant.user === null ? {} : { name: grant.user },
  };
}

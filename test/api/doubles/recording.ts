import { Readable } from 'node:stream';
import type { Members } from './engine.ts';

export type Recorded = readonly [call: string, ...values: unknown[]];

/** Signals and streams are not compared; maps are shown as objects. */
function shown(value: unknown): unknown {
  if (value instanceof AbortSignal) return 'signal';
  if (value instanceof Readable) return 'stream';
  if (value instanceof Map) return Object.fromEntries(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(member)]));
}

/** Services that write down every call and answer by the call's name, `containers.inspect`. */
export function recording(answers: Readonly<Record<string, unknown>>): {
  calls: Recorded[];
  members: Members;
} {
  const calls: Recorded[] = [];
  const service = (name: string) =>
    new Proxy(
      {},
      {
        get: (_target, method) => {
          if (typeof method !== 'string') return undefined;
          return (...values: unknown[]) => {
            calls.push([`${name}.${method}`, ...values.map(shown)]);
            return answers[`${name}.${method}`];
          };
        },
        has: () => true,
      },
    );
  const members: Members = {
    containers: service('containers'),
    images: service('images'),
    networks: service('networks'),
    volumes: service('volumes'),
    events: service('events'),
    system: service('system'),
  };
  return { calls, members };
}

import * as v from 'valibot';
import { stringMap } from '../../wire/json/map-of.ts';
import type { EngineEvent } from './contract.ts';

const schema = v.object({
  Type: v.picklist([
    'builder',
    'config',
    'container',
    'daemon',
    'image',
    'network',
    'node',
    'plugin',
    'secret',
    'service',
    'volume',
  ]),
  Action: v.string(),
  Actor: v.object({ ID: v.string(), Attributes: stringMap }),
  scope: v.picklist(['local', 'swarm']),
  time: v.number(),
  timeNano: v.bigint(),
});

/** One line of an event file, with its line end. */
export function encodeRecord({ timeNano, ...event }: EngineEvent): string {
  return `${JSON.stringify(event).slice(0, -1)},"timeNano":${timeNano}}\n`;
}

/** Nanoseconds don't fit a double: the digits are taken as they stand in the text. */
const exactTime = (key: string, value: unknown, context?: { source?: string }): unknown =>
  key === 'timeNano' && typeof value === 'number' && /^\d+$/.test(context?.source ?? '')
    ? BigInt(context?.source ?? '')
    : value;

/** Undefined for a line that is no event (a disk's fault: the others still count). */
export function decodeRecord(line: string): EngineEvent | undefined {
  try {
    const result = v.safeParse(schema, JSON.parse(line, exactTime));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

import { posix } from 'node:path';
import { ramInBytes } from '../../kit/size/parse-size.ts';
import type { Kind } from '../flags/kind.ts';
import { splitCsv } from '../flags/list-kinds.ts';

export interface DeviceMapping {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

/** Only `vendor.com/class=name` is a device of the Container Device Interface. */
export const isCdiDevice = (device: string): boolean =>
  /^[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]?\/[A-Za-z][A-Za-z0-9_-]*=[A-Za-z0-9][A-Za-z0-9_.:-]*$/.test(device);

const isMode = (text: string): boolean =>
  text !== '' && /^[rwm]+$/.test(text) && new Set(text).size === text.length;

/** `host[:container][:rwm]`. */
export function parseDevice(spec: string): DeviceMapping {
  const parts = spec.split(':');
  const [source = '', second, third] = parts;
  if (parts.length > 3 || source === '') throw new Error(`bad format for path: ${spec}`);
  if (second === undefined || (third === undefined && isMode(second))) {
    if (!posix.isAbsolute(source)) throw new Error(`${source} is not an absolute path`);
    const path = posix.normalize(source);
    return { PathOnHost: path, PathInContainer: path, CgroupPermissions: second ?? 'rwm' };
  }
  if (third !== undefined && !isMode(third)) throw new Error(`bad mode specified: ${third}`);
  if (!posix.isAbsolute(second)) throw new Error(`${second} is not an absolute path`);
  return {
    PathOnHost: source,
    PathInContainer: third === undefined ? posix.normalize(second) : second,
    CgroupPermissions: third ?? 'rwm',
  };
}

/** `c 42:* rmw`. */
export function checkCgroupRule(rule: string): string {
  if (!/^[acb] (\d+|\*):(\d+|\*) [rwm]{1,3}$/.test(rule))
    throw new Error(`invalid device cgroup format '${rule}'`);
  return rule;
}

export interface WeightDevice {
  readonly Path: string;
  readonly Weight: number;
}

export interface ThrottleDevice {
  readonly Path: string;
  readonly Rate: number;
}

function deviceAnd(raw: string): [path: string, rest: string] {
  const colon = raw.indexOf(':');
  if (colon <= 0) throw new Error(`bad format: ${raw}`);
  const path = raw.slice(0, colon);
  if (!path.startsWith('/dev/')) throw new Error(`bad format for device path: ${raw}`);
  return [path, raw.slice(colon + 1)];
}

export const weightKind: Kind<readonly WeightDevice[]> = {
  typeName: 'list',
  zero: [],
  parse: (raw, before) => {
    const [path, weight] = deviceAnd(raw);
    const value = Number(weight);
    if (!/^\d{1,5}$/.test(weight) || (value > 0 && (value < 10 || value > 1000)))
      throw new Error(`invalid weight for device: ${raw}`);
    return [...before, { Path: path, Weight: value }];
  },
  show: () => '[]',
};

const throttle = (rate: (text: string) => number, hint: string): Kind<readonly ThrottleDevice[]> => ({
  typeName: 'list',
  zero: [],
  parse: (raw, before) => {
    const [path, text] = deviceAnd(raw);
    try {
      return [...before, { Path: path, Rate: rate(text) }];
    } catch {
      throw new Error(`invalid rate for device: ${raw}. The correct format is <device-path>:<number>${hint}`);
    }
  },
  show: () => '[]',
});

export const bytesPerSecond = throttle(
  ramInBytes,
  '[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb',
);

export const operationsPerSecond = throttle((text) => {
  if (!/^\d{1,19}$/.test(text)) throw new Error('not a number');
  return Number(text);
}, '. Number must be a positive integer');

export interface DeviceRequest {
  readonly Driver: string;
  readonly Count: number;
  readonly DeviceIDs: readonly string[] | null;
  readonly Capabilities: readonly (readonly string[])[] | null;
  readonly Options: Readonly<Record<string, string>> | null;
}

function gpuCount(text: string): number {
  if (text === 'all') return -1;
  if (!/^[+-]?\d+$/.test(text))
    throw new Error(`invalid count (${text}): value must be either "all" or an integer: invalid syntax`);
  return Number(text);
}

/** `all`, a number, or `driver=…,count=…,"device=0,1","capabilities=a,b","options=k=v"`. */
export function parseGpus(spec: string): DeviceRequest {
  const seen = new Set<string>();
  let made: DeviceRequest = { Driver: '', Count: 0, DeviceIDs: null, Capabilities: [['gpu']], Options: {} };
  for (const field of splitCsv(spec)) {
    const equals = field.indexOf('=');
    const key = equals < 0 ? field : field.slice(0, equals);
    const value = field.slice(equals + 1);
    if (seen.has(key)) throw new Error(`gpu request key '${key}' can be specified only once`);
    seen.add(key);
    if (equals < 0) {
      seen.add('count');
      made = { ...made, Count: gpuCount(key) };
      continue;
    }
    switch (key) {
      case 'driver':
        made = { ...made, Driver: value };
        break;
      case 'count':
        made = { ...made, Count: gpuCount(value) };
        break;
      case 'device':
        made = { ...made, DeviceIDs: value.split(',') };
        break;
      case 'capabilities':
        made = { ...made, Capabilities: [[...value.split(','), 'gpu']] };
        break;
      case 'options':
        made = {
          ...made,
          Options: Object.fromEntries(
            splitCsv(value).map((pair) => {
              const split = pair.indexOf('=');
              return split < 0 ? [pair, ''] : [pair.slice(0, split), pair.slice(split + 1)];
            }),
          ),
        };
        break;
      default:
        throw new Error(`unexpected key '${key}' in '${field}'`);
    }
  }
  return !seen.has('count') && made.DeviceIDs === null ? { ...made, Count: 1 } : made;
}

export const gpuKind: Kind<readonly DeviceRequest[]> = {
  typeName: 'gpu-request',
  zero: [],
  parse: (raw, before) => [...before, parseGpus(raw)],
};

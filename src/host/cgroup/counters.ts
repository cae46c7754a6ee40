/** The formats of cgroup files: Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst. */
import type { BlkioEntry } from './contract.ts';

/** A whole number, or `max`. Above 2^53 the last digits are lost, as in every reader of Docker's JSON in this language. */
export const parseCount = (text: string): number => {
  const trimmed = text.trim();
  if (trimmed === 'max') return 2 ** 63;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : 0;
};

/** Rows `name value`: memory.stat, cpu.stat, memory.events, memory.oom_control. */
export function parseRows(text: string): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const [name = '', value] = line.split(' ');
    if (value !== undefined) rows[name] = parseCount(value);
  }
  return rows;
}

export const parsePids = (text: string): number[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);

/** Rows `8:0 Read 4096`; the sum over all devices (`Total 4096`) is left out. */
export function parseBlkio(text: string): BlkioEntry[] {
  const entries: BlkioEntry[] = [];
  for (const line of text.split('\n')) {
    const match = /^(\d+):(\d+) (\w+) (\d+)$/.exec(line);
    if (match === null) continue;
    const [, major, minor, op = '', value = ''] = match;
    entries.push({
      major: Number(major),
      minor: Number(minor),
      op: op.toLowerCase(),
      value: parseCount(value),
    });
  }
  return entries;
}

/** io.stat of version 2: `8:0 rbytes=1 wbytes=2 rios=3 wios=4 …`. */
export function parseIoStat(text: string): { serviceBytes: BlkioEntry[]; serviced: BlkioEntry[] } {
  const serviceBytes: BlkioEntry[] = [];
  const serviced: BlkioEntry[] = [];
  const kinds = {
    rbytes: ['read', serviceBytes],
    wbytes: ['write', serviceBytes],
    rios: ['read', serviced],
    wios: ['write', serviced],
  } as const;
  for (const line of text.split('\n')) {
    const device = /^(\d+):(\d+) /.exec(line);
    if (device === null) continue;
    for (const [, name = '', value = ''] of line.matchAll(/(\w+)=(\d+)/g)) {
      if (!(name in kinds)) continue;
      const [op, into] = kinds[name as keyof typeof kinds]; // just tested
      into.push({ major: Number(device[1]), minor: Number(device[2]), op, value: parseCount(value) });
    }
  }
  return { serviceBytes, serviced };
}

/** USER_HZ is 100 on every architecture that Node runs on. */
const NANOSECONDS_PER_TICK = 10_000_000;

/** cpuacct.stat counts ticks. */
export function parseCpuTicks(text: string): { user: number; kernel: number } {
  const { user = 0, system = 0 } = parseRows(text);
  return { user: user * NANOSECONDS_PER_TICK, kernel: system * NANOSECONDS_PER_TICK };
}

export const parsePerCpu = (text: string): number[] =>
  text.trim().split(/\s+/).filter(Boolean).map(parseCount);

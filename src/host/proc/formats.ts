/** Formats of files below /proc: proc_pid_stat(5), proc_stat(5), proc_pid_limits(5), proc_pid_status(5). */
import type { RLimit } from './contract.ts';

/** Start time and state out of /proc/<pid>/stat; the command's name may hold anything, so the last `)` counts. */
export function parseStat(text: string): { state: string; startTime: string } | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const startTime = fields[19];
  return state === undefined || startTime === undefined ? null : { state, startTime };
}

const NANOSECONDS_PER_TICK = 10_000_000;

/** Sum of user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user already. */
export function parseCpu(text: string): { total: number; online: number } {
  const lines = text.split('\n');
  const all =
    lines
      .find((line) => line.startsWith('cpu '))
      ?.trim()
      .split(/\s+/)
      .slice(1, 9) ?? [];
  const total = all.reduce((sum, ticks) => sum + Number(ticks), 0) * NANOSECONDS_PER_TICK;
  return { total, online: lines.filter((line) => /^cpu\d/.test(line)).length };
}

const limitNames: Readonly<Record<string, string>> = {
  'Max cpu time': 'cpu',
  'Max file size': 'fsize',
  'Max data size': 'data',
  'Max stack size': 'stack',
  'Max core file size': 'core',
  'Max resident set': 'rss',
  'Max processes': 'nproc',
  'Max open files': 'nofile',
  'Max locked memory': 'memlock',
  'Max address space': 'as',
  'Max file locks': 'locks',
  'Max pending signals': 'sigpending',
  'Max msgqueue size': 'msgqueue',
  'Max nice priority': 'nice',
  'Max realtime priority': 'rtprio',
  'Max realtime timeout': 'rttime',
};

export function parseLimits(text: string): Map<string, RLimit> {
  const limits = new Map<string, RLimit>();
  const value = (word = '') => (word === 'unlimited' ? -1 : Number(word));
  for (const line of text.split('\n')) {
    const name = limitNames[line.slice(0, 26).trim()];
    const [soft, hard] = line.slice(26).trim().split(/\s+/);
    if (name !== undefined) limits.set(name, { soft: value(soft), hard: value(hard) });
  }
  return limits;
}

/** One row of /proc/<pid>/status. */
export const statusRow = (text: string, name: string): string =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim() ?? '';

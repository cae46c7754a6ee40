/** Signals by name or number: signal(7). */
import { constants } from 'node:os';
import { invalid } from '../../../errors/minke-error.ts';

const SIGRTMIN = 34;
const SIGRTMAX = 64;
const byName = new Map(
  Object.entries(constants.signals).map(([name, number]) => [name.slice(3), Number(number)]),
);

function realTime(name: string): number | undefined {
  const [, edge, offset = '0'] = /^RTM(IN|AX)(?:[+-](\d+))?$/.exec(name) ?? [];
  if (edge === undefined) return undefined;
  const number = edge === 'IN' ? SIGRTMIN + Number(offset) : SIGRTMAX - Number(offset);
  return number >= SIGRTMIN && number <= SIGRTMAX ? number : undefined;
}

/** `9`, `KILL`, `sigkill`, `RTMIN+3` as a number. @throws invalid "invalid signal: …" */
export function parseSignal(text: string): number {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    if (number > 0 && number <= SIGRTMAX) return number;
    throw invalid(`invalid signal: ${text}`);
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  const number = byName.get(name) ?? realTime(name);
  if (number === undefined) throw invalid(`invalid signal: ${text}`);
  return number;
}

/** A signal that is to be sent now: Docker has words of its own for numbers that no signal has. @throws invalid */
export function sendableSignal(text: string): number {
  const number = /^-?\d+$/.test(text) ? Number(text) : 1;
  if (number < 0 || number > SIGRTMAX) throw invalid(`the linux daemon does not support signal ${text}`);
  return parseSignal(text);
}

export const SIGKILL = 9;
export const SIGTERM = 15;

import { constants } from 'node:os';
import { invalid } from '../../errors/minke-error.ts';

const realTime = /^RTM(?:IN(?:\+(?:[0-9]|1[0-5]))?|AX(?:-(?:[0-9]|1[0-4]))?)$/;

/** The text itself, where it is a signal's number or name (with or without `SIG`). signal(7). */
export function checkSignal(text: string): string {
  const name = text.toUpperCase().replace(/^SIG/, '');
  const isNumber = /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 64;
  if (isNumber || Object.hasOwn(constants.signals, `SIG${name}`) || realTime.test(name)) return text;
  throw invalid(`invalid signal: ${text}`);
}

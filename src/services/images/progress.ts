import type { ProgressMessage } from './contract.ts';
import { shortId } from './find.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Bytes in four digits, as Docker writes them: `32.77kB`. */
export function humanSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(4))}${UNITS[unit] ?? ''}`;
}

const WIDTH = 50;

/** The bar that clients show which don't draw their own. */
export function bar(current: number, total: number): string {
  const filled = Math.min(WIDTH, Math.floor((current / total) * WIDTH));
  const numbers = `${humanSize(current).padStart(8)}/${humanSize(total)}`;
  return `[${'='.repeat(filled)}>${' '.repeat(WIDTH - filled)}] ${numbers}`;
}

export const streamMessage = (text: string): ProgressMessage => ({ stream: `${text}\n` });
export const statusMessage = (text: string): ProgressMessage => ({ status: text });

/** How often a bar moves at most, in milliseconds. */
export const PACE = 100;

/** A counter of bytes that says where it is, not more often than people can see. */
export function progressOf(
  emit: (message: ProgressMessage) => void,
  what: { status: string; id: string; total: number },
): (bytes: number) => void {
  let current = 0;
  let said = Number.NEGATIVE_INFINITY;
  return (bytes) => {
    current = Math.min(what.total, current + bytes);
    const now = performance.now();
    if (current < what.total && now - said < PACE) return;
    said = now;
    emit({
      status: what.status,
      progressDetail: { current, total: what.total },
      progress: bar(current, what.total),
      id: shortId(what.id),
    });
  };
}

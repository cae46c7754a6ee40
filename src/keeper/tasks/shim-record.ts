/** The lines that the shim writes into its records and its status FIFO; see native/shim.c. */
import { processEnd } from '../../host/process/posix/pidfd.ts';

export type ShimRecord =
  | { readonly word: 'started'; readonly pid: number; readonly time: bigint }
  | { readonly word: 'failed'; readonly code: number; readonly time: bigint }
  | { readonly word: 'exit'; readonly code: number; readonly time: bigint }
  | { readonly word: 'error'; readonly step: string; readonly errno: number; readonly time: bigint };

/** `undefined` for a line that is none of them. */
export function parseShimRecord(line: string): ShimRecord | undefined {
  const error = /^error (\S+) (\d+) (\d+)$/.exec(line);
  if (error !== null) {
    return { word: 'error', step: error[1] ?? '', errno: Number(error[2]), time: BigInt(error[3] ?? 0) };
  }
  const [, word, number, time = '0'] = /^(started|failed|exit) (\d+) (\d+)$/.exec(line) ?? [];
  if (word === 'started') return { word, pid: Number(number), time: BigInt(time) };
  if (word === 'failed' || word === 'exit') {
    return { word, code: processEnd(Number(number)).code, time: BigInt(time) };
  }
  return undefined;
}

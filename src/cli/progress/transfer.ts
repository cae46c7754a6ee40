import { humanSize } from '../format/units.ts';
import type { Output } from '../terminal/output.ts';

/** What is soon over needs no word, and a line is drawn no more often than this, in milliseconds. */
const interval = 100;

/** `Saving 12.3MB, 31MB/s`; `seconds` since it began. */
export function transferText(label: string, bytes: number, seconds: number): string {
  const rate = seconds > 0 ? bytes / seconds : 0;
  return `${label} ${humanSize(bytes, 3)}, ${humanSize(Math.round(rate), 3)}/s`;
}

/** Bytes on their way. On a terminal a line says how many they are by now; it is gone when they have passed. */
export async function* counted<Chunk extends Uint8Array>(
  out: Output,
  label: string,
  source: AsyncIterable<Chunk>,
): AsyncGenerator<Chunk> {
  if (!out.isTerminal) {
    yield* source;
    return;
  }
  const began = performance.now();
  let bytes = 0;
  let drawn = began;
  try {
    for await (const chunk of source) {
      bytes += chunk.length;
      const now = performance.now();
      if (now - drawn >= interval) {
        drawn = now;
        out.raw(`\r\x1b[K${transferText(label, bytes, (now - began) / 1000)}`);
      }
      yield chunk;
    }
  } finally {
    if (drawn > began) out.raw('\r\x1b[K');
  }
}

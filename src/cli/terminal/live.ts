import { columns, textColumns } from '../format/columns.ts';
import type { Output } from './output.ts';

/** Cuts a line to the columns of the window. */
export function cut(line: string, width: number): string {
  if (textColumns(line) <= width) return line;
  let used = 0;
  let kept = '';
  for (const character of line) {
    used += columns(character);
    if (used > width) break;
    kept += character;
  }
  return kept;
}

/**
 * A picture that changes in place. Each frame is one write over the last one: nothing is cleared that is not drawn again,
 * and terminals that can are told to show it as a whole, so it does not flicker. What the window has no room for is cut.
 */
export class Live {
  readonly #out: Output;

  constructor(out: Output) {
    this.#out = out;
  }

  draw(text: string): void {
    const lines = text
      .trimEnd()
      .split('\n')
      .slice(0, Math.max(1, this.#out.rows - 1))
      .map((line) => `${cut(line, this.#out.columns)}\x1b[K`);
    this.#out.raw(`\x1b[?2026h\x1b[H${lines.join('\n')}\n\x1b[J\x1b[?2026l`);
  }
}

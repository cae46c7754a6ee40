import type { LineLog, LinePosition } from '../contract.ts';

/** Lines that live as long as the process, none ever dropped. The offset counts lines. */
export class MemoryLines implements LineLog {
  readonly lines: string[] = [];

  get end(): LinePosition {
    return { file: 1, offset: this.lines.length };
  }

  append(line: string): LinePosition {
    this.lines.push(line.slice(0, -1));
    return this.end;
  }

  start(): LinePosition {
    return { file: 1, offset: 0 };
  }

  async *read(from: LinePosition, to: LinePosition): AsyncGenerator<string[], void> {
    if (to.offset > from.offset) yield this.lines.slice(from.offset, to.offset);
  }

  close(): void {}
}

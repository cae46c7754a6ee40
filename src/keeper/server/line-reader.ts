/** JSON lines out of chunks. A line may be so long. */
const longestLine = 16 * 1024 * 1024;

export class LineReader {
  #rest = '';

  /** Whole lines; throws where one is too long. */
  push(text: string): string[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > longestLine) throw new Error('a line is too long');
    return lines;
  }
}

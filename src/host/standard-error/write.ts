import { writeSync } from 'node:fs';

/**
 * Writes to standard error, or not: where it is a file on a full disk or a pipe that nobody reads, its writer must not
 * end for it. Node's own stream would emit an error, and be closed for good.
 */
export function writeStandardError(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // What can't be said is lost; the next line may find room again.
  }
}

/**
 * `--change` of import and commit: Dockerfile instructions that only touch an image's configuration. Words and
 * messages are those of Docker's builder.
 */
import { invalid } from '../../errors/minke-error.ts';
import type { ImageRunConfig } from '../../wire/oci-image.ts';
import { instructions } from './instructions.ts';
import { parseInstructions } from './lines.ts';

/** Answers a new config. Throws `invalid` naming the instruction. */
export function applyChanges(config: ImageRunConfig, changes: readonly string[]): ImageRunConfig {
  let next = config;
  const seen = new Set<string>();
  for (const instruction of parseInstructions(changes)) {
    const apply = instructions.get(instruction.name);
    if (apply === undefined) throw invalid(`${instruction.written} is not a valid change command`);
    next = apply(next, instruction, seen);
    seen.add(instruction.name);
  }
  return next;
}

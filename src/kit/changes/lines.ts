/** Instructions out of Dockerfile lines: comments and empty lines go, a backslash at the end joins lines. */
import { invalid } from '../../errors/minke-error.ts';

export interface Instruction {
  /** Upper case. */
  readonly name: string;
  /** As it was written. */
  readonly written: string;
  /** `--flag=value` words before the arguments. */
  readonly flags: readonly string[];
  /** What follows name and flags, without blanks around it. */
  readonly rest: string;
}

const MAX_TEXT = 1 << 20;

function joined(text: string): string[] {
  const lines: string[] = [];
  let open = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*#/.test(line) || (open === '' && line.trim() === '')) continue;
    const continues = /\\[ \t]*$/.exec(line);
    open += continues === null ? line : line.slice(0, continues.index);
    if (continues !== null) continue;
    lines.push(open.trim());
    open = '';
  }
  if (open.trim() !== '') lines.push(open.trim());
  return lines;
}

function instruction(line: string): Instruction {
  const written = /^\S+/.exec(line)?.[0] ?? '';
  let rest = line.slice(written.length).trimStart();
  const flags: string[] = [];
  for (let flag = /^--[a-z]\S*/.exec(rest)?.[0]; flag !== undefined; flag = /^--[a-z]\S*/.exec(rest)?.[0]) {
    flags.push(flag);
    rest = rest.slice(flag.length).trimStart();
  }
  return { name: written.toUpperCase(), written, flags, rest };
}

/** One instruction or more from each change. */
export function parseInstructions(changes: readonly string[]): Instruction[] {
  const text = changes.join('\n');
  if (text.length > MAX_TEXT) throw invalid('changes are too long');
  const lines = joined(text);
  if (lines.length === 0 && changes.length > 0) throw invalid('file with no instructions');
  return lines.map(instruction);
}

/**
 * Regular expressions from outside, in time linear in pattern and text: JavaScript's own engine backtracks, so that a
 * short pattern can hold the only thread for minutes. The syntax is the part of RE2's that is regular in practice:
 * literals, `.`, classes with `\d \w \s` and POSIX names, groups, `|`, `* + ? {n,m}` (lazy forms too), `^ $ \b \B`,
 * leading `(?i)`.
 */
import { type Node, parsePattern } from './pattern-parse.ts';

const MAX_PATTERN = 1024;
const MAX_INSTRUCTIONS = 2000;

type Instruction =
  | { readonly op: 'char'; readonly test: (code: number) => boolean }
  | { readonly op: 'assert'; readonly holds: (before: number, after: number) => boolean }
  | { op: 'split'; a: number; b: number }
  | { op: 'jump'; to: number }
  | { readonly op: 'match' };

class TooLarge extends Error {}

function emit(node: Node, program: Instruction[]): void {
  if (program.length > MAX_INSTRUCTIONS) throw new TooLarge();
  switch (node.kind) {
    case 'char':
      program.push({ op: 'char', test: node.test });
      return;
    case 'assert':
      program.push({ op: 'assert', holds: node.holds });
      return;
    case 'sequence':
      for (const item of node.items) emit(item, program);
      return;
    case 'either': {
      const split = { op: 'split' as const, a: program.length + 1, b: 0 };
      program.push(split);
      emit(node.left, program);
      const jump = { op: 'jump' as const, to: 0 };
      program.push(jump);
      split.b = program.length;
      emit(node.right, program);
      jump.to = program.length;
      return;
    }
    case 'repeat':
      emitRepeat(node, program);
  }
}

function emitRepeat(node: Extract<Node, { kind: 'repeat' }>, program: Instruction[]): void {
  for (let i = 0; i < node.min; i++) emit(node.item, program);
  if (node.max === Number.POSITIVE_INFINITY) {
    const split = { op: 'split' as const, a: program.length + 1, b: 0 };
    const start = program.length;
    program.push(split);
    emit(node.item, program);
    program.push({ op: 'jump', to: start });
    split.b = program.length;
    return;
  }
  const splits: { op: 'split'; a: number; b: number }[] = [];
  for (let i = node.min; i < node.max; i++) {
    const split = { op: 'split' as const, a: program.length + 1, b: 0 };
    splits.push(split);
    program.push(split);
    emit(node.item, program);
  }
  for (const split of splits) split.b = program.length;
}

/** Code points before the start and after the end of the text. */
const NONE = -1;

/** Runs all threads of the program side by side, one step a character (Thompson 1968). */
function run(program: readonly Instruction[], text: string): boolean {
  const codes = Array.from(text, (char) => char.codePointAt(0) ?? NONE);
  const seen = new Int32Array(program.length).fill(-1);
  let current: number[] = [];
  let matched = false;
  const follow = (from: number, at: number, into: number[]): void => {
    const stack = [from];
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      if (seen[pc] === at) continue;
      seen[pc] = at;
      const step = program[pc];
      if (step === undefined) continue;
      if (step.op === 'match') matched = true;
      else if (step.op === 'char') into.push(pc);
      else if (step.op === 'jump') stack.push(step.to);
      else if (step.op === 'split') stack.push(step.b, step.a);
      else if (step.holds(codes[at - 1] ?? NONE, codes[at] ?? NONE)) stack.push(pc + 1);
    }
  };
  for (let at = 0; at <= codes.length; at++) {
    // Not anchored: a match may begin at every position.
    follow(0, at, current);
    if (matched) return true;
    const next: number[] = [];
    const code = codes[at] ?? NONE;
    if (code === NONE) return false;
    for (const pc of current) {
      const step = program[pc];
      if (step?.op === 'char' && step.test(code)) follow(pc + 1, at + 1, next);
    }
    if (matched) return true;
    current = next;
  }
  return matched;
}

/** A test for "matches somewhere in the text"; undefined for a pattern that is malformed or too large. */
export function compilePattern(source: string): ((text: string) => boolean) | undefined {
  if (source.length > MAX_PATTERN) return undefined;
  const program: Instruction[] = [];
  try {
    const node = parsePattern(source);
    if (node === undefined) return undefined;
    emit(node, program);
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
  program.push({ op: 'match' });
  return (text) => run(program, text);
}

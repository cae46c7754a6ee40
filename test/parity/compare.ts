/** Holds two transcripts side by side. */
import type { Transcript } from './contract.ts';
import type { Difference } from './differences.ts';

export interface Comparison {
  readonly case: string;
  /** `same`; `differs on purpose` where only listed differences stood between them; else `differs`. */
  readonly verdict: 'same' | 'differs on purpose' | 'differs';
  /** For people: the steps that differ, a line a difference (`-` Docker, `+` ours). */
  readonly diff: string;
  /** Entries of the list that this case made use of. */
  readonly used: readonly Difference[];
}

export function compare(docker: Transcript, ours: Transcript, list: readonly Difference[]): Comparison {
  const used = new Set<Difference>();
  const blocks: string[] = [];
  const steps = Math.max(docker.turns.length, ours.turns.length);
  for (let at = 0; at < steps; at++) {
    const step = docker.turns[at]?.step ?? ours.turns[at]?.step ?? '';
    const where = `${docker.case} › ${step}`;
    const fitting = list.filter((entry) => entry.where.test(where));
    const left = docker.turns[at]?.lines ?? ['(not reached)'];
    const right = ours.turns[at]?.lines ?? ['(not reached)'];
    if (left.join('\n') === right.join('\n')) continue;
    const equalled = (lines: readonly string[]): string[] =>
      lines.flatMap((line) => {
        const hit = fitting.find((entry) => entry.line.test(line));
        if (hit === undefined) return [line];
        used.add(hit);
        return hit.as === undefined ? [] : [line.replace(hit.line, hit.as)];
      });
    const rows = diffLines(equalled(left), equalled(right));
    if (rows.length > 0) blocks.push([`  ${step}`, ...rows.map((row) => `    ${row}`)].join('\n'));
  }
  for (const { trouble } of [docker, ours])
    if (trouble !== undefined) blocks.push(`  not played to its end: ${trouble}`);
  const verdict = blocks.length > 0 ? 'differs' : used.size > 0 ? 'differs on purpose' : 'same';
  return { case: docker.case, verdict, diff: blocks.join('\n'), used: [...used] };
}

/** Lines that only one side has, in order: the rest after the longest common subsequence. */
export function diffLines(left: readonly string[], right: readonly string[]): string[] {
  const table = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  const cell = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i--) {
    const row = table[i] ?? [];
    for (let j = right.length - 1; j >= 0; j--) {
      row[j] = left[i] === right[j] ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1));
    }
  }
  const rows: string[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      i++;
      j++;
    } else if (j >= right.length || (i < left.length && cell(i + 1, j) >= cell(i, j + 1)))
      rows.push(`- ${left[i++]}`);
    else rows.push(`+ ${right[j++]}`);
  }
  return rows;
}

/**
 * The one list of where we differ from Docker on purpose. An entry says in which cases (a pattern over
 * `case › step`), which lines it speaks of, and why. Lines that fit are left out on both sides before the comparison;
 * an entry that no longer changes anything is reported, so the list can only shrink to what is true.
 */
export interface Difference {
  readonly where: RegExp;
  readonly line: RegExp;
  readonly reason: string;
}

export const differences: readonly Difference[] = [];

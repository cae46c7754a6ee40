/** What may come next, and whether the shell should offer files instead. */
export interface Candidates {
  readonly words: readonly (readonly [word: string, text: string])[];
  readonly files: 'none' | 'files' | 'directories';
}

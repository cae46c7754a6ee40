/** How a path below a root is followed; `resolve.ts` says what each means. */
export interface ResolveOptions {
  readonly links: 'none' | 'in-root' | 'beneath';
  /** Follow a symlink in the last component too (not with `none`); default false. */
  readonly followLast?: boolean;
  /** For `O_CREAT`. */
  readonly mode?: number;
}

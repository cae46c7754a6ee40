/** How a flag's text becomes a value. One object a kind; `parse` is called for each occurrence. */
export interface Kind<T> {
  /** Shown in help behind the flag; empty for booleans. */
  readonly typeName: string;
  readonly zero: T;
  /** Takes one occurrence. `first` is true until the flag was given once. Throws `Error` with the bare reason. */
  parse(raw: string, before: T, first: boolean): T;
  /** The value of a bare `--flag`; without it the flag takes the next argument. */
  readonly bare?: string;
  /** The default as help shows it; absent: nothing is shown for the zero value. */
  show?(value: T): string | undefined;
}

export interface Flag<T> {
  readonly kind: Kind<T>;
  readonly text: string;
  readonly short?: string;
  readonly default: T;
  readonly hidden?: boolean;
  /** What to use instead; said on the error stream when the flag is given. */
  readonly deprecated?: string;
  /** Another flag of the command that takes the value (`--net` for `--network`). */
  readonly aliasFor?: string;
  /** Words that completion offers: a fixed list, or the name of a kind of object. */
  readonly complete?: readonly string[] | CompletionSource;
}

/** What can be asked of the daemon, or of the shell, to complete an argument. */
export type CompletionSource =
  | 'containers'
  | 'running-containers'
  | 'images'
  | 'networks'
  | 'volumes'
  | 'contexts'
  | 'services'
  | 'nodes'
  | 'plugins'
  | 'files'
  | 'directories';

export type Flags = Readonly<Record<string, Flag<unknown>>>;
export type FlagValues<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

type Options<T> = Partial<Omit<Flag<T>, 'kind' | 'text'>>;

/** Defines a flag. */
export function flag<T>(kind: Kind<T>, text: string, options: Options<T> = {}): Flag<T> {
  return { default: kind.zero, ...options, kind, text };
}

/**
 * A parity case: steps that a person or program takes, the same on Docker and on ours. What comes back (exit code,
 * output, JSON) is made comparable and held side by side.
 */

/** What to do with what a step answers before it is compared. */
export interface Reading {
  /** The answer is JSON: compared leaf by leaf (`State.ExitCode = 3`), keys in any order. */
  readonly json?: boolean;
  /** The answer is a JSON value a line. */
  readonly jsonLines?: boolean;
  /** Of JSON, only leaves whose path starts with one of these. */
  readonly pick?: readonly string[];
  /** Of JSON, no leaves whose path starts with one of these. */
  readonly drop?: readonly string[];
  /** Compare types of leaves, not values: for measured figures. */
  readonly shape?: boolean;
  /** Numbers are a matter of the moment: compared as `<number>`. */
  readonly numbers?: boolean;
  /** Lines, or elements of JSON's lists, come in no order. */
  readonly unordered?: boolean;
  /** Only whether it worked (exit code, status) is compared. */
  readonly statusOnly?: boolean;
}

/** What later steps need of an answer. */
export interface Keeping {
  /** `ID`: what was printed, or the `Id` of JSON, is `$ID` in later steps, its first twelve characters `$ID_SHORT`. */
  readonly keep?: string;
}

export type Step =
  /**
   * A command line; its first word is `docker`. `$DIR` is an empty folder of the case, `$DOCKER` the client's path,
   * `$BUSYBOX` the id of the image that is there, `$BEGAN` the Unix time at which this play of the case began: events of
   * an earlier one are not its own.
   */
  | string
  | ({
      readonly run: string;
      readonly input?: string;
      /** Behind a terminal. */
      readonly tty?: boolean;
      /** Behind a terminal: the input is typed once this was shown. */
      readonly after?: RegExp;
      /** Milliseconds after which the client is ended. */
      readonly timeout?: number;
      /** The client goes by its detach keys: the container goes on. */
      readonly detaches?: true;
    } & Reading &
      Keeping)
  /** A raw request, e.g. `POST /v1.41/containers/create?name=x`; headers named are compared too. */
  | ({ readonly api: string; readonly body?: unknown; readonly headers?: readonly string[] } & Reading &
      Keeping)
  /** A program in the engine's network namespace, where its published ports are. */
  | ({ readonly inside: string } & Reading)
  /** Debian's docker-registry beside the engine, on that port, for the rest of the case. */
  | { readonly registry: number; readonly login?: { readonly username: string; readonly password: string } }
  /** A file in the case's folder. */
  | { readonly file: string; readonly text: string }
  /** Repeats a docker command until its output fits; recorded is only that it came to pass. */
  | { readonly until: string; readonly fits: RegExp };

export interface Case {
  /** `group/what-it-shows`. */
  readonly name: string;
  readonly steps: readonly Step[];
  /** Flags of both daemons, which are then started for the case and others with the same flags. */
  readonly daemon?: readonly string[];
  /** Docker 20.10 does not know what the case is about: only compared with newer ones. */
  readonly since?: 28;
}

/** What a step answered, normalised. */
export interface Turn {
  readonly step: string;
  /** Lines: exit code or status first, then output. */
  readonly lines: readonly string[];
}

export interface Transcript {
  readonly case: string;
  readonly turns: readonly Turn[];
  /** Why the case could not be played to its end. */
  readonly trouble?: string;
}

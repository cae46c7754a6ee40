import type { Cli } from './cli.ts';
import type { CompletionSource, Flags, FlagValues } from './flags/kind.ts';

/** How many arguments a command takes; `max` undefined: any number. */
export interface Arity {
  readonly min: number;
  readonly max?: number;
}

export interface Invocation<F extends Flags> {
  readonly flags: FlagValues<F>;
  /** Names of the flags that were given. */
  readonly changed: ReadonlySet<string>;
  readonly args: readonly string[];
  /** As it was called, for messages: `docker ps`. */
  readonly path: string;
  readonly usage: string;
}

export interface CommandDefinition<F extends Flags> {
  /** Behind the name: `[OPTIONS] CONTAINER [CONTAINER...]`. */
  readonly usage: string;
  readonly arity: Arity;
  readonly flags: F;
  /** False where the first argument ends the flags (`run IMAGE COMMAND --flag-of-the-command`). */
  readonly interspersed?: boolean;
  /** More than the line in the list of commands. */
  readonly description?: string;
  readonly examples?: readonly string[];
  /** What arguments are, by position; the last one stands for all that follow. */
  readonly completeArgs?: readonly CompletionSource[];
  /** Resolves with the exit status, nothing meaning 0. */
  run(cli: Cli, invocation: Invocation<F>): Promise<number | undefined>;
}

/** A command without the types of its flags. */
export interface Command extends Omit<CommandDefinition<Flags>, 'run'> {
  run(cli: Cli, invocation: Invocation<Flags>): Promise<number | undefined>;
}

/** Defines a command; `run` sees the flags with their types. */
export const command = <F extends Flags>(definition: CommandDefinition<F>): Command => ({
  ...definition,
  run: (cli, invocation) => definition.run(cli, invocation as Invocation<F>),
});

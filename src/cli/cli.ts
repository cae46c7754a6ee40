import type { Client } from '../client/client.ts';
import { ConfigFile } from './config/config-file.ts';
import { configDirectory } from './config/paths.ts';
import type { Globals } from './globals.ts';
import { Output } from './terminal/output.ts';

export interface Streams {
  readonly out: Output;
  readonly err: Output;
}

export interface CliOptions {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly globals: Globals;
  readonly builtIn: ReadonlySet<string>;
  /** The command line behind the program's name. */
  readonly argv: readonly string[];
  /** In place of standard output and error, for tests. */
  readonly streams?: Streams | undefined;
}

/** What every command has at hand. Parts are made when first asked for: most commands need few of them. */
export class Cli {
  /** The name it was called by: `minke`, or `docker` through a link. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly globals: Globals;
  /** Names at the top that no plugin may take. */
  readonly builtIn: ReadonlySet<string>;
  /** The command line behind the program's name, flags before the command included. */
  readonly argv: readonly string[];
  readonly out: Output;
  readonly err: Output;
  readonly #warned = new Set<string>();
  #config: ConfigFile | undefined;
  #client: Promise<Client> | undefined;

  constructor(options: CliOptions) {
    this.program = options.program;
    this.env = options.env;
    this.globals = options.globals;
    this.builtIn = options.builtIn;
    this.argv = options.argv;
    this.out = options.streams?.out ?? new Output(1);
    this.err = options.streams?.err ?? new Output(2);
  }

  get configDirectory(): string {
    return configDirectory(this.globals.config, this.env);
  }

  /** Settings that can't be read are told of, and stand for none. */
  get config(): ConfigFile {
    this.#config ??= ConfigFile.load(this.configDirectory);
    if (this.#config.problem !== undefined) this.warnOnce(`WARNING: ${this.#config.problem}`);
    return this.#config;
  }

  /** Says something on the error stream, the same text only once. */
  warnOnce(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.err.line(text);
  }

  /** The daemon that flags, environment and context point at. */
  client(): Promise<Client> {
    this.#client ??= import('./connect.ts').then(({ connect }) => connect(this));
    return this.#client;
  }

  /** True where colours are wanted: a terminal, and neither NO_COLOR nor a dumb one. */
  get colours(): boolean {
    return this.out.isTerminal && !this.env.NO_COLOR && this.env.TERM !== 'dumb';
  }
}

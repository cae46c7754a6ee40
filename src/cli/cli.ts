import type { Client } from '../client/client.ts';
import { ConfigFile } from './config/config-file.ts';
import { configDirectory } from './config/paths.ts';
import type { Globals } from './globals.ts';
import { Output } from './terminal/output.ts';
import type { Group } from './tree.ts';

/** What every command has at hand. Parts are made when first asked for: most commands need few of them. */
export class Cli {
  /** The name it was called by: `minke`, or `docker` through a link. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly globals: Globals;
  readonly globalsChanged: ReadonlySet<string>;
  readonly root: Group;
  readonly out = new Output(1);
  readonly err = new Output(2);
  #config: ConfigFile | undefined;
  #client: Promise<Client> | undefined;

  constructor(
    program: string,
    env: NodeJS.ProcessEnv,
    globals: Globals,
    globalsChanged: ReadonlySet<string>,
    root: Group,
  ) {
    this.program = program;
    this.env = env;
    this.globals = globals;
    this.globalsChanged = globalsChanged;
    this.root = root;
  }

  get configDirectory(): string {
    return configDirectory(this.globals.config, this.env);
  }

  get config(): ConfigFile {
    this.#config ??= ConfigFile.load(this.configDirectory);
    return this.#config;
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

/** Runs a command line in this process, called by the name `docker`; what it writes is collected. */
import { main } from '../../src/cli/main.ts';
import { Output } from '../../src/cli/terminal/output.ts';

class Collected extends Output {
  readonly chunks: Buffer[] = [];
  readonly #terminal: boolean;

  readonly #columns: number;

  constructor(fd: 1 | 2, terminal: boolean, columns: number) {
    super(fd);
    this.#terminal = terminal;
    this.#columns = columns;
  }

  override get isTerminal(): boolean {
    return this.#terminal;
  }

  override get columns(): number {
    return this.#columns;
  }

  override raw(data: string | Uint8Array): void {
    this.chunks.push(Buffer.from(data));
  }

  get collected(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  options: { readonly terminal?: boolean; readonly columns?: number; readonly program?: string } = {},
): Promise<Ran> {
  const out = new Collected(1, options.terminal ?? false, options.columns ?? 80);
  const err = new Collected(2, options.terminal ?? false, options.columns ?? 80);
  const status = await main(options.program ?? 'docker', args, env, { out, err });
  return { status, stdout: out.collected, stderr: err.collected };
}

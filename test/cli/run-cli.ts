/** Runs a command line in this process, called by the name `docker`; what it writes is collected. */
import { main } from '../../src/cli/main.ts';
import { Output } from '../../src/cli/terminal/output.ts';

class Collected extends Output {
  readonly chunks: Buffer[] = [];
  readonly #terminal: boolean;

  constructor(fd: 1 | 2, terminal: boolean) {
    super(fd);
    this.#terminal = terminal;
  }

  override get isTerminal(): boolean {
    return this.#terminal;
  }

  override get columns(): number {
    return 80;
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
  options: { readonly terminal?: boolean; readonly program?: string } = {},
): Promise<Ran> {
  const out = new Collected(1, options.terminal ?? false);
  const err = new Collected(2, options.terminal ?? false);
  const status = await main(options.program ?? 'docker', args, env, { out, err });
  return { status, stdout: out.collected, stderr: err.collected };
}

/** Machines made of network namespaces: who talks to whom is tried for real. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { command, must } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';

const enter = (netns: string | null): string[] => (netns === null ? [] : ['nsenter', `--net=${netns}`, '--']);

/** Milliseconds that an answer may take on a machine that is busy with other things. */
const patience = 30_000;
/** Milliseconds after which no answer is none; nobody is further away than a bridge. */
const impatience = 600;
const peer = fileURLToPath(new URL('./peer.ts', import.meta.url));

/** Answers every HTTP request with its own name; started in a namespace (null: the host's). */
export class Server {
  readonly #child: ChildProcess;
  /** `listening`, then `from ADDRESS` a request. */
  log = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (bytes: Buffer) => {
      this.log += bytes.toString();
    });
  }

  static async start(netns: string | null, port: number, name: string): Promise<Server> {
    const [program = '', ...args] = [...enter(netns), process.execPath, peer, 'serve', String(port), name];
    const server = new Server(spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
    await until(`${name} listens`, () => server.log.includes('listening'));
    return server;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}

async function ask(netns: string | null, address: string, port: number, limit: number) {
  const argv = [...enter(netns), process.execPath, peer, 'get', address, String(port), String(limit)];
  const result = await command(argv);
  return result.code === 0 ? result.stdout : null;
}

/** What is answered at an address, seen from a namespace; null where nobody answers, which takes long to find out. */
export const get = (netns: string | null, address: string, port = 80): Promise<string | null> =>
  ask(netns, address, port, patience);

/** The same for an address from where no answer is expected. */
export const getNothing = (netns: string | null, address: string, port = 80): Promise<string | null> =>
  ask(netns, address, port, impatience);

async function echo(netns: string | null, address: string, seconds: number): Promise<boolean> {
  const argv = [...enter(netns), 'busybox', 'ping', '-c', '1', '-W', String(seconds), address];
  return (await command(argv)).code === 0;
}

export const ping = (netns: string | null, address: string): Promise<boolean> => echo(netns, address, 30);

/** The same for an address from where no answer is expected. */
export const pingNothing = (netns: string | null, address: string): Promise<boolean> =>
  echo(netns, address, 1);

/**
 * Another machine on the host's network 192.0.2.0/24: the host is .1 (`lan0`), it is .2, and it knows the way to the
 * subnets given, as a hostile neighbour would.
 */
export async function neighbour(path: string, routes: readonly string[]): Promise<void> {
  await must(['ip', 'link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'lan1']);
  await must(['ip', 'addr', 'add', '192.0.2.1/24', 'dev', 'lan0']);
  await must(['ip', 'link', 'set', 'lan0', 'up']);
  await must(['ip', 'link', 'set', 'lan1', 'netns', path]);
  const there = (...argv: string[]) => must([...enter(path), 'ip', ...argv]);
  await there('addr', 'add', '192.0.2.2/24', 'dev', 'lan1');
  await there('link', 'set', 'lan1', 'up');
  for (const route of routes) await there('route', 'add', route, 'via', '192.0.2.1');
}

export const rules = async (): Promise<string[]> => {
  const both = [await must(['iptables-save']), await must(['ip6tables-save'])].join('\n');
  return both.split('\n').filter((line) => line.startsWith('-A') || line.startsWith(':'));
};

/** What an engine's default network leaves in the host's network when its daemon has ended, and taking it away. */
import { type CommandResult, command } from '../../test/harness/command.ts';

/** How the host's network was before the daemon started. */
export interface NetworkBefore {
  /** The default bridge was there. */
  readonly bridge: boolean;
  /** An engine's chains were there. */
  readonly chains: boolean;
  /** Policy of FORWARD by program: the engine sets it to DROP. */
  readonly forward: Readonly<Record<string, string>>;
}

const PROGRAMS = ['iptables', 'ip6tables'] as const;
const TABLES = ['filter', 'nat', 'raw'] as const;

const run = (...argv: string[]): Promise<CommandResult> => command(argv, { timeout: 20_000 });

async function rules(program: string, table: string): Promise<string[]> {
  const listed = await run(program, '-w', '5', '-t', table, '-S').catch(() => undefined);
  return listed?.code === 0 ? listed.stdout.trim().split('\n') : [];
}

export async function networkNow(bridge: string): Promise<NetworkBefore> {
  const forward: Record<string, string> = {};
  let chains = false;
  for (const program of PROGRAMS) {
    const listed = await rules(program, 'filter');
    chains ||= listed.some((line) => line.startsWith('-N DOCKER'));
    forward[program] = listed.find((line) => line.startsWith('-P FORWARD '))?.split(' ')[2] ?? 'ACCEPT';
  }
  return { bridge: (await run('ip', 'link', 'show', bridge)).code === 0, chains, forward };
}

/** Rules that name the bridge always go; the chains and the policy only where there were none before. */
export async function removeTraces(bridge: string, before: NetworkBefore): Promise<void> {
  for (const program of PROGRAMS) {
    for (const table of TABLES) {
      const listed = await rules(program, table);
      const ours = (line: string) =>
        line.startsWith('-A ') &&
        (line.split(' ').includes(bridge) || (!before.chains && /-j DOCKER/.test(line)));
      for (const line of listed.filter(ours)) {
        await run(program, '-w', '5', '-t', table, '-D', ...line.split(' ').slice(1));
      }
      if (before.chains) continue;
      const chains = listed
        .filter((line) => line.startsWith('-N DOCKER'))
        .map((line) => line.split(' ')[1] ?? '');
      for (const action of ['-F', '-X']) {
        for (const chain of chains) await run(program, '-w', '5', '-t', table, action, chain);
      }
    }
    const policy = before.forward[program];
    if (!before.chains && policy !== undefined) await run(program, '-w', '5', '-P', 'FORWARD', policy);
  }
  if (!before.bridge) await run('ip', 'link', 'delete', bridge);
}

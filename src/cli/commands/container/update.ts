import type { Client } from '../../../client/client.ts';
import { inspectContainer } from '../../../client/containers/inspect.ts';
import { updateContainer } from '../../../client/containers/update.ts';
import { object } from '../../../client/json.ts';
import { messageOf } from '../../../errors/minke-error.ts';
import { command as define } from '../../command.ts';
import { int, string, uint16 } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { list } from '../../flags/list-kinds.ts';
import { bytes, bytesOrUnlimited } from '../../flags/size-kinds.ts';
import { type Limits, parseLimits } from '../../network/limits.ts';
import { cpuFlags, cpuLimits } from '../../run/cpu.ts';
import { publishedPorts } from '../../run/ports.ts';
import { parseRestartPolicy } from '../../run/restart-policy.ts';
import { unpublishedPorts } from '../../run/unpublished-ports.ts';
import { StatusError } from '../../status-error.ts';

/** Limits by network; those that name none are for all that the container is in. */
async function endpointOptions(
  client: Client,
  container: string,
  limits: readonly Limits[],
): Promise<object> {
  if (limits.length === 0) return {};
  const options: Record<string, Record<string, string>> = {};
  const everywhere = limits.every(({ network }) => network !== undefined)
    ? []
    : Object.keys(object(object(object(await inspectContainer(client, container)).NetworkSettings).Networks));
  for (const { network, options: own } of limits) {
    for (const name of network === undefined ? everywhere : [network])
      options[name] = { ...options[name], ...own };
  }
  return { EndpointOptions: options };
}

export const command = define({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  completeArgs: ['containers'],
  examples: [
    'minke update --memory 512m --memory-swap 1g web',
    'minke update --restart unless-stopped web',
    'minke update --publish-add 8443:443 --publish-rm 8080:80 web',
  ],
  flags: {
    'blkio-weight': flag(uint16, 'Share of block I/O, from 10 to 1000; 0 for none set (default 0)'),
    ...cpuFlags,
    'kernel-memory': flag(bytes, 'Without effect', { deprecated: 'and no longer supported by the kernel' }),
    limit: flag(
      list,
      'Limits of traffic, such as egress=10mbit,ingress=none,delay=20ms,loss=1%,network=NAME; without a network for all',
    ),
    memory: flag(bytes, 'Limit of memory', { short: 'm' }),
    'memory-reservation': flag(bytes, 'Memory to shrink to when the host is short'),
    'memory-swap': flag(bytesOrUnlimited, 'Limit of memory and swap together; -1 for any amount of swap'),
    'pids-limit': flag(int, 'Limit of processes (-1 for none)'),
    'publish-add': flag(list, 'Publish more ports, as run --publish does'),
    'publish-rm': flag(list, 'Publish no longer: CONTAINERPORT[/PROTO], or one binding [IP:]HOST:CONTAINER'),
    restart: flag(string, 'What to do when the container ends', {
      complete: ['no', 'always', 'unless-stopped', 'on-failure'],
    }),
  },
  async run(cli, { flags, changed, args }) {
    if (changed.size === 0) throw new Error('you must provide one or more flags when using this command');
    const body = {
      Memory: flags.memory,
      BlkioWeight: flags['blkio-weight'],
      ...cpuLimits(flags),
      MemoryReservation: flags['memory-reservation'],
      MemorySwap: flags['memory-swap'],
      PidsLimit: flags['pids-limit'] === 0 ? null : flags['pids-limit'],
      RestartPolicy: parseRestartPolicy(flags.restart),
    };
    const ports = {
      ...(changed.has('publish-add')
        ? { PublishAdd: publishedPorts(flags['publish-add'], []).bindings }
        : {}),
      ...(changed.has('publish-rm') ? { PublishRemove: unpublishedPorts(flags['publish-rm']) } : {}),
    };
    const client = await cli.client();
    const limits = flags.limit.map(parseLimits);
    const failures: string[] = [];
    const warnings: string[] = [];
    for (const name of args)
      try {
        const beyond = { ...ports, ...(await endpointOptions(client, name, limits)) };
        const answer = await updateContainer(client, name, { ...body, ...beyond });
        warnings.push(...answer.warnings);
        if (Object.keys(beyond).length > 0 && !answer.knowsNetworking) {
          throw new Error(
            `${name}: this daemon can't change ports and limits of a container; they are as they were`,
          );
        }
        cli.out.line(name);
      } catch (error) {
        failures.push(messageOf(error));
      }
    if (warnings.length > 0) cli.out.line(warnings.join('\n'));
    if (failures.length > 0) throw new StatusError(failures.join('\n'), 1);
    return 0;
  },
});

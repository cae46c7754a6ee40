import { updateNetwork } from '../../../client/networks/update.ts';
import { command as define } from '../../command.ts';
import { bool, int } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { list, listOf, map } from '../../flags/list-kinds.ts';
import { parseLimits } from '../../network/limits.ts';
import { checkLabel } from '../../run/checks.ts';

const pair = (text: string): [string, string] => {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
};

export const command = define({
  usage: '[OPTIONS] NETWORK',
  arity: { min: 1, max: 1 },
  completeArgs: ['networks'],
  examples: [
    'minke network update --label-add team=shop backend',
    'minke network update --mtu 1400 --dns 10.0.0.53 backend',
    'minke network update --limit egress=100mbit,delay=5ms backend',
  ],
  flags: {
    attachable: flag(bool, 'Containers may be attached by hand'),
    dns: flag(list, 'Server that containers ask for names from elsewhere; none for the host’s'),
    'label-add': flag(listOf(checkLabel), 'Add or change a label'),
    'label-rm': flag(list, 'Remove a label'),
    limit: flag(
      list,
      'Limits of each container’s traffic, such as egress=10mbit,ingress=none,delay=20ms,loss=1%',
    ),
    mtu: flag(int, 'Largest packet, in bytes; 0 for the default'),
    opt: flag(map, 'Set an option of the driver', { short: 'o' }),
    'opt-rm': flag(list, 'Remove an option of the driver'),
  },
  async run(cli, { flags, changed, args }) {
    if (changed.size === 0) throw new Error('you must provide one or more flags when using this command');
    const limits = flags.limit.map(parseLimits);
    if (limits.some(({ network }) => network !== undefined)) {
      throw new Error('limits of a network are those of the one that is updated: leave network= out');
    }
    const servers = flags.dns.filter((server) => server !== 'none').join(',');
    const name = args[0] ?? '';
    await updateNetwork(await cli.client(), name, {
      Labels: Object.fromEntries(flags['label-add'].map(pair)),
      LabelsRemove: flags['label-rm'],
      Attachable: changed.has('attachable') ? flags.attachable : null,
      Options: {
        ...Object.fromEntries(flags.opt),
        ...Object.fromEntries(flags['opt-rm'].map((key) => [key, ''])),
        ...Object.assign({}, ...limits.map(({ options }) => options)),
        ...(changed.has('dns') ? { 'minke.dns': servers } : {}),
        ...(changed.has('mtu')
          ? { 'com.docker.network.driver.mtu': flags.mtu === 0 ? '' : String(flags.mtu) }
          : {}),
      },
    });
    cli.out.line(name);
    return 0;
  },
});

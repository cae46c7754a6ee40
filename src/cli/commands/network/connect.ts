import { connectNetwork } from '../../../client/networks/connect.ts';
import { command as define } from '../../command.ts';
import { int } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { listOf, slice, sliceOf } from '../../flags/list-kinds.ts';
import { checkIp, checkLink, ipKind } from '../../run/checks.ts';

function driverOptions(options: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    options.map((option) => {
      const equals = option.indexOf('=');
      const key = option.slice(0, Math.max(0, equals)).trim();
      if (key === '') throw new Error('invalid key/value pair format in driver options');
      return [key, option.slice(equals + 1).trim()];
    }),
  );
}

export const command = define({
  usage: '[OPTIONS] NETWORK CONTAINER',
  arity: { min: 2, max: 2 },
  examples: ['minke network connect --alias db back postgres'],
  completeArgs: ['networks', 'containers'],
  flags: {
    alias: flag(slice, 'Add a name on the network'),
    'driver-opt': flag(slice, 'Set an option of the driver'),
    'gw-priority': flag(int, 'The network with the highest gives the default gateway'),
    ip: flag(ipKind, 'IPv4 address, such as 172.30.100.104'),
    ip6: flag(ipKind, 'IPv6 address, such as 2001:db8::33'),
    link: flag(listOf(checkLink), 'Link to another container (name[:alias])'),
    'link-local-ip': flag(sliceOf(checkIp, 'ipSlice'), 'Add a link-local address'),
  },
  async run(cli, { flags, args }) {
    const [network = '', container = ''] = args;
    await connectNetwork(await cli.client(), network, {
      Container: container,
      EndpointConfig: {
        IPAMConfig: {
          ...(flags.ip === '' ? {} : { IPv4Address: flags.ip }),
          ...(flags.ip6 === '' ? {} : { IPv6Address: flags.ip6 }),
          ...(flags['link-local-ip'].length === 0 ? {} : { LinkLocalIPs: flags['link-local-ip'] }),
        },
        Links: flags.link.length === 0 ? null : flags.link,
        Aliases: flags.alias,
        DriverOpts: driverOptions(flags['driver-opt']),
        GwPriority: flags['gw-priority'],
      },
    });
    return 0;
  },
});

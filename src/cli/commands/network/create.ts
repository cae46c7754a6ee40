import { isIP } from 'node:net';
import { createNetwork } from '../../../client/networks/create.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { listOf, map, slice, sliceOf } from '../../flags/list-kinds.ts';
import { ipamConfig } from '../../network/ipam.ts';
import { checkLabel } from '../../run/checks.ts';

const ip = sliceOf((value) => {
  if (isIP(value.trim()) === 0) throw new Error(`invalid string being converted to IP address: ${value}`);
  return value.trim();
}, 'ipSlice');

const ipNet = sliceOf((value) => {
  if (!/^[0-9a-fA-F:.]+\/\d{1,3}$/.test(value.trim()))
    throw new Error(`invalid string being converted to CIDR: ${value}`);
  return value.trim();
}, 'ipNetSlice');

export const command = define({
  usage: '[OPTIONS] NETWORK',
  arity: { min: 1, max: 1 },
  examples: [
    'minke network create --subnet 10.9.0.0/24 backend',
    'minke network create --internal --ipv6 quiet',
  ],
  flags: {
    attachable: flag(bool, 'Containers may be attached by hand'),
    'aux-address': flag(map, 'Address that the driver may use besides'),
    'config-from': flag(string, 'Network to take the configuration from'),
    'config-only': flag(bool, 'Keep it as a configuration for others'),
    driver: flag(string, 'Driver that makes the network', { short: 'd', default: 'bridge' }),
    gateway: flag(ip, 'Gateway of a subnet'),
    ingress: flag(bool, "The swarm's routing mesh"),
    internal: flag(bool, 'No way out'),
    'ip-range': flag(ipNet, 'Part of a subnet that containers get addresses from'),
    'ipam-driver': flag(string, 'Driver that hands out addresses', { default: 'default' }),
    'ipam-opt': flag(map, 'Set an option of the address driver'),
    ipv4: flag(bool, 'IPv4 addresses', { default: true }),
    ipv6: flag(bool, 'IPv6 addresses'),
    label: flag(listOf(checkLabel), 'Set a label'),
    opt: flag(map, 'Set an option of the driver', { short: 'o' }),
    scope: flag(string, 'Where the network is known'),
    subnet: flag(slice, 'Subnet, such as 10.9.0.0/24'),
  },
  async run(cli, { flags, changed, args }) {
    const labels = flags.label.map((label) => {
      const equals = label.indexOf('=');
      return equals < 0 ? [label, ''] : [label.slice(0, equals), label.slice(equals + 1)];
    });
    const { id, warning } = await createNetwork(await cli.client(), {
      Name: args[0] ?? '',
      Driver: flags.driver,
      Scope: flags.scope,
      ...(changed.has('ipv4') ? { EnableIPv4: flags.ipv4 } : {}),
      ...(changed.has('ipv6') ? { EnableIPv6: flags.ipv6 } : {}),
      IPAM: {
        Driver: flags['ipam-driver'],
        Options: Object.fromEntries(flags['ipam-opt']),
        Config: ipamConfig({
          subnets: flags.subnet,
          ranges: flags['ip-range'],
          gateways: flags.gateway,
          auxiliary: flags['aux-address'],
        }),
      },
      Internal: flags.internal,
      Attachable: flags.attachable,
      Ingress: flags.ingress,
      ConfigOnly: flags['config-only'],
      ConfigFrom: flags['config-from'] === '' ? null : { Network: flags['config-from'] },
      Options: Object.fromEntries(flags.opt),
      Labels: Object.fromEntries(labels),
    });
    if (warning !== '') cli.err.line(`WARNING: ${warning}`);
    cli.out.line(id);
    return 0;
  },
});

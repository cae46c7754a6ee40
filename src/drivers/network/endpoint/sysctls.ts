/** `com.docker.network.endpoint.sysctls`: settings of one interface, whatever its name will be. */
import { invalid } from '../../../errors/minke-error.ts';
import type { Step } from '../../../host/netns/contract.ts';
import type { EndpointFacts } from '../contract.ts';

const option = 'com.docker.network.endpoint.sysctls';

interface Sysctl {
  /** `net/ipv4/conf`. */
  readonly group: string;
  readonly name: string;
  readonly value: string;
}

/** `net.ipv4.conf.IFNAME.log_martians=1,…`. Throws `invalid` in Docker's words. */
export function readSysctls(options: EndpointFacts['options']): Sysctl[] {
  const text = Object.hasOwn(options, option) ? (options[option] ?? '') : '';
  if (text === '') return [];
  return text.split(',').map((part): Sysctl => {
    // The client puts options into lower case.
    const match = /^(net\.(?:ipv4|ipv6|mpls)\.[a-z]+)\.ifname\.([a-z0-9_]+)=([^\s,]+)$/i.exec(part);
    const [, group, name, value] = match ?? [];
    if (group !== undefined && name !== undefined && value !== undefined) {
      return { group: group.replaceAll('.', '/'), name, value };
    }
    throw invalid(
      `unrecognised network interface sysctl '${part}'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls'`,
    );
  });
}

export const endpointSysctls = ({ options, link }: EndpointFacts, namespace: string): Step[] =>
  readSysctls(options).map(({ group, name, value }) => ({
    do: 'sysctl',
    namespace,
    key: `${group}/${link}/${name}`,
    value,
    optional: false,
  }));

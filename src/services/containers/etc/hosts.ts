/** A container's /etc/hosts. */
export interface HostRow {
  readonly address: string;
  readonly names: readonly string[];
}

const fixed = (withIPv6: boolean): HostRow[] => [
  { address: '127.0.0.1', names: ['localhost'] },
  ...(withIPv6
    ? [
        { address: '::1', names: ['localhost', 'ip6-localhost', 'ip6-loopback'] },
        { address: 'fe00::', names: ['ip6-localnet'] },
        { address: 'ff00::', names: ['ip6-mcastprefix'] },
        { address: 'ff02::1', names: ['ip6-allnodes'] },
        { address: 'ff02::2', names: ['ip6-allrouters'] },
      ]
    : []),
];

export const hostsText = (rows: readonly HostRow[]): string =>
  [...fixed(true), ...rows].map(({ address, names }) => `${address}\t${names.join(' ')}\n`).join('');

/** The container's own names: with its domain, and short. */
export const ownNames = (hostname: string, domainname: string): string[] =>
  domainname === '' ? [hostname] : [`${hostname}.${domainname}`, hostname];

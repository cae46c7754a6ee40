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

/** The container's own names: with its domain, which a hostname with dots brings along, and short. */
function ownNames(hostname: string, domainname: string): string[] {
  const whole = domainname === '' ? hostname : `${hostname}.${domainname}`;
  const dot = whole.indexOf('.');
  return dot < 0 ? [whole] : [whole, whole.slice(0, dot)];
}

/** The rows of a network, those that hold nothing but the container's hostname with all its own names. */
export const withOwnNames = (
  rows: readonly HostRow[],
  { Hostname, Domainname }: { readonly Hostname: string; readonly Domainname: string },
): HostRow[] =>
  rows.map(({ address, names }) => ({
    address,
    names: names.length === 1 && names[0] === Hostname ? ownNames(Hostname, Domainname) : names,
  }));

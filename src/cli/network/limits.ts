/** `--limit egress=10mbit,delay=20ms[,network=NAME]`: limits of traffic as driver options. */
const names = ['egress', 'ingress', 'burst', 'delay', 'loss'];

export interface Limits {
  readonly network?: string;
  /** '' takes a limit away. */
  readonly options: Readonly<Record<string, string>>;
}

export function parseLimits(spec: string): Limits {
  let network: string | undefined;
  const options: Record<string, string> = {};
  for (const part of spec.split(',')) {
    const equals = part.indexOf('=');
    const [key, value] = [part.slice(0, Math.max(equals, 0)), part.slice(equals + 1)];
    if (key === 'network' && value !== '') network = value;
    else if (names.includes(key) && value !== '') options[`minke.${key}`] = value === 'none' ? '' : value;
    else {
      throw new Error(
        `invalid limit "${part}": one of ${names.join(', ')}, as in egress=10mbit, or egress=none, is expected`,
      );
    }
  }
  return network === undefined ? { options } : { network, options };
}

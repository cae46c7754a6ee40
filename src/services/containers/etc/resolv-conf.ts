/** A container's /etc/resolv.conf: resolv.conf(5). */
export interface ResolverWish {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** Used where the host names no server that a container could reach. */
const PUBLIC = ['8.8.8.8', '8.8.4.4'];

const loopback = /^(127\.|::1$|0\.0\.0\.0$)/;

interface Parsed {
  readonly servers: string[];
  readonly search: string[];
  readonly options: string[];
}

function parse(text: string): Parsed {
  const found: { servers: string[]; search: string[]; options: string[] } = {
    servers: [],
    search: [],
    options: [],
  };
  for (const line of text.split('\n')) {
    const [key, ...words] = line.trim().split(/\s+/);
    if (key === 'nameserver' && words[0] !== undefined) found.servers.push(words[0]);
    // The last line counts.
    else if (key === 'search' || key === 'domain') found.search = words;
    else if (key === 'options') found.options = words;
  }
  return found;
}

/** A `.` alone asks for no search list. */
const listed = (search: readonly string[]): readonly string[] =>
  search.length === 1 && search[0] === '.' ? [] : search;

/**
 * @param host the host's own file
 * @param resolver address of the embedded resolver, which is asked instead of the servers; null without one
 * @param shared the container uses the host's network: servers on its loopback can be reached
 */
export function resolvConfText(
  host: string,
  wish: ResolverWish,
  { resolver, shared }: { resolver: string | null; shared: boolean },
): string {
  const base = parse(host);
  const usable = base.servers.filter((server) => shared || !loopback.test(server));
  const servers = wish.servers.length > 0 ? wish.servers : usable.length > 0 ? usable : PUBLIC;
  const search = wish.search.length > 0 ? listed(wish.search) : base.search;
  const options = wish.options.length > 0 ? wish.options : base.options;
  const shown = resolver !== null && !options.some(isNdots) ? [...options, 'ndots:0'] : options;
  return [
    '# Written by the container engine for this container; changes of yours stay until it is started again.',
    ...(resolver === null ? servers : [resolver]).map((server) => `nameserver ${server}`),
    ...(search.length === 0 ? [] : [`search ${search.join(' ')}`]),
    ...(shown.length === 0 ? [] : [`options ${shown.join(' ')}`]),
    '',
  ].join('\n');
}

const isNdots = (option: string): boolean => option.startsWith('ndots:');

/** True where somebody says how many dots a name must have to be looked up as it is. */
export const statesNdots = (host: string, wish: ResolverWish): boolean =>
  (wish.options.length > 0 ? wish.options : parse(host).options).some(isNdots);

/** Servers that the embedded resolver asks for names that are not its own. */
export function upstreamServers(host: string, wish: ResolverWish): string[] {
  if (wish.servers.length > 0) return [...wish.servers];
  const { servers } = parse(host);
  return servers.length > 0 ? servers : [...PUBLIC];
}

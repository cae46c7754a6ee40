/** `certs.d/<registry>/hosts.toml`: where a registry is really reached, in containerd's form (docs/hosts.md there). */
import { isAbsolute, join } from 'node:path';
import { invalid } from '../../../errors/minke-error.ts';
import { parseToml, type TomlTable, type TomlValue } from '../../../kit/toml/toml.ts';

export type Capability = 'pull' | 'resolve' | 'push';

export interface HostEntry {
  readonly url: URL;
  readonly capabilities: readonly Capability[];
  /** Paths of PEM files. */
  readonly ca: readonly string[];
  /** Certificate and key; of a single file that holds both, the same path twice. */
  readonly client: readonly (readonly [cert: string, key: string])[];
  readonly skipVerify: boolean;
  /** The URL's path is the API's root as it is, without `/v2`. */
  readonly overridePath: boolean;
  readonly headers: ReadonlyMap<string, string>;
}

export interface HostsFile {
  /** In the order in which they are tried. */
  readonly hosts: readonly HostEntry[];
  /** The registry itself; undefined where the file does not say. */
  readonly server?: HostEntry;
}

const all: readonly Capability[] = ['pull', 'resolve', 'push'];
const known = new Set(['capabilities', 'ca', 'client', 'skip_verify', 'override_path', 'header']);

const strings = (what: string, value: TomlValue | undefined): string[] => {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== 'string') throw invalid(`${what} is no list of strings`);
    return item;
  });
};

const truth = (what: string, value: TomlValue | undefined): boolean => {
  if (value !== undefined && typeof value !== 'boolean') throw invalid(`${what} is neither true nor false`);
  return value ?? false;
};

function urlOf(text: string): URL {
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
    if ((url.protocol === 'https:' || url.protocol === 'http:') && url.username === '') return url;
  } catch {
    // Said below.
  }
  throw invalid(`${JSON.stringify(text)} is no address of a registry`);
}

function capabilitiesOf(value: TomlValue | undefined): readonly Capability[] {
  if (value === undefined) return all;
  return strings('capabilities', value).map((word) => {
    const capability = all.find((one) => one === word);
    if (capability === undefined) throw invalid(`unknown capability ${JSON.stringify(word)}`);
    return capability;
  });
}

function headersOf(value: TomlValue | undefined): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!(value instanceof Map)) throw invalid('header is no table');
  const headers = new Map<string, string>();
  for (const [name, content] of value) {
    const text = strings(`header ${name}`, content).join(', ');
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || /[\r\n\0]/.test(text))
      throw invalid(`${JSON.stringify(name)} is no header`);
    headers.set(name, text);
  }
  return headers;
}

function clientOf(value: TomlValue | undefined): (readonly [string, string])[] {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.map((item) => {
    const [cert, key, ...more] = strings('client', item);
    if (cert === undefined || more.length > 0) throw invalid('client is no pair of files');
    return [cert, key ?? cert];
  });
}

function entryOf(text: string, table: TomlTable, folder: string): HostEntry {
  for (const key of table.keys()) if (!known.has(key)) throw invalid(`${text}: unknown setting ${key}`);
  const at = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  return {
    url: urlOf(text),
    capabilities: capabilitiesOf(table.get('capabilities')),
    ca: strings('ca', table.get('ca')).map(at),
    client: clientOf(table.get('client')).map(([cert, key]) => [at(cert), at(key)]),
    skipVerify: truth('skip_verify', table.get('skip_verify')),
    overridePath: truth('override_path', table.get('override_path')),
    headers: headersOf(table.get('header')),
  };
}

/**
 * Throws `invalid`.
 * @param folder where the file lies: relative paths begin there
 */
export function parseHostsFile(text: string, folder: string): HostsFile {
  const { server, host, ...own } = Object.fromEntries(parseToml(text)) as Record<
    string,
    TomlValue | undefined
  >;
  if (host !== undefined && !(host instanceof Map)) throw invalid('host is no table');
  if (server !== undefined && typeof server !== 'string') throw invalid('server is no string');
  const rest = new Map(
    Object.entries(own).filter((pair): pair is [string, TomlValue] => pair[1] !== undefined),
  );
  const hosts = [...(host ?? new Map<string, TomlValue>())].map(([name, table]) => {
    if (!(table instanceof Map)) throw invalid(`${name} is no table`);
    return entryOf(name, table, folder);
  });
  if (server === undefined && rest.size > 0) throw invalid(`unknown setting ${[...rest.keys()].join(', ')}`);
  return { hosts, ...(server === undefined ? {} : { server: entryOf(server, rest, folder) }) };
}

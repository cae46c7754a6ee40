import { invalid } from '../../errors/minke-error.ts';

/** Where a daemon listens, taken apart. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly prefix: string }
  | {
      readonly kind: 'ssh';
      readonly user: string | undefined;
      readonly host: string;
      readonly port: string | undefined;
      readonly path: string;
    };

const safeWord = /^[A-Za-z0-9_.%+@][A-Za-z0-9_.%+@:\-[\]]*$/;

/**
 * Takes `unix://`, `tcp://`, `http://`, `https://` and `ssh://` apart. Throws `invalid` with Docker's wording.
 * A host or user that ssh could read as an option is refused (CVE rows J4).
 */
export function parseAddress(address: string): Address {
  const split = address.indexOf('://');
  if (split < 0) throw invalid(`unable to parse docker host \`${address}\``);
  const scheme = address.slice(0, split);
  const rest = address.slice(split + 3);
  switch (scheme) {
    case 'unix':
      if (rest === '') throw invalid(`unable to parse docker host \`${address}\``);
      return { kind: 'unix', path: rest };
    case 'tcp':
    case 'http':
    case 'https':
      return parseTcp(address, rest, scheme);
    case 'ssh':
      return parseSsh(address, rest);
    default:
      throw invalid(`unable to parse docker host \`${address}\`: protocol ${scheme} is not supported here`);
  }
}

function parseTcp(address: string, rest: string, scheme: string): Address {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const prefix = slash < 0 ? '' : rest.slice(slash).replace(/\/+$/, '');
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority);
  if (match === null) throw invalid(`unable to parse docker host \`${address}\``);
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '');
  const port = match[2] === undefined ? (scheme === 'https' ? 2376 : 2375) : Number(match[2]);
  return { kind: 'tcp', host: host === '' ? '127.0.0.1' : host, port, prefix };
}

function parseSsh(address: string, rest: string): Address {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? undefined : authority.slice(0, at);
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority.slice(at + 1));
  const host = match?.[1]?.replace(/^\[|\]$/g, '') ?? '';
  if (match === null || host === '') throw invalid(`invalid SSH URL: no host specified: ${address}`);
  if (user?.includes(':')) throw invalid('invalid SSH URL: plain-text password is not supported');
  for (const word of user === undefined ? [host] : [host, user])
    if (!safeWord.test(word))
      throw invalid(`invalid SSH URL: "${word}" is not allowed as a host or user name`);
  return { kind: 'ssh', user, host, port: match[2], path: path === '/' ? '' : path };
}

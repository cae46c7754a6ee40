import { isIP } from 'node:net';
import type { Kind } from '../flags/kind.ts';

/** Checks of single values of `run` and `create`; each gives back the value to send or throws Docker's words. */

/** `NAME=value`; a bare `NAME` takes the client's value where there is one. */
export const checkEnv =
  (env: NodeJS.ProcessEnv) =>
  (value: string): string => {
    const equals = value.indexOf('=');
    const name = equals < 0 ? value : value.slice(0, equals);
    if (name === '') throw new Error(`invalid environment variable: ${value}`);
    const own = equals < 0 ? env[name] : undefined;
    return own === undefined ? value : `${name}=${own}`;
  };

export function checkLabel(value: string): string {
  const equals = value.indexOf('=');
  const key = (equals < 0 ? value : value.slice(0, equals)).replace(/^[ \t]+/, '');
  if (key === '') throw new Error(`invalid label '${value}': empty name`);
  if (/[ \t]/.test(key)) throw new Error(`label '${key}' contains whitespaces`);
  return value;
}

export function checkAttach(value: string): string {
  const stream = value.toLowerCase();
  if (!['stdin', 'stdout', 'stderr'].includes(stream))
    throw new Error('valid streams are STDIN, STDOUT and STDERR');
  return stream;
}

export function checkLink(value: string): string {
  if (value === '') throw new Error('empty string specified for links');
  if (value.split(':').length > 2) throw new Error(`bad format for links: ${value}`);
  return value;
}

export function checkIp(value: string): string {
  const ip = value.trim();
  if (isIP(ip) === 0) throw new Error(`IP address is not correctly formatted: ${value}`);
  return ip;
}

export function checkDnsSearch(value: string): string {
  const domain = value.replace(/^ +| +$/g, '');
  if (domain === '.') return domain;
  const match =
    /^(:?(:?[a-zA-Z0-9]|(:?[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))(:?\.(:?[a-zA-Z0-9]|(:?[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])))*)\.?\s*$/.exec(
      domain,
    );
  if (!/[a-zA-Z]/.test(domain) || match?.[1] === undefined || match[1].length >= 255)
    throw new Error(`${domain} is not a valid domain`);
  return match[1];
}

/** `host:ip`, `host=ip`, `host=[ip6]`, `host:host-gateway`; sent with a colon. */
export function checkExtraHost(value: string): string {
  const equals = value.indexOf('=');
  const split = equals >= 0 ? equals : value.indexOf(':');
  const host = value.slice(0, split);
  if (split <= 0 || host.includes(':')) throw new Error(`bad format for add-host: ${JSON.stringify(value)}`);
  let ip = value.slice(split + 1);
  if (ip !== 'host-gateway') {
    if (/^\[.+\]$/.test(ip)) ip = ip.slice(1, -1);
    if (isIP(ip.trim()) === 0) throw new Error(`invalid IP address in add-host: ${JSON.stringify(ip)}`);
  }
  return `${host}:${ip}`;
}

const sysctls = [
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
];

export function checkSysctl(value: string): string {
  const equals = value.indexOf('=');
  const key = value.slice(0, Math.max(0, equals));
  if (key === '' || !(sysctls.includes(key) || key.startsWith('net.') || key.startsWith('fs.mqueue.')))
    throw new Error(`sysctl '${value}' is not allowed`);
  return value;
}

/** An address, as pflag's IP. */
export const ipKind: Kind<string> = {
  typeName: 'ip',
  zero: '',
  parse: (raw) => {
    if (isIP(raw.trim()) === 0) throw new Error(`failed to parse IP: ${JSON.stringify(raw)}`);
    return raw.trim();
  },
};

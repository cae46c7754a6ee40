import { isObject } from '../../client/json.ts';
import type { ConfigFile } from './config-file.ts';

const names: readonly (readonly [key: string, variable: string])[] = [
  ['httpProxy', 'HTTP_PROXY'],
  ['httpsProxy', 'HTTPS_PROXY'],
  ['noProxy', 'NO_PROXY'],
  ['ftpProxy', 'FTP_PROXY'],
  ['allProxy', 'ALL_PROXY'],
];

/** Variables for containers and builds that the settings' `proxies` name for this daemon, in both cases. */
export function proxyVariables(config: ConfigFile, host: string): Record<string, string> {
  const all = config.object('proxies');
  const found = all[host] ?? all.default;
  const made: Record<string, string> = {};
  if (!isObject(found)) return made;
  for (const [key, variable] of names) {
    const value = found[key];
    if (typeof value !== 'string' || value === '') continue;
    made[variable] = value;
    made[variable.toLowerCase()] = value;
  }
  return made;
}

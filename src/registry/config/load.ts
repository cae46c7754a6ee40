import * as v from 'valibot';
import { invalid, messageOf } from '../../errors/minke-error.ts';
import { type Config, ConfigSchema } from './schema.ts';

/**
 * The text of a config file to settings.
 * @throws invalid naming file, place and what is expected there; never the value
 */
export function parseConfig(text: string, path: string): Config {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalid(`${path}: ${messageOf(error)}`);
  }
  const parsed = v.safeParse(ConfigSchema, json);
  if (!parsed.success) {
    throw invalid(parsed.issues.map((issue) => `${path}: ${place(issue)}`).join('\n'));
  }
  const problem = contradiction(parsed.output);
  if (problem !== null) throw invalid(`${path}: ${problem}`);
  return parsed.output;
}

export const defaultConfig = (): Config => v.parse(ConfigSchema, {});

function place(issue: v.BaseIssue<unknown>): string {
  const at = v.getDotPath(issue);
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${at}: there is no such setting`;
  if (issue.received === 'undefined') return `${at}: is missing`;
  return at === null ? issue.message : `${at}: ${issue.message}`;
}

/** What each part allows and all together do not; null where there is nothing. */
function contradiction({ auth, proxies }: Config): string | null {
  const { htpasswd, token, access } = auth;
  if (access !== undefined && htpasswd === undefined) {
    return 'auth.access: rules need users: auth.htpasswd is missing';
  }
  if (token !== undefined && token.realm === undefined && htpasswd === undefined) {
    return 'auth.token: tokens of this registry need users: auth.htpasswd is missing (or name a realm)';
  }
  if (token !== undefined && token.realm === undefined && token.signingKey === undefined) {
    return 'auth.token.signingKey: is missing';
  }
  if (token?.realm !== undefined && token.keys === undefined) {
    return "auth.token.keys: is missing: the keys of the realm's issuer";
  }
  if (access?.some((rule) => rule.anonymous) && token === undefined) {
    return 'auth.access: clients come without a password only where there are tokens: auth.token is missing';
  }
  const prefixes = proxies.map(({ prefix }) => prefix);
  const twice = prefixes.find((prefix, at) => prefixes.indexOf(prefix) !== at);
  return twice === undefined ? null : `proxies: the prefix ${JSON.stringify(twice)} is there twice`;
}

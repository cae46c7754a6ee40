import { isIP } from 'node:net';
import type { Resolver } from '../../drivers/dns/contract.ts';
import { invalid } from '../../errors/minke-error.ts';
import type { Keeper } from '../../keeper/contract.ts';
import type { HostNames } from '../../wire/keeper.ts';

/** The embedded resolver is in the keeper, which answers while no daemon is there. */
export const resolverOf = (keeper: Keeper): Resolver => ({
  address: '127.0.0.11',
  state: (container, names) => keeper.names(container, names),
  forget: (container) => keeper.names(container, null),
});

/**
 * `host-names` of the settings: `127.0.0.54`, `127.0.0.54:5353`, `::1`, `[::1]:5353`; empty is null.
 * @throws invalid
 */
export function parseHostNames(text: string): HostNames | null {
  if (text === '') return null;
  const [, bracketed, bare = bracketed ?? text, number = '53'] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = Number(number);
  if (isIP(bare) === 0 || port < 1 || port > 65535) {
    throw invalid(`invalid host-names: ${JSON.stringify(text)} is no ADDRESS or ADDRESS:PORT`);
  }
  return { host: bare, port };
}

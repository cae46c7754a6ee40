import { notImplemented } from '../../errors/minke-error.ts';
import type { Config } from '../config/schema.ts';
import type { UpstreamRule } from './contract.ts';

/** The registries that the settings name as origins of copies. */
export async function upstreamsOf(proxies: Config['proxies']): Promise<UpstreamRule[]> {
  if (proxies.length > 0)
    throw notImplemented('proxies: this version has no client for other registries yet');
  return [];
}

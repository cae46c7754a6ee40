/** A whole registry from its file of settings, for a process that does other things too. */
import { isAbsolute } from 'node:path';
import { invalid } from '../errors/minke-error.ts';
import { LineLogger } from '../kit/log/logger.ts';
import { defaultConfig, parseConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { upstreamsOf } from './proxy/upstreams.ts';
import { type RunningRegistry, serveRegistry } from './serve.ts';
import { openStorage } from './storage/open.ts';

/**
 * Reads what a setting says: `HOST:PORT`, or the path of a file of settings.
 * @param root the folder to keep everything in, where the file names no storage
 */
export function embeddedConfig(setting: string, root: string, readFile: (path: string) => string): Config {
  const read = isAbsolute(setting)
    ? parseConfig(readFile(setting), setting)
    : { ...defaultConfig(), listen: setting };
  return { ...read, storage: read.storage ?? { filesystem: { root } } };
}

/** Opens the storage and serves; everything is given back at `close`, and where the start fails. */
export async function startFromConfig(
  config: Config,
  options: { readonly version: string; readonly write: (line: string) => void },
): Promise<RunningRegistry> {
  if (config.storage === undefined) {
    throw invalid('where to keep everything? Give --root DIR, or "storage" in the file of settings');
  }
  const log = new LineLogger({ ...config.log, write: options.write });
  const storage = await openStorage(config.storage);
  const upstreams = await upstreamsOf(config.proxies, `minke-registry/${options.version}`);
  try {
    const registry = await serveRegistry(config, { storage, upstreams: upstreams.rules, log });
    return {
      ...registry,
      async close() {
        await registry.close();
        upstreams.close();
      },
    };
  } catch (error) {
    upstreams.close();
    await storage.close();
    throw error;
  }
}

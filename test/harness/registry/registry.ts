/** A registry in this process, on a port of its own. */
import { LineLogger } from '../../../src/kit/log/logger.ts';
import { parseConfig } from '../../../src/registry/config/load.ts';
import type { UpstreamRule } from '../../../src/registry/proxy/contract.ts';
import { type RunningRegistry, serveRegistry } from '../../../src/registry/serve.ts';
import type { RegistryStorage } from '../../../src/registry/storage/contract.ts';
import { MemoryStorage } from '../../../src/registry/storage/memory/memory.ts';
import { type Ask, asker } from './ask.ts';

export interface TestRegistry {
  readonly running: RunningRegistry;
  readonly address: string;
  readonly ask: Ask;
  /** Everything that was logged. */
  readonly lines: string[];
  close(): Promise<void>;
}

/** @param config as in the file; `listen` is chosen */
export async function startRegistry(
  config: object = {},
  storage: RegistryStorage = new MemoryStorage(),
  parts: { readonly upstreams?: readonly UpstreamRule[]; readonly now?: () => number } = {},
): Promise<TestRegistry> {
  const lines: string[] = [];
  const log = new LineLogger({ level: 'debug', format: 'text', write: (line) => void lines.push(line) });
  const text = JSON.stringify({ listen: '127.0.0.1:0', ...config });
  const running = await serveRegistry(parseConfig(text, 'test'), { storage, upstreams: [], log, ...parts });
  const { ask, close } = asker(running.address);
  return {
    running,
    address: running.address,
    ask,
    lines,
    async close() {
      close();
      await running.close();
    },
  };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedConfig, startFromConfig } from '../../registry/embed.ts';
import type { RunningRegistry } from '../../registry/serve.ts';
import { buildFacts } from '../build-facts.ts';

/** The registry that the daemon serves beside its API; null where none is asked for. */
export async function wireRegistry(setting: string, dataRoot: string): Promise<RunningRegistry | null> {
  if (setting === '') return null;
  const config = embeddedConfig(setting, join(dataRoot, 'registry'), (path) => readFileSync(path, 'utf8'));
  return startFromConfig(config, {
    version: buildFacts.version,
    write: (line) => void process.stderr.write(line),
  });
}

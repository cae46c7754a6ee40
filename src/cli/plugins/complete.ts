import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Cli } from '../cli.ts';
import type { Candidates } from '../completion/contract.ts';
import { findPlugin } from './find.ts';

/** How long the shell waits for a plugin, in milliseconds. */
const patience = 1500;
/** Bits of cobra's answer: no files, and only folders. */
const noFiles = 4;
const folders = 16;

/** What the plugin that `words` begin with offers, in the protocol of cobra: words a line, and `:N` at the end. */
export async function pluginCandidates(cli: Cli, words: readonly string[]): Promise<Candidates> {
  const plugin = await findPlugin(cli, words[0] ?? '');
  if (plugin === undefined || plugin.problem !== undefined) return { words: [], files: 'none' };
  const { stdout } = await promisify(execFile)(plugin.path, ['__complete', ...words], {
    env: cli.env,
    timeout: patience,
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  const directive = Number(/^:(\d+)$/.exec(lines.at(-1) ?? '')?.[1] ?? 0);
  const offered = lines
    .filter((line) => !line.startsWith(':'))
    .map((line) => {
      const [word = '', about = ''] = line.split('\t');
      return [word, about] as const;
    });
  if (directive & folders) return { words: offered, files: 'directories' };
  return { words: offered, files: directive & noFiles ? 'none' : 'files' };
}

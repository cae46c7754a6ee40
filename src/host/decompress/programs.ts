/**
 * xz and bzip2 by the host's own programs: fixed absolute paths, an empty environment, no file of a container or an
 * archive near them.
 */
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { invalid, systemCode, unavailable } from '../../errors/minke-error.ts';
import type { ExternalDecompressor } from '../../kit/compression/decompress.ts';
import type { Processes } from '../process/contract.ts';

type Kind = Parameters<ExternalDecompressor>[0];

const folders = ['/usr/bin', '/bin', '/usr/local/bin'];

const find = (program: string): string | undefined =>
  folders.map((folder) => `${folder}/${program}`).find((path) => existsSync(path));

async function* decompressed(processes: Processes, kind: Kind, input: Readable): AsyncGenerator<unknown> {
  const program = find(kind);
  if (program === undefined) throw unavailable(`${kind} is needed to decompress this, and is not installed`);
  const child = await processes.start([program, '-d', '-c', '-q'], { stdin: 'pipe', stdout: 'pipe' });
  const { stdin, stdout } = child;
  try {
    if (stdin === null || stdout === null) throw unavailable(`${kind} has no pipes`);
    const feeding = pipeline(input, stdin).then(
      () => null,
      (error: unknown) => error,
    );
    yield* stdout;
    const { code } = await child.ended;
    const failure =
      input.errored ??
      (code === 0 ? null : invalid(`decompression failed: ${kind} ended with status ${code}`));
    if (failure !== null) throw failure;
    const fed = await feeding;
    // The program may stop before the input does: what follows the data is none.
    if (fed !== null && systemCode(fed) !== 'EPIPE') throw fed;
  } finally {
    child.kill('SIGKILL');
    input.destroy();
  }
}

/** The answered stream fails with `invalid` on cut or damaged data, `unavailable` where the program is missing. */
export const decompressByPrograms =
  (processes: Processes): ExternalDecompressor =>
  (kind, input) =>
    Readable.from(decompressed(processes, kind, input), { objectMode: false });

import type { Response } from '../../client/http/connection.ts';
import { FrameReader, type StdStream } from '../../wire/stdcopy.ts';
import type { Cli } from '../cli.ts';

const palette = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/** One container's logs among others. */
export interface Source {
  readonly name: string;
  readonly tty: boolean;
  open(): Promise<Response>;
}

/**
 * Shows logs line by line, each behind the name of its container, only those that `grep` matches. Lines of several
 * containers come as they arrive; a line is never mixed with another.
 */
export async function showPrefixed(
  cli: Cli,
  sources: readonly Source[],
  grep: RegExp | undefined,
): Promise<void> {
  const column = Math.max(...sources.map(({ name }) => name.length));
  const several = sources.length > 1;
  const results = await Promise.allSettled(
    sources.map((source, index) => {
      const name = source.name.padEnd(column);
      const colour = palette[index % palette.length] ?? 36;
      const prefix = !several ? '' : cli.colours ? `\x1b[${colour}m${name} |\x1b[0m ` : `${name} | `;
      return copyLines(cli, source, prefix, grep);
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function copyLines(cli: Cli, source: Source, prefix: string, grep: RegExp | undefined): Promise<void> {
  const response = await source.open();
  const raw = source.tty || response.headers.get('content-type')?.endsWith('raw-stream') === true;
  const rests = new Map<StdStream, string>();
  const decoders = new Map<StdStream, TextDecoder>();
  const say = (stream: StdStream, line: string): void => {
    if (grep !== undefined && !grep.test(line)) return;
    (stream === 'stderr' ? cli.err : cli.out).raw(`${prefix}${line}\n`);
  };
  const take = (stream: StdStream, data: Buffer): void => {
    const decoder = decoders.get(stream) ?? new TextDecoder();
    decoders.set(stream, decoder);
    const lines = ((rests.get(stream) ?? '') + decoder.decode(data, { stream: true })).split('\n');
    rests.set(stream, lines.pop() ?? '');
    for (const line of lines) say(stream, line);
  };
  const frames = new FrameReader();
  for (let chunk = await response.body.read(); chunk !== undefined; chunk = await response.body.read())
    if (raw) take('stdout', chunk);
    else for (const { stream, payload } of frames.push(chunk)) take(stream, payload);
  for (const [stream, rest] of rests) if (rest !== '') say(stream, rest);
}

import { closeSync } from 'node:fs';
import { cancelled, deadline, internal, type MinkeError } from '../../../errors/minke-error.ts';
import { openPipe } from '../../pipe/pipe.ts';
import type { RunOptions, RunResult } from '../contract.ts';
import { type Child, startChild } from './child.ts';
import { Collector } from './collect.ts';
import { feed } from './feed.ts';
import { findProgram } from './find-program.ts';

const defaultMaxOutput = 16 * 1024 * 1024;

/** See `Processes.run`. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [name = ''] = argv;
  const { env = {}, cwd = '/', stdin, signal, timeout, maxOutput = defaultMaxOutput } = options;
  if (signal?.aborted) throw cancelled(`${name}: aborted`, signal.reason);
  const path = findProgram(name, env.PATH);
  const input = stdin === undefined ? undefined : openPipe();
  const output = openPipe();
  const errors = openPipe();
  let child: Child;
  try {
    child = startChild({
      path,
      argv,
      env,
      cwd,
      stdio: [input?.reader ?? null, output.writer, errors.writer],
    });
  } catch (error) {
    for (const fd of [input?.writer, output.reader, errors.reader]) if (fd !== undefined) closeSync(fd);
    throw error;
  } finally {
    for (const fd of [input?.reader, output.writer, errors.writer]) if (fd !== undefined) closeSync(fd);
  }

  let failure: MinkeError | undefined;
  const fail = (error: MinkeError) => {
    failure ??= error;
    child.kill('SIGKILL');
  };
  const tooMuch = () => fail(internal(`${name}: wrote more than ${maxOutput} bytes`));
  const stdout = new Collector(output.reader, maxOutput, tooMuch);
  const stderr = new Collector(errors.reader, maxOutput, tooMuch);
  const feeding =
    input !== undefined && stdin !== undefined ? feed(input.writer, Buffer.from(stdin)) : undefined;
  const onAbort = () => fail(cancelled(`${name}: aborted`, signal?.reason));
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => fail(deadline(`${name}: no end within ${timeout} ms`)), timeout);

  const end = await child.ended;
  clearTimeout(timer);
  signal?.removeEventListener('abort', onAbort);
  feeding?.close();
  const result = { ...end, stdout: stdout.finish(), stderr: stderr.finish() };
  if (failure !== undefined) throw failure;
  return result;
}

import type { Response } from '../../client/http/connection.ts';
import { FrameReader } from '../../wire/stdcopy.ts';
import type { Cli } from '../cli.ts';

/** Copies a stream of logs to the outputs as it comes. */
export async function showLogs(cli: Cli, response: Response, tty: boolean): Promise<void> {
  const { body } = response;
  const raw = tty || response.headers.get('content-type')?.endsWith('raw-stream') === true;
  const frames = new FrameReader();
  for (let chunk = await body.read(); chunk !== undefined; chunk = await body.read()) {
    if (raw) {
      cli.out.raw(chunk);
      continue;
    }
    for (const { stream, payload } of frames.push(chunk))
      if (stream === 'stdout') cli.out.raw(payload);
      else if (stream === 'stderr') cli.err.raw(payload);
      else if (stream === 'systemerr') throw new Error(`error from daemon in stream: ${payload.toString()}`);
  }
}

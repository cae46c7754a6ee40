/** dockerode as its users hold it: found by DOCKER_HOST, and what a test makes goes with the test. */
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import Docker from 'dockerode';

export const docker = new Docker();

/** A container that is removed behind the test; busybox unless another image is named. */
export async function made(
  t: TestContext,
  options: Docker.ContainerCreateOptions = {},
): Promise<Docker.Container> {
  const container = await docker.createContainer({ Image: 'busybox', ...options });
  t.after(() => container.remove({ force: true, v: true }).catch(() => {}));
  return container;
}

/** The same, started. */
export async function started(
  t: TestContext,
  options: Docker.ContainerCreateOptions = {},
): Promise<Docker.Container> {
  const container = await made(t, { Cmd: ['sleep', '300'], StopTimeout: 0, ...options });
  await container.start();
  return container;
}

/** What came on both channels of a multiplexed stream, once it has ended. */
export async function split(stream: NodeJS.ReadableStream): Promise<{ stdout: string; stderr: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, out, err);
  stream.once('end', () => {
    out.end();
    err.end();
  });
  const [stdout, stderr] = await Promise.all([text(out), text(err)]);
  return { stdout, stderr };
}

/** Logs that came as one answer, in their channels. */
export async function splitLogs(bytes: Buffer): Promise<{ stdout: string; stderr: string }> {
  const whole = new PassThrough();
  const parts = split(whole);
  whole.end(bytes);
  return parts;
}

/** Runs a program in a container; answers what it wrote and how it ended. */
export async function execIn(
  container: Docker.Container,
  argv: string[],
  options: Docker.ExecCreateOptions = {},
  input?: string,
): Promise<{ stdout: string; stderr: string; code: number | null }> {
  const attached = { AttachStdout: true, AttachStderr: true, AttachStdin: input !== undefined };
  const exec = await container.exec({ Cmd: argv, ...attached, ...options });
  const stream = await exec.start({ hijack: true, stdin: input !== undefined });
  const output = split(stream);
  if (input !== undefined) stream.end(input);
  return { ...(await output), code: (await exec.inspect()).ExitCode };
}

/** Lines of JSON as they arrive. */
export async function* lines(stream: NodeJS.ReadableStream): AsyncGenerator<Record<string, unknown>> {
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part.trim() !== '') yield JSON.parse(part);
  }
}

/** Reads the progress of a load, import or pull to its end; an error in it is thrown. */
export async function progress(stream: NodeJS.ReadableStream): Promise<string> {
  let told = '';
  for await (const line of lines(stream)) {
    if (typeof line.error === 'string') throw new Error(line.error);
    told += `${line.stream ?? ''}${line.status ?? ''}\n`;
  }
  return told;
}

/** Its types know of paths only; its users pass bytes as well. */
export const loadImage = (tar: Buffer): Promise<NodeJS.ReadableStream> =>
  docker.loadImage(Readable.from([tar]));

export const importImage = (
  tar: Buffer,
  options: { repo: string; tag: string },
): Promise<NodeJS.ReadableStream> => docker.importImage(Readable.from([tar]), options);

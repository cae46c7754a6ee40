/** An archive thread: entry file of a worker. Works on several orders at a time, a chunk of each in turn. */
import { parentPort, workerData } from 'node:worker_threads';
import { MinkeError, messageOf, systemCode } from '../../errors/minke-error.ts';
import type { FilePart } from '../../kit/stream/file-part.ts';
import { SystemError } from '../ffi/libc.ts';
import { isal } from '../isal/isal.ts';
import { fileBytes } from './file-bytes.ts';
import { call, type InputJob, input, output } from './perform.ts';
import type { Answer, Failure, Order, WorkerFacts } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('this file is the entry of a worker thread');

const inputs = new Map<number, InputJob>();
const outputs = new Map<number, Generator<Buffer>>();

const say = (answer: Answer, transfer: ArrayBuffer[] = []): void => port.postMessage(answer, transfer);

function failureOf(error: unknown): Failure {
  const cause = error instanceof MinkeError ? error.cause : error;
  return {
    kind: error instanceof MinkeError ? error.kind : 'internal',
    message: messageOf(error),
    code: cause instanceof SystemError ? cause.code : (systemCode(cause) ?? ''),
  };
}

function drop(id: number): void {
  const job = inputs.get(id);
  inputs.delete(id);
  job?.close();
  const source = outputs.get(id);
  outputs.delete(id);
  source?.return(undefined);
}

function onChunk(id: number, data: Uint8Array<ArrayBuffer>): void {
  // Unknown: the job failed while this chunk was under way.
  const job = inputs.get(id);
  if (job === undefined) return;
  job.write(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  const { buffer, byteLength } = data;
  say({ id, kind: 'consumed', bytes: byteLength, buffer }, [buffer]);
}

/** Works off an archive that lies in a file. */
async function feed(id: number, job: InputJob, part: FilePart): Promise<void> {
  const isWanted = (): boolean => inputs.get(id) === job;
  const onBytes = (bytes: number): void => say({ id, kind: 'read', bytes });
  const { withIsal }: WorkerFacts = workerData;
  for await (const chunk of fileBytes(part, { onBytes, isWanted, isal: withIsal ? isal() : null })) {
    if (!isWanted()) return;
    job.write(chunk);
  }
  if (isWanted()) onEnd(id);
}

function onPull(id: number): void {
  const source = outputs.get(id);
  if (source === undefined) return;
  const { value, done } = source.next();
  if (done === true) {
    outputs.delete(id);
    say({ id, kind: 'give', give: undefined });
    return;
  }
  const { buffer } = value;
  if (!(buffer instanceof ArrayBuffer)) throw new Error('chunk in shared memory');
  say({ id, kind: 'chunk', data: new Uint8Array(buffer, value.byteOffset, value.length) }, [buffer]);
}

function onEnd(id: number): void {
  const job = inputs.get(id);
  if (job === undefined) return;
  const give = job.finish();
  drop(id);
  say({ id, kind: 'give', give });
}

function obey(order: Order): void {
  const { id } = order;
  switch (order.kind) {
    case 'call':
      say({ id, kind: 'give', give: call(order.order) });
      return;
    case 'input': {
      const job = input(order.order);
      inputs.set(id, job);
      if (order.part !== undefined)
        feed(id, job, order.part).catch((error: unknown) => {
          if (inputs.get(id) === job) fail(id, error);
        });
      return;
    }
    case 'output':
      outputs.set(id, output(order.order));
      return;
    case 'chunk':
      onChunk(id, order.data);
      return;
    case 'end':
      onEnd(id);
      return;
    case 'pull':
      onPull(id);
      return;
    case 'abort': {
      const waits = inputs.has(id);
      drop(id);
      // An output's reader has gone; an input's sender waits to hear that nothing is written any more.
      if (waits) say({ id, kind: 'failure', failure: { kind: 'cancelled', message: 'cancelled', code: '' } });
    }
  }
}

function fail(id: number, error: unknown): void {
  try {
    drop(id);
  } catch {
    // The first failure is the one to tell.
  }
  say({ id, kind: 'failure', failure: failureOf(error) });
}

port.on('message', (order: Order) => {
  try {
    obey(order);
  } catch (error) {
    fail(order.id, error);
  }
});

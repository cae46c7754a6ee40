import { Duplex, PassThrough } from 'node:stream';

export interface Pipe {
  /** The engine's end, as a service hands it to the API. */
  readonly stream: Duplex;
  /** What the client sent: the process's standard input. */
  readonly input: PassThrough;
  /** What the client gets: the process's output. */
  readonly output: PassThrough;
}

/** A process's two streams as one, and their other ends. */
export function pipe(): Pipe {
  const input = new PassThrough();
  const output = new PassThrough();
  const stream = new Duplex({
    read() {
      output.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      if (input.write(chunk)) done();
      else input.once('drain', () => done());
    },
    final(done) {
      input.end();
      done();
    },
    destroy(error, done) {
      input.destroy();
      output.destroy();
      done(error);
    },
  });
  output.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) output.pause();
  });
  output.on('end', () => stream.push(null));
  output.pause();
  return { stream, input, output };
}

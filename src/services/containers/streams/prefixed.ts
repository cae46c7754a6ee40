import { Duplex, type Readable } from 'node:stream';

/** A duplex stream whose readable side tells something else first. */
export function prefixed(first: Readable, then: Duplex): Duplex {
  async function* both(): AsyncGenerator<Buffer> {
    yield* first;
    yield* then;
  }
  const source = both();
  const outer = new Duplex({
    allowHalfOpen: true,
    read() {
      source.next().then(
        ({ done, value }) => outer.push(done === true ? null : value),
        (error: unknown) => outer.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    write(chunk: Buffer, _encoding, done) {
      if (then.write(chunk)) done();
      else then.once('drain', () => done());
    },
    final(done) {
      then.end();
      done();
    },
    destroy(error, done) {
      first.destroy();
      then.destroy();
      done(error);
    },
  });
  return outer;
}

import { Duplex } from 'node:stream';
import { DetachScanner } from './detach-keys.ts';

/**
 * A terminal's stream whose input is searched for the keys that let go of it: then the client's side ends, and the
 * process keeps its terminal.
 */
export function detachable(inner: Duplex, keys: Buffer, onDetach: () => void): Duplex {
  const scanner = new DetachScanner(keys);
  let detached = false;
  const outer = new Duplex({
    allowHalfOpen: true,
    read() {
      inner.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      if (detached) return done();
      const found = scanner.push(chunk);
      if (found.pass.length > 0) {
        const flows = inner.write(found.pass);
        if (!flows && !found.detached) {
          inner.once('drain', () => done());
          return;
        }
      }
      if (found.detached) {
        detached = true;
        onDetach();
        outer.push(null);
        inner.destroy();
      }
      done();
    },
    final(done) {
      if (!detached) inner.end();
      done();
    },
    destroy(error, done) {
      inner.destroy();
      done(error);
    },
  });
  inner.on('data', (chunk: Buffer) => {
    if (!detached && !outer.push(chunk)) inner.pause();
  });
  inner.on('end', () => {
    if (!detached) outer.push(null);
  });
  inner.on('error', (error) => {
    if (!detached) outer.destroy(error);
  });
  inner.on('close', () => {
    if (!detached && !outer.readableEnded) outer.push(null);
  });
  return outer;
}

import { Duplex } from 'node:stream';
import { frameHeader } from '../../wire/stdcopy.ts';

/** A stream that says one thing and ends; what is written to it is dropped. Framed unless `tty`. */
export function lastWords(text: string, tty: boolean): Duplex {
  const payload = Buffer.from(text);
  const stream = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
    },
  });
  stream.push(tty ? payload : Buffer.concat([frameHeader('stdout', payload.length), payload]));
  stream.push(null);
  return stream;
}

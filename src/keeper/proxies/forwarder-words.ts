/** What is said to minke-proxy, see `struct request` in native/proxy.c. */
import { endianness } from 'node:os';
import { socketAddress } from '../../host/fds/socket-address.ts';
import type { ProxySpec } from '../../wire/keeper.ts';

export type Forward = 'open' | 'close' | 'lead';
const numbers: Readonly<Record<Forward, number>> = { open: 1, close: 2, lead: 3 };

const little = endianness() === 'LE';
const requestBytes = 64;
const answerBytes = 4;

/** @param port a number of ours below `mostPorts`, by which it is closed again. Throws on what is no address. */
export function request(what: Forward, port: number, spec: ProxySpec): Buffer {
  const bytes = Buffer.alloc(requestBytes);
  const data = new DataView(bytes.buffer, bytes.byteOffset);
  data.setUint32(0, numbers[what], little);
  data.setUint32(4, port, little);
  bytes.set(socketAddress(spec.hostIp, spec.hostPort).bytes, 8);
  bytes.set(socketAddress(spec.containerIp, spec.containerPort).bytes, 36);
  return bytes;
}

/** Ports that it has place for. */
export const mostPorts = 32768;

/** Errnos (0: done) out of a stream that may be cut anywhere. */
export class AnswerReader {
  #rest = Buffer.alloc(0);

  push(bytes: Buffer): number[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const answers: number[] = [];
    for (; this.#rest.length >= answerBytes; this.#rest = this.#rest.subarray(answerBytes)) {
      answers.push(little ? this.#rest.readInt32LE() : this.#rest.readInt32BE());
    }
    return answers;
  }
}

/**
 * A netlink socket by FFI. Calls block the thread (microseconds, as the kernel answers inside the call), so it is used
 * in the network thread only. A socket stays in the network namespace in which it was opened.
 */
import { closeSync } from 'node:fs';
import { bindAsync, bindChecked, SystemError } from '../ffi/libc.ts';
import type { Message, Request } from './message.ts';
import {
  type Acknowledgement,
  acknowledgement,
  decodeMessages,
  encodeRequests,
  flag,
  isControl,
} from './message.ts';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;

export const protocol = { route: 0, netfilter: 12 } as const;

const openSocket = bindChecked<[number, number, number]>('int socket(int domain, int type, int protocol)');
const setOption = bindChecked<[number, number, number, Uint8Array, number]>(
  'int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)',
);
const send = bindChecked<[number, Uint8Array, number, number]>(
  'long send(int fd, const uint8_t *data, size_t length, int flags)',
);
const sendElsewhere = bindAsync<[number, Uint8Array, number, number]>(
  'long send(int fd, const uint8_t *data, size_t length, int flags)',
);
const receive = bindChecked<[number, Uint8Array, number, number]>(
  'long recv(int fd, uint8_t *data, size_t length, int flags)',
);

const MSG_DONTWAIT = 0x40;
const EAGAIN = 11;

/** Seconds after which an answer that does not come is an error. */
const patience = 5;
/** The kernel puts no more than 32 KiB into one receive of a dump. */
const buffer = new Uint8Array(65536);

/** A request that the kernel refused. `code` is `EEXIST`, `ENODEV`, …; `position` counts within the batch. */
export class NetlinkError extends SystemError {
  readonly position: number;
  constructor(errno: number, words: string | null, position: number) {
    super('netlink', errno, words ?? undefined);
    this.name = 'NetlinkError';
    this.position = position;
  }
}

export class NetlinkSocket {
  readonly #fd: number;
  #sequence = 1;

  constructor(which: number = protocol.route) {
    const fd = openSocket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, which);
    try {
      const one = Uint8Array.of(1, 0, 0, 0);
      setOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, one, 4);
      setOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, one, 4);
      const time = new BigInt64Array([BigInt(patience), 0n]);
      setOption(fd, SOL_SOCKET, SO_RCVTIMEO, new Uint8Array(time.buffer), 16);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.#fd = fd;
  }

  /**
   * Sends all in one call and waits for every acknowledgement that is asked for. The kernel goes on behind a request that it refuses;
   * the first refusal is thrown (`NetlinkError`), refusals whose code is in `accept` are none.
   */
  batch(requests: readonly Request[], accept: (position: number) => readonly string[] = () => []): void {
    if (requests.length === 0) return;
    let failure: NetlinkError | undefined;
    const first = this.#begin(requests);
    for (let open = requests.filter(({ flags }) => (flags & flag.ack) !== 0).length; open > 0; ) {
      for (const message of this.#read(first)) {
        const answer = acknowledgement(message);
        if (answer === null) continue;
        open -= 1;
        const position = answer.sequence - first;
        const error = refusal(answer, position);
        if (error !== null && !accept(position).includes(error.code)) failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
  }

  /** The messages that answer a dump, or the one that answers a plain get. */
  query(request: Request): Message[] {
    const first = this.#begin([request]);
    const found: Message[] = [];
    for (;;) {
      for (const message of this.#read(first)) {
        const answer = acknowledgement(message);
        if (answer !== null) {
          const error = refusal(answer, 0);
          if (error !== null) throw error;
          return found;
        }
        if (isControl(message)) continue;
        // The buffer is used again; what is kept is copied.
        found.push({ ...message, payload: message.payload.slice() });
        if ((message.flags & flag.multi) === 0) return found;
      }
    }
  }

  /**
   * Sends one request on a thread of libuv's pool, as the kernel takes its time to come back; the answer is `answered`'s.
   * Nothing else may be sent meanwhile. Resolves when the kernel came back.
   */
  async sendElsewhere(request: Request): Promise<void> {
    const bytes = encodeRequests([request], this.#sequence);
    await sendElsewhere(this.#fd, bytes, bytes.length, 0);
  }

  /** Whether that request has been acknowledged. Throws where it was refused. */
  answered(): boolean {
    try {
      for (const message of this.#read(this.#sequence, MSG_DONTWAIT)) {
        const answer = acknowledgement(message);
        if (answer === null) continue;
        const error = refusal(answer, 0);
        if (error !== null) throw error;
        return true;
      }
    } catch (error) {
      if (error instanceof SystemError && error.errno === EAGAIN) return false;
      throw error;
    }
    return false;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #begin(requests: readonly Request[]): number {
    const first = this.#sequence;
    this.#sequence += requests.length;
    const bytes = encodeRequests(requests, first);
    send(this.#fd, bytes, bytes.length, 0);
    return first;
  }

  /** What came for the requests from `first` on; late answers to older ones are dropped. Good until the next call. */
  #read(first: number, flags = 0): Message[] {
    const length = receive(this.#fd, buffer, buffer.length, flags);
    return decodeMessages(buffer.subarray(0, length)).filter(({ sequence }) => sequence >= first);
  }
}

const refusal = ({ errno, text }: Acknowledgement, position: number): NetlinkError | null =>
  errno === 0 ? null : new NetlinkError(errno, text, position);

import type { Socket } from 'node:net';
import type { AttachHello } from '../../wire/keeper.ts';
import { frameHeader } from '../../wire/stdcopy.ts';
import type { OutputStream } from '../journal/record.ts';

/** Bytes that may wait for a client; above it the task's output is not taken any more (Docker's limit). */
const mostUnsent = 1_000_000;

export interface AttachedTo {
  readonly tty: boolean;
  /** Input from this client; calls `next` when more may come. */
  input(bytes: Buffer, next: () => void): void;
  /** This client's input has ended, by half-close or because it went away. True: the client stays attached. */
  inputEnded(): boolean;
  /** The client has gone, or takes output again. */
  changed(client: AttachClient): void;
}

/** One connection that is attached to a task. */
export class AttachClient {
  readonly #socket: Socket;
  readonly #hello: AttachHello;
  #task: AttachedTo | null = null;
  #gone = false;
  #inputDone = false;

  constructor(socket: Socket, hello: AttachHello) {
    this.#socket = socket;
    this.#hello = hello;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#gone = true;
      this.#endInput();
      this.#task?.changed(this);
    });
    socket.on('drain', () => this.#task?.changed(this));
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** So much waits for this client that its task shall not be read. */
  get stuck(): boolean {
    return !this.#gone && this.#socket.writableLength > mostUnsent;
  }

  /** The task runs: input flows from now on. */
  begin(task: AttachedTo): void {
    this.#task = task;
    const socket = this.#socket;
    socket.on('data', (bytes: Buffer) => {
      if (!this.#hello.stdin || this.#inputDone) return;
      socket.pause();
      task.input(bytes, () => socket.resume());
    });
    socket.on('end', () => this.#endInput());
    socket.resume();
  }

  /** Output of the task; the bytes are copied. */
  send(stream: OutputStream, bytes: Buffer): void {
    if (this.#gone || !this.#hello[stream]) return;
    this.#socket.write(
      this.#task?.tty ? Buffer.from(bytes) : Buffer.concat([frameHeader(stream, bytes.length), bytes]),
    );
  }

  /** Nothing more will come. */
  end(): void {
    this.#inputDone = true;
    this.#socket.end();
    // What the client still sends goes nowhere, but has to be read for the connection to end.
    this.#socket.resume();
  }

  #endInput(): void {
    if (this.#inputDone || !this.#hello.stdin || this.#task === null) return;
    this.#inputDone = true;
    if (!this.#task.inputEnded()) this.end();
  }
}

import type { Socket } from 'node:net';
import * as v from 'valibot';
import { MinkeError, messageOf, notImplemented } from '../../errors/minke-error.ts';
import { writeStandardError } from '../../host/standard-error/write.ts';
import type { KeeperFault, KeeperNotice, KeeperReply, KeeperRequest } from '../../wire/keeper.ts';
import { RuntimeFailure } from '../contract.ts';
import { RequestSchema } from '../schema.ts';
import { LineReader } from './line-reader.ts';

/** What all versions' requests have. */
const AnyRequestSchema = v.object({ id: v.number(), method: v.string() });

export type Answer = (request: KeeperRequest) => unknown;

/** One control connection: requests answered in any order, notices in between. */
export class ControlConnection {
  readonly #socket: Socket;
  readonly #answer: Answer;
  readonly #lines = new LineReader();

  constructor(socket: Socket, answer: Answer) {
    this.#socket = socket;
    this.#answer = answer;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('end', () => socket.end());
    socket.resume();
  }

  notice(notice: KeeperNotice): void {
    this.#send(notice);
  }

  #read(text: string): void {
    try {
      for (const line of this.#lines.push(text)) {
        if (line !== '') this.#request(JSON.parse(line));
      }
    } catch (error) {
      writeStandardError(`a control connection: ${messageOf(error)}\n`);
      this.#socket.destroy();
    }
  }

  /** What a daemon of another version asks and we don't know is refused; the connection and its other requests stay. */
  #request(said: unknown): void {
    const request = v.safeParse(RequestSchema, said);
    if (request.success) {
      this.#handle(request.output);
      return;
    }
    const { id, method } = v.parse(AnyRequestSchema, said);
    const error = notImplemented(`this keeper does not understand the request ${method}`);
    this.#send({ id, error: faultOf(error) });
  }

  async #handle(request: KeeperRequest): Promise<void> {
    const { id } = request;
    try {
      this.#send({ id, result: (await this.#answer(request)) ?? null });
    } catch (error) {
      this.#send({ id, error: faultOf(error) });
    }
  }

  #send(message: KeeperReply | KeeperNotice): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(message)}\n`);
  }
}

export function faultOf(error: unknown): KeeperFault {
  const kind = error instanceof MinkeError ? error.kind : 'internal';
  const fault = { kind, message: messageOf(error) };
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof RuntimeFailure ? { ...fault, runtimeOutput: cause.runtimeOutput } : fault;
}

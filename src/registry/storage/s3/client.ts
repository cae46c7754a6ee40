import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { text as textFrom } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { internal, messageOf } from '../../../errors/minke-error.ts';
import { amzDate, authorization, encodeKey, queryText, type SigningKey, sha256Hex } from './sign.ts';
import { textOf } from './xml.ts';

export interface S3Options extends SigningKey {
  /** Without the bucket, which goes into the path: every service that speaks S3 understands that. */
  readonly endpoint: URL;
  readonly bucket: string;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** '' is the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** What S3 says where it refuses. */
export class S3Error extends Error {
  readonly status: number;
  /** `NoSuchKey`, `AccessDenied`, … */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(`S3: ${code || status}${message === '' ? '' : `: ${message}`}`);
    this.name = 'S3Error';
    this.status = status;
    this.code = code;
  }
}

const TRIES = 4;
const SILENCE = 60_000;

/** Signed requests to one bucket, again where it is busy or the connection breaks. */
export class S3Client {
  readonly #options: S3Options;
  readonly #agent: PlainAgent | SecureAgent;

  constructor(options: S3Options) {
    this.#options = options;
    const settings = { keepAlive: true, maxSockets: 64 };
    this.#agent =
      options.endpoint.protocol === 'https:' ? new SecureAgent(settings) : new PlainAgent(settings);
  }

  get bucket(): string {
    return this.#options.bucket;
  }

  /** An answer to be read. @throws S3Error for a status of 300 or more */
  async open(asked: S3Request): Promise<IncomingMessage> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#send(asked);
        const status = answer.statusCode ?? 0;
        if (status < 300) return answer;
        const body = await textFrom(answer);
        const error = new S3Error(status, textOf(body, 'Code'), textOf(body, 'Message').slice(0, 300));
        if (status < 500 && status !== 429) throw error;
        if (attempt === TRIES) throw error;
      } catch (error) {
        if (attempt === TRIES || error instanceof S3Error) throw error;
      }
      await pause(100 * 3 ** attempt);
    }
  }

  /** The whole answer as text. */
  async text(asked: S3Request): Promise<string> {
    return textFrom(await this.open(asked));
  }

  #send({ method, key, query = {}, headers = {}, body }: S3Request): Promise<IncomingMessage> {
    const { endpoint, bucket } = this.#options;
    const base = endpoint.pathname.replace(/\/$/, '');
    const path = `${base}/${encodeKey(key === '' ? bucket : `${bucket}/${key}`)}`;
    const questions = new Map(Object.entries(query));
    const date = amzDate(new Date());
    const payload = sha256Hex(body ?? '');
    const signed = new Map([
      ['host', endpoint.host],
      ['x-amz-content-sha256', payload],
      ['x-amz-date', date],
      ...Object.entries(headers),
    ]);
    const all = {
      ...Object.fromEntries(signed),
      authorization: authorization(
        { method, path, query: questions, headers: signed, payload },
        this.#options,
        date,
      ),
      ...(method === 'GET' || method === 'HEAD' ? {} : { 'content-length': String(body?.length ?? 0) }),
    };
    const search = queryText(questions);
    return new Promise((resolve, reject) => {
      const request = endpoint.protocol === 'https:' ? secureRequest : plainRequest;
      const outgoing = request(
        {
          host: endpoint.hostname.replace(/^\[|\]$/g, ''),
          port: endpoint.port,
          agent: this.#agent,
          method,
          path: search === '' ? path : `${path}?${search}`,
          headers: all,
        },
        resolve,
      );
      outgoing.setTimeout(SILENCE, () => outgoing.destroy(internal('S3 does not answer')));
      outgoing.once('error', (error) => reject(internal(`S3: ${messageOf(error)}`, error)));
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** One request over a unix socket, without anything between it and the test. */
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Asked {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export function ask(socketPath: string, line: string, options: AskOptions = {}): Promise<Asked> {
  const [method = '', path = ''] = line.split(' ');
  return new Promise((resolve, reject) => {
    const type = options.body === undefined ? {} : { 'Content-Type': 'application/json' };
    const call = request({
      socketPath,
      method,
      path,
      agent: false,
      headers: { ...type, ...options.headers },
    });
    call.once('error', reject);
    call.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (bytes: Buffer) => parts.push(bytes));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(parts).toString();
        const { statusCode = 0, headers } = response;
        const isJson = headers['content-type'] === 'application/json' && text !== '';
        let json: unknown;
        try {
          json = isJson ? JSON.parse(text) : undefined;
        } catch {
          json = undefined;
        }
        resolve({ status: statusCode, headers, text, json });
      });
    });
    call.end(options.body);
  });
}

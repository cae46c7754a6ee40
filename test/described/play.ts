/** Sends probes to a daemon and holds the answers against the description. */
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { messageOf } from '../../src/errors/minke-error.ts';
import type { Engine } from '../harness/engine/contract.ts';
import { operationOf } from '../harness/engine-api/description.ts';
import { answerProblems } from '../harness/engine-api/validate.ts';
import { busyboxTar } from '../harness/images/busybox.ts';
import type { Finding, Probe } from './contract.ts';

interface Answer {
  readonly status: number;
  /** Undefined where the body is no JSON, or there is none. */
  readonly json: unknown;
}

const upgrades = {
  tcp: { Connection: 'Upgrade', Upgrade: 'tcp' },
  websocket: {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  },
} as const;

/** The status of a request that asks for another protocol; the connection is given up. */
function upgraded(
  socketPath: string,
  method: string,
  path: string,
  to: 'tcp' | 'websocket',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, agent: false, headers: upgrades[to] });
    call.once('error', reject);
    call.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, json: undefined });
    });
    call.once('response', (response) => {
      response.destroy();
      resolve({ status: response.statusCode ?? 0, json: undefined });
    });
    call.end();
  });
}

const fill = (text: string, kept: ReadonlyMap<string, string>): string =>
  [...kept].reduce((filled, [name, value]) => filled.replaceAll(`$${name}`, value), text);

const isJson = (type: string | string[] | undefined): boolean => String(type).startsWith('application/json');

const bodyOf = async ({ body, file }: Probe): Promise<unknown> =>
  file === undefined ? body : readFile(await busyboxTar());

async function ask(engine: Engine, probe: Probe, path: string, method: string): Promise<Answer> {
  if (probe.upgrade !== undefined) return upgraded(engine.socket, method, path, probe.upgrade);
  const { status, headers, text, json } = await engine.api(method, path, await bodyOf(probe));
  // Streams of JSON are one value a line; each of them has the schema.
  const first = text.split('\n')[0] ?? '';
  const value = json ?? (isJson(headers['content-type']) && first !== '' ? JSON.parse(first) : undefined);
  return { status, json: value };
}

async function play(engine: Engine, probe: Probe, kept: Map<string, string>): Promise<Finding> {
  const [method = 'GET', template = '/'] = probe.ask.split(' ');
  const path = fill(template, kept);
  const operation = operationOf(method, path)?.id ?? probe.ask;
  try {
    const answer = await ask(engine, probe, path, method);
    const { Id } = (answer.json ?? {}) as { Id?: unknown };
    if (probe.keep !== undefined) kept.set(probe.keep, String(Id));
    const problems =
      answer.status === probe.status
        ? answerProblems({ method, path, ...answer })
        : [`status ${answer.status} in place of ${probe.status}: ${JSON.stringify(answer.json)}`];
    return { probe, operation, problems };
  } catch (error) {
    return { probe, operation, problems: [messageOf(error)] };
  }
}

/** Sends them in order, each when the one before was answered. */
export async function playAll(engine: Engine, probes: readonly Probe[]): Promise<Finding[]> {
  const kept = new Map<string, string>();
  const findings: Finding[] = [];
  for (const probe of probes) findings.push(await play(engine, probe, kept));
  return findings;
}

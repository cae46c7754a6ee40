import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { ControlConnection } from './control.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-control-'));
const path = join(folder, 'socket');
const server = createServer(
  (socket) => new ControlConnection(socket, ({ method }) => ({ answered: method })),
);

before(async () => {
  server.listen(path);
  await once(server, 'listening');
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Says the lines and reads as many answers. */
async function ask(socket: Socket, ...lines: readonly unknown[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const line of lines) socket.write(`${JSON.stringify(line)}\n`);
  for await (const line of createInterface(socket)) {
    answers.push(JSON.parse(line));
    if (answers.length === lines.length) break;
  }
  socket.destroy();
  return answers;
}

test('a request of another version is refused, and the ones around it are answered', async () => {
  const answers = await ask(
    connect(path),
    { id: 1, method: 'list' },
    { id: 2, method: 'teleport', to: 'the moon' },
    { id: 3, method: 'forget', what: 'the name of this field has changed' },
    { id: 4, method: 'list' },
  );
  assert.deepEqual(
    new Map(answers.map((answer) => [Object(answer).id, answer])),
    new Map<number, unknown>([
      [1, { id: 1, result: { answered: 'list' } }],
      [
        2,
        {
          id: 2,
          error: { kind: 'not-implemented', message: 'this keeper does not understand the request teleport' },
        },
      ],
      [
        3,
        {
          id: 3,
          error: { kind: 'not-implemented', message: 'this keeper does not understand the request forget' },
        },
      ],
      [4, { id: 4, result: { answered: 'list' } }],
    ]),
  );
});

test('who does not speak the protocol is hung up on', async () => {
  const socket = connect(path);
  socket.write('{"hello":"world"}\n');
  await once(socket, 'close');
  assert.equal(socket.bytesRead, 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Output } from '../terminal/output.ts';
import { counted, transferText } from './transfer.ts';

class Collected extends Output {
  text_ = '';
  readonly #terminal: boolean;
  constructor(terminal: boolean) {
    super(2);
    this.#terminal = terminal;
  }
  override get isTerminal(): boolean {
    return this.#terminal;
  }
  override raw(data: string | Uint8Array): void {
    this.text_ += data.toString();
  }
}

async function* slowly(): AsyncGenerator<Uint8Array> {
  for (let part = 0; part < 4; part++) {
    await pause(120);
    yield Buffer.alloc(1000);
  }
}

async function through(out: Output, source: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of counted(out, 'Saving', source)) bytes += chunk.length;
  return bytes;
}

test('how much, and how fast', () => {
  assert.equal(transferText('Saving', 12_300_000, 2), 'Saving 12.3MB, 6.15MB/s');
  assert.equal(transferText('Saving', 0, 0), 'Saving 0B, 0B/s');
});

test('on a terminal a line moves, and is gone at the end', async () => {
  const out = new Collected(true);
  assert.equal(await through(out, slowly()), 4000);
  assert.match(out.text_, /^\r\x1b\[KSaving 1kB/);
  assert.ok(out.text_.endsWith('\r\x1b[K'));
});

test('elsewhere nothing is said', async () => {
  const out = new Collected(false);
  assert.equal(await through(out, slowly()), 4000);
  assert.equal(out.text_, '');
});

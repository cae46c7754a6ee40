import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { systemCode } from '../../../errors/minke-error.ts';
import { FrameReader } from '../../../wire/stdcopy.ts';
import type { FileLogSpec, LogQuery, LogReading } from '../contract.ts';
import { formatOf } from '../files/format-of.ts';
import { LogFile } from '../files/log-file.ts';
import { noLine } from '../lines/line-state.ts';
import { Output } from '../lines/output.ts';
import { writeLines } from '../lines/write-lines.ts';
import { DiskLogFiles } from './disk-log-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-log-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const files = new DiskLogFiles();
const base: LogQuery = { stdout: true, stderr: true, timestamps: false, details: false, follow: false };
let next = 0;

function makeLog(driver: FileLogSpec['driver'], options: Partial<FileLogSpec> = {}) {
  next += 1;
  const spec: FileLogSpec = {
    driver,
    path: join(folder, `${next}.log`),
    maxSize: 0,
    maxFiles: 1,
    compress: false,
    attrs: {},
    ...options,
  };
  const file = new LogFile(spec);
  const format = formatOf(spec);
  let second = 0n;
  const write = (text: string, stream: 'stdout' | 'stderr' = 'stdout') => {
    const out = new Output();
    const time = second * 1_000_000_000n;
    second += 1n;
    writeLines(format, out, {
      stream,
      state: noLine,
      chunk: Buffer.from(text),
      time,
      room: Number.POSITIVE_INFINITY,
    });
    if (file.full && file.busy === null) file.rotate();
    file.append(out.view());
  };
  return { spec, file, write };
}

async function read(spec: FileLogSpec, query: Partial<LogQuery> = {}, reading: LogReading = { tty: true }) {
  const chunks: Buffer[] = [];
  for await (const chunk of files.read(spec, { ...base, ...query }, reading)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

for (const driver of ['json-file', 'local'] as const) {
  test(`${driver}: text, frames, streams, times, details`, async () => {
    const { spec, write } = makeLog(driver, { attrs: { b: 'x y&z', a: '1' } });
    write('one "<é\\\u2028\x01\n');
    write('two\n', 'stderr');
    assert.equal((await read(spec)).toString(), 'one "<é\\\u2028\x01\ntwo\n');
    assert.equal((await read(spec, { stdout: false })).toString(), 'two\n');
    const frames = [...new FrameReader().push(await read(spec, {}, { tty: false }))];
    assert.deepEqual(
      frames.map(({ stream, payload }) => [stream, payload.toString()]),
      [
        ['stdout', 'one "<é\\\u2028\x01\n'],
        ['stderr', 'two\n'],
      ],
    );
    assert.equal(
      (await read(spec, { stdout: false, timestamps: true, details: true })).toString(),
      '1970-01-01T00:00:01.000000000Z a=1,b=x+y%26z two\n',
    );
  });

  test(`${driver}: since, until and tail`, async () => {
    const { spec, write } = makeLog(driver);
    for (let i = 0; i < 1000; i += 1) write(`${i}\n`);
    const lines = async (query: Partial<LogQuery>) =>
      (await read(spec, query)).toString().split('\n').slice(0, -1);
    assert.deepEqual(await lines({ since: 997_000_000_000n }), ['997', '998', '999']);
    assert.deepEqual(await lines({ since: 4_500_000_000n, until: 6_000_000_000n }), ['5', '6']);
    assert.deepEqual(await lines({ tail: 2 }), ['998', '999']);
    assert.deepEqual(await lines({ tail: 0 }), []);
    assert.equal((await lines({ tail: 1000 })).length, 1000);
    assert.equal((await lines({ tail: 5000 })).length, 1000);
    assert.equal((await lines({ tail: 999 }))[0], '1');
  });

  for (const compress of [false, true]) {
    test(`${driver}: rotated${compress ? ' and compressed' : ''} files are read in order`, async () => {
      const { spec, file, write } = makeLog(driver, { maxSize: 2000, maxFiles: 50, compress });
      for (let i = 0; i < 300; i += 1) {
        write(`line ${i}\n`);
        if (file.busy !== null) await file.busy;
      }
      const all = Array.from({ length: 300 }, (_, i) => `line ${i}\n`);
      assert.equal((await read(spec)).toString(), all.join(''));
      for (const tail of [1, 7, 100, 250]) {
        assert.equal((await read(spec, { tail })).toString(), all.slice(-tail).join(''));
      }
      assert.ok((await files.size(spec.path)) > 1000);
      await files.remove(spec.path);
      assert.equal(await files.size(spec.path), 0);
      assert.equal((await read(spec)).length, 0);
    });
  }

  test(`${driver}: following over rotations until the stop`, async () => {
    const { spec, write } = makeLog(driver, { maxSize: 3000, maxFiles: 40 });
    const stop = new AbortController();
    for (let i = 0; i < 50; i += 1) write(`${i}\n`);
    const followed = read(spec, { follow: true, tail: 10 }, { tty: true, stopped: stop.signal });
    for (let i = 50; i < 400; i += 1) {
      write(`${i}\n`);
      if (i % 40 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    write('last\n');
    stop.abort();
    const expected = Array.from({ length: 360 }, (_, i) => `${i + 40}\n`);
    assert.equal((await followed).toString(), `${expected.join('')}last\n`);
  });

  test(`${driver}: an unfinished entry waits, an aborted reader ends`, async () => {
    const { spec, write, file } = makeLog(driver);
    write('whole\n');
    file.append(Buffer.from('{"log":"hal'));
    assert.equal((await read(spec)).toString(), 'whole\n');
    assert.equal((await read(spec, { tail: 1 })).toString(), 'whole\n');
    const controller = new AbortController();
    const seen: string[] = [];
    for await (const chunk of files.read(
      spec,
      { ...base, follow: true },
      { tty: true, signal: controller.signal },
    )) {
      seen.push(chunk.toString());
      setTimeout(() => controller.abort(), 10);
    }
    assert.deepEqual(seen, ['whole\n']);
  });
}

test('json-file: lines by other hands, and nonsense', async () => {
  const { spec } = makeLog('json-file');
  writeFileSync(
    spec.path,
    [
      '{ "log": "spaced\\n", "stream": "stderr", "time": "2026-01-01T00:00:00+02:00" }',
      'nonsense',
      '{"log":"\\ud83d\\ude00\\u00e9\\/\\b\\f\\t\\n","stream":"stdout","time":"2026-01-01T00:00:00Z"}',
      '{"log":"\\",\\"stream\\":\\"stderr\\",\\"time\\":\\"\\n","stream":"stdout","time":"2026-01-01T00:00:00Z"}',
      '',
    ].join('\n'),
  );
  assert.equal((await read(spec)).toString(), 'spaced\n😀é/\b\f\t\n","stream":"stderr","time":"\n');
  assert.match(
    (await read(spec, { stdout: false, timestamps: true })).toString(),
    /^2025-12-31T22:00:00.000000000Z/,
  );
});

test('a link in the place of a log is refused, read and written', async () => {
  const path = join(folder, 'link.log');
  symlinkSync('/etc/hostname', path);
  const spec = { driver: 'json-file', path, maxSize: 0, maxFiles: 1, compress: false, attrs: {} } as const;
  await assert.rejects(read(spec), (error) => systemCode(error) === 'ELOOP');
  assert.throws(
    () => new LogFile(spec),
    (error) => systemCode(error) === 'ELOOP',
  );
});

test("a log's own folder is made, for root only; the container's never is", async () => {
  const { spec, write, file } = makeLog('local', { path: join(folder, 'local-logs', 'container.log') });
  assert.equal(statSync(dirname(spec.path)).mode & 0o777, 0o700);
  write('kept\n');
  assert.equal((await read(spec)).toString(), 'kept\n');
  file.close();
  const gone = join(folder, 'gone', 'local-logs', 'container.log');
  assert.throws(() => makeLog('local', { path: gone }), { code: 'ENOENT' });
  assert.equal(existsSync(join(folder, 'gone')), false);
});

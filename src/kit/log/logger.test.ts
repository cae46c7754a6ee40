import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineLogger } from './logger.ts';

const at = new Date('2026-01-02T03:04:05.678Z');

function lines(format: 'text' | 'json', use: (logger: LineLogger) => void): string[] {
  const out: string[] = [];
  use(new LineLogger({ level: 'info', format, write: (line) => out.push(line), now: () => at }));
  return out;
}

test('a line names time, level, message and fields', () => {
  assert.deepEqual(
    lines('text', (log) => log.warn('slow disk', { path: '/var/lib/minke', ms: 12 })),
    ['time="2026-01-02T03:04:05.678Z" level=warn msg="slow disk" path=/var/lib/minke ms=12\n'],
  );
});

test('text from outside can neither end the line nor add a field', () => {
  const [line] = lines('text', (log) => log.info('x', { name: 'a level=fatal\nlevel=fatal' }));
  assert.equal(line?.split('\n').length, 2);
  assert.match(line ?? '', /name="a level=fatal\\nlevel=fatal"\n$/);
});

test('below the level nothing is written, and the level can change', () => {
  const out = lines('json', (log) => {
    log.debug('no');
    log.level = 'debug';
    log.debug('yes');
  });
  assert.deepEqual(out, ['{"level":"debug","msg":"yes","time":"2026-01-02T03:04:05.678Z"}\n']);
});

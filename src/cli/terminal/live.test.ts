import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, Live } from './live.ts';
import { Output } from './output.ts';

class Window extends Output {
  readonly writes: string[] = [];
  readonly width: number;
  readonly height: number;
  constructor(width: number, height: number) {
    super(1);
    this.width = width;
    this.height = height;
  }
  override get columns(): number {
    return this.width;
  }
  override get rows(): number {
    return this.height;
  }
  override raw(data: string | Uint8Array): void {
    this.writes.push(data.toString());
  }
}

test('a frame is one write, nothing is cleared beforehand, and it fits the window', () => {
  const window = new Window(10, 4);
  new Live(window).draw('0123456789abc\n二三四五六七\nc\nd\ne\n');
  assert.equal(window.writes.length, 1);
  const [frame = ''] = window.writes;
  assert.doesNotMatch(frame, /\x1b\[2J/);
  const lines = frame.replaceAll(/\x1b\[[?0-9]*[a-zA-Z]/g, '').split('\n');
  assert.deepEqual(lines, ['0123456789', '二三四五六', 'c', '']);
});

test('wide characters are not cut in two', () => {
  assert.equal(cut('a二三', 4), 'a二');
  assert.equal(cut('abc', 3), 'abc');
});

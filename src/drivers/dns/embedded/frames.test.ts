import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frames, framed } from './frames.ts';

test('messages come out whole, however they were cut', () => {
  const messages = ['one', '', 'three'].map((text) => Buffer.from(text));
  const stream = Buffer.concat(messages.map(framed));
  for (let size = 1; size <= stream.length; size += 1) {
    const seen: string[] = [];
    const frames = new Frames((message) => seen.push(Buffer.from(message).toString()));
    for (let at = 0; at < stream.length; at += size) frames.push(stream.subarray(at, at + size));
    assert.deepEqual(seen, ['one', '', 'three']);
  }
});

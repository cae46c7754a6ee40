/** Whatever text comes, it is a reference or refused; what is one reads the same again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MinkeError } from '../../errors/minke-error.ts';
import { familiarString, parseAnyReference, parseReference, referenceString } from './reference.ts';

/** Pieces that names are made of, and such that they must not be made of. */
const piece = fc.oneof(
  fc.constantFrom(
    ...['a', 'app', 'library', 'docker.io', 'index.docker.io', 'localhost', '127.0.0.1', '[::1]', ':5000'],
    ...[
      '/',
      ':',
      '@',
      '-',
      '_',
      '__',
      '.',
      '..',
      '%2e',
      'A',
      ' ',
      '\0',
      '\n',
      'é',
      'latest',
      'sha256:',
      'sha512:',
    ],
    ...['0'.repeat(64), 'f'.repeat(63), 'x'.repeat(130), `sha256:${'a'.repeat(64)}`],
  ),
  fc.string({ maxLength: 8 }),
);
const text = fc.array(piece, { maxLength: 9 }).map((parts) => parts.join(''));

test('any text', () => {
  fc.assert(
    fc.property(text, (given) => {
      for (const parse of [parseReference, parseAnyReference])
        try {
          parse(given);
        } catch (error) {
          assert.ok(error instanceof MinkeError && error.kind === 'invalid', String(error));
        }
    }),
    { numRuns: 5000 },
  );
});

test('a reference is itself when it is written out, in full and as people write it', () => {
  fc.assert(
    fc.property(text, (given) => {
      let ref: ReturnType<typeof parseReference>;
      try {
        ref = parseReference(given);
      } catch {
        return;
      }
      assert.deepEqual(parseReference(referenceString(ref)), ref);
      assert.deepEqual(parseReference(familiarString(ref)), ref);
      // Parts of it become parts of URLs and of file names.
      for (const part of [ref.domain, ...ref.path.split('/'), ref.tag ?? 'x'])
        assert.match(part, /^[\w.:[\]-]+$/, given);
      assert.ok(!ref.path.split('/').some((part) => part === '' || part === '.' || part === '..'), given);
    }),
    { numRuns: 5000 },
  );
});

test('long texts are read in no time to speak of', () => {
  for (const unit of ['a', '-', '../', '*', 'a/', 'a.', 'a-', '__', ':', '@', '[::'])
    assert.throws(() => parseReference(unit.repeat(Math.ceil(65536 / unit.length))), { kind: 'invalid' });
});

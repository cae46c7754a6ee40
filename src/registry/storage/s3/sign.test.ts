import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amzDate, authorization, encodeKey, sha256Hex } from './sign.ts';

// The examples of Amazon's documentation, "Signature Calculations for the Authorization Header".
const key = {
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const date = '20130524T000000Z';
const empty = sha256Hex('');

const signature = (
  method: string,
  path: string,
  query: readonly (readonly [string, string])[],
  headers: readonly (readonly [string, string])[],
  payload: string,
): string => {
  const all = new Map([
    ['host', 'examplebucket.s3.amazonaws.com'],
    ['x-amz-content-sha256', payload],
    ['x-amz-date', date],
    ...headers,
  ]);
  const text = authorization({ method, path, query: new Map(query), headers: all, payload }, key, date);
  return /Signature=(.*)$/.exec(text)?.[1] ?? '';
};

test('GET of an object with a range', () => {
  assert.equal(
    signature('GET', '/test.txt', [], [['range', 'bytes=0-9']], empty),
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
});

test('PUT of an object', () => {
  assert.equal(
    signature(
      'PUT',
      `/${encodeKey('test$file.text')}`,
      [],
      [
        ['date', 'Fri, 24 May 2013 00:00:00 GMT'],
        ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
      ],
      sha256Hex('Welcome to Amazon S3.'),
    ),
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  );
});

test('GET of a list', () => {
  assert.equal(
    signature(
      'GET',
      '/',
      [
        ['max-keys', '2'],
        ['prefix', 'J'],
      ],
      [],
      empty,
    ),
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  );
  assert.equal(
    signature('GET', '/', [['lifecycle', '']], [], empty),
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  );
});

test('dates as they are signed', () => {
  assert.equal(amzDate(new Date('2013-05-24T00:00:00.123Z')), date);
});

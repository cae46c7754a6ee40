import assert from 'node:assert/strict';
import { test } from 'node:test';
import { description, operationOf } from './description.ts';
import { answerProblems, problems } from './validate.ts';

test('paths find their operation', () => {
  assert.equal(description().operations.length, 108);
  assert.equal(operationOf('GET', '/v1.51/containers/json?all=1')?.id, 'ContainerList');
  assert.equal(operationOf('GET', '/containers/abc/json')?.id, 'ContainerInspect');
  assert.equal(operationOf('GET', '/images/a/b:c/json')?.id, 'ImageInspect');
  assert.equal(operationOf('GET', '/images/get')?.id, 'ImageGetAll');
  assert.equal(operationOf('PATCH', '/images/get'), undefined);
});

test('types, required members, enums, nulls, references, allOf', () => {
  const summary = { $ref: '#/definitions/ImageSummary' };
  const image = {
    Id: 'sha256:a',
    ParentId: '',
    RepoTags: null,
    RepoDigests: [],
    Created: 1,
    Size: 1,
    SharedSize: -1,
    Labels: null,
    Containers: 0,
  };
  assert.deepEqual(problems(summary, image), []);
  assert.deepEqual(problems(summary, { ...image, Size: 1.5, Id: null }), [
    '$.Id is null, not string',
    '$.Size is number, not integer',
  ]);
  const { Id: _, ...without } = image;
  assert.deepEqual(problems(summary, without), ['$.Id is missing']);
  const state = problems({ $ref: '#/definitions/ContainerSummary' }, { State: 'asleep' });
  assert.match(state[0] ?? '', /^\$\.State is "asleep", not one of created, /);
  const hostConfig = { $ref: '#/definitions/HostConfig' };
  assert.deepEqual(problems(hostConfig, { Memory: 'x' }), ['$.Memory is string, not integer']);
});

test('answers: undocumented statuses and bodies that do not fit are told', () => {
  const asked = { method: 'GET', path: '/v1.51/containers/x/json' };
  assert.deepEqual(answerProblems({ ...asked, status: 404, json: { message: 'No such container: x' } }), []);
  assert.deepEqual(answerProblems({ ...asked, status: 404, json: {} }), [
    'ContainerInspect.message is missing',
  ]);
  assert.deepEqual(answerProblems({ ...asked, status: 418, json: {} }), [
    'ContainerInspect documents no status 418',
  ]);
});

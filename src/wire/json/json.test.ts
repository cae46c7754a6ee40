import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { goFields } from './go-fields.ts';
import { mapOf, stringMap } from './map-of.ts';

const schema = v.object({
  Name: v.optional(v.string(), ''),
  Count: v.optional(v.nullable(v.number())),
  Labels: v.optional(stringMap, {}),
  Inner: v.optional(v.nullish(v.object({ MacAddress: v.optional(v.string(), '') }))),
  List: v.optional(v.array(v.object({ Ip: v.optional(v.string(), '') })), []),
  Nets: v.optional(mapOf(v.nullable(v.object({ Alias: v.string() }))), {}),
});

const read = (json: string) => v.parse(schema, goFields(schema, JSON.parse(json)));

test('field names match in any case, at any depth', () => {
  const body = read('{"NAME":"a","inner":{"macaddress":"m"},"list":[{"IP":"1"}],"nets":{"x":{"alias":"y"}}}');
  assert.equal(body.Name, 'a');
  assert.equal(body.Inner?.MacAddress, 'm');
  assert.deepEqual(body.List, [{ Ip: '1' }]);
  assert.equal(body.Nets.x?.Alias, 'y');
});

test('null leaves the default, or stays where the schema takes it', () => {
  const body = read('{"Name":null,"Count":null,"List":null,"Labels":null,"Nets":{"x":null}}');
  assert.equal(body.Name, '');
  assert.equal(body.Count, null);
  assert.deepEqual(body.List, []);
  assert.equal(body.Nets.x, null);
});

test('a list is no struct', () => {
  for (const text of ['[]', '{"Inner":[]}', '{"List":[[]]}', '{"Nets":{"x":[]}}'])
    assert.throws(() => read(text), /Object/, text);
});

test('keys that JavaScript treats specially are keys like any other', () => {
  const text = '{"Labels":{"__proto__":"p","constructor":"c","toString":"t","prototype":"q"}}';
  const labels = read(text).Labels;
  assert.equal(JSON.stringify({ Labels: labels }), text);
  assert.equal(Object.getPrototypeOf(labels), null);
  assert.equal(Reflect.get({}, 'p'), undefined);
});

test('a wrong value in a map is named by its key', () => {
  assert.throws(() => read('{"Labels":{"a":1}}'), /"a".*Expected string/s);
  assert.throws(() => read('{"Labels":["a"]}'), /Expected Object/);
});

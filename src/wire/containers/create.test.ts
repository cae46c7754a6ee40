import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { decode } from '../../kit/json/decode.ts';
import { ContainerCreateBodySchema, ContainerUpdateBodySchema } from './create.ts';
import { ExecCreateBodySchema } from './exec.ts';

const parse = (body: string) => decode(ContainerCreateBodySchema, JSON.parse(body));
const refused = (body: string) => {
  try {
    parse(body);
    return false;
  } catch {
    return true;
  }
};

test('an empty body is all zero values', () => {
  const body = parse('{}');
  assert.equal(body.Image, '');
  assert.equal(body.Cmd, null);
  assert.equal(body.Healthcheck, undefined);
  assert.equal(body.HostConfig.Memory, 0);
  assert.equal(body.HostConfig.PidsLimit, undefined);
  assert.deepEqual(body.HostConfig.ConsoleSize, [0, 0]);
  assert.deepEqual(body.HostConfig.RestartPolicy, { Name: '', MaximumRetryCount: 0 });
  assert.equal(body.NetworkingConfig.EndpointsConfig, null);
});

test('null is absent, unknown names are ignored, case does not matter', () => {
  const body = parse(
    '{"image":"a","HostConfig":{"MEMORY":5,"Nope":[],"Binds":null,"LogConfig":null},"Env":null}',
  );
  assert.equal(body.Image, 'a');
  assert.equal(body.HostConfig.Memory, 5);
  assert.equal(body.HostConfig.Binds, null);
  assert.deepEqual(body.HostConfig.LogConfig, { Type: '', Config: null });
});

test('a command may be one string', () => {
  assert.deepEqual(parse('{"Cmd":"true"}').Cmd, ['true']);
  assert.deepEqual(parse('{"HostConfig":{"CapAdd":"CHOWN"}}').HostConfig.CapAdd, ['CHOWN']);
  assert.deepEqual(v.parse(ExecCreateBodySchema, { Cmd: ['a', 'b'] }).Cmd, ['a', 'b']);
});

test('keys of maps are only keys', () => {
  const labels = parse('{"Labels":{"__proto__":"a","constructor":"b","toString":"c"}}').Labels;
  assert.equal(JSON.stringify(labels), '{"__proto__":"a","constructor":"b","toString":"c"}');
  assert.equal(({} as { q?: unknown }).q, undefined);
});

test('numbers are exact or refused', () => {
  for (const value of ['9007199254740993', '1e21', '"1"', '1.5', '1e999']) {
    assert.ok(refused(`{"HostConfig":{"Memory":${value}}}`), value);
  }
  assert.equal(parse('{"HostConfig":{"MemorySwap":-1}}').HostConfig.MemorySwap, -1);
});

test('wrong shapes are refused', () => {
  for (const body of ['{"Env":"a"}', '{"Labels":{"a":1}}', '{"Tty":"yes"}', 'null']) {
    assert.ok(refused(body), body);
  }
});

test('ports and endpoints', () => {
  const body = parse(
    '{"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"8080"}],"81/udp":null}},"NetworkingConfig":{"EndpointsConfig":{"n":null}}}',
  );
  assert.deepEqual(body.HostConfig.PortBindings?.['80/tcp'], [{ HostIp: '', HostPort: '8080' }]);
  assert.equal(body.HostConfig.PortBindings?.['81/udp'], null);
  assert.equal(body.NetworkingConfig.EndpointsConfig?.n?.MacAddress, '');
  assert.equal(v.parse(ContainerUpdateBodySchema, {}).RestartPolicy.Name, '');
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildSeccomp, kernelAtLeast, type SeccompTarget } from './build.ts';
import { defaultProfile } from './default-profile.ts';
import { parseProfile } from './profile.ts';

const fixture = new URL('../../../../../test/fixtures/seccomp/moby-default.json', import.meta.url);
const reference = parseProfile(readFileSync(fixture, 'utf8'));

/** What a filter says, call by call, in an order of its own. */
const meaning = (profile: typeof reference, target: SeccompTarget): string[] => {
  const { syscalls = [], ...rest } = buildSeccomp(profile, target);
  const rows = syscalls.flatMap(({ names, action, errnoRet, args }) =>
    // An absent second value is 0.
    names.map((name) =>
      JSON.stringify([name, action, errnoRet, args?.map((arg) => ({ valueTwo: 0, ...arg }))]),
    ),
  );
  return [JSON.stringify(rest), ...new Set(rows.sort())];
};

const few = ['CAP_CHOWN', 'CAP_SYS_CHROOT'];
const many = [
  ...['CAP_SYS_ADMIN', 'CAP_SYS_BOOT', 'CAP_SYS_CHROOT', 'CAP_SYS_MODULE', 'CAP_SYS_PACCT', 'CAP_SYS_PTRACE'],
  ...['CAP_SYS_RAWIO', 'CAP_SYS_TIME', 'CAP_SYS_TTY_CONFIG', 'CAP_SYS_NICE', 'CAP_SYSLOG', 'CAP_BPF'],
  ...['CAP_PERFMON', 'CAP_DAC_READ_SEARCH'],
];

for (const architecture of ['amd64', 'arm64', 's390x', 'ppc64le', 'riscv64', 'loong64', 'mips64']) {
  for (const [words, capabilities] of [
    ['no', []],
    ['few', few],
    ['all', many],
    ...many.map((cap) => [cap, [cap]]),
  ] as [string, string[]][]) {
    for (const kernel of ['4.4.0', '6.18.2']) {
      test(`default profile: ${architecture}, ${words} capabilities, kernel ${kernel}`, () => {
        const target = { architecture, capabilities, kernel };
        assert.deepEqual(meaning(defaultProfile, target), meaning(reference, target));
      });
    }
  }
}

test('AF_ALG and AF_VSOCK are left out', () => {
  const filter = buildSeccomp(defaultProfile, { architecture: 'amd64', capabilities: many, kernel: '6.18' });
  const rules = filter.syscalls?.filter(({ names }) => names.includes('socket')) ?? [];
  const allowed = (family: number) =>
    rules.some(({ args }) => {
      const [arg] = args ?? [];
      if (arg === undefined) return true;
      if (arg.op === 'SCMP_CMP_LT') return family < arg.value;
      return arg.op === 'SCMP_CMP_GT' ? family > arg.value : family === arg.value;
    });
  assert.deepEqual(
    [1, 2, 10, 16, 37, 38, 39, 40, 41].filter((n) => !allowed(n)),
    [38, 40],
  );
});

test('versions are compared as numbers', () => {
  assert.ok(kernelAtLeast('4.10.0', '4.8'));
  assert.ok(kernelAtLeast('6.1', '4.8'));
  assert.ok(!kernelAtLeast('4.4.0-1', '4.8'));
});

test('profiles of users', () => {
  const profile = parseProfile(
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"name":"chmod","action":"SCMP_ACT_ERRNO"}],"x":1}',
  );
  assert.deepEqual(buildSeccomp(profile, { architecture: 'amd64', capabilities: [], kernel: '6.0' }), {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names: ['chmod'], action: 'SCMP_ACT_ERRNO' }],
  });
  assert.throws(() => parseProfile('{'), /Decoding seccomp profile failed/);
  assert.throws(() => parseProfile('{}'), /Decoding seccomp profile failed/);
});

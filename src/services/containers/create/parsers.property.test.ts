/** Whatever a client sends: each parser answers or refuses, never anything else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isKind } from '../../../errors/minke-error.ts';
import { logLimits } from '../launch/log-spec.ts';
import { parseDeviceRule } from '../spec/devices.ts';
import { checkSysctls, sysctlRefusal } from '../spec/sysctls.ts';
import { tmpfsOptions } from '../spec/tmpfs.ts';
import { parseUser } from '../spec/users.ts';
import { parseDetachKeys } from '../streams/detach-keys.ts';
import { checkWorkingDirectory } from './check-config.ts';
import { parseCpuset } from './cpuset.ts';
import { checkDestination } from './destinations.ts';
import { parseExtraHost } from './extra-hosts.ts';
import { checkLogConfig } from './log-config.ts';
import { parseNetworkMode } from './modes.ts';
import { parseBind, parseVolumesFrom } from './mount-points.ts';
import { checkName } from './names.ts';
import { parsePorts } from './ports.ts';
import { parseSecurityOptions } from './security.ts';
import { parseSignal } from './signals.ts';

/** Text like what the parsers read, and text like nothing. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ...['/', ':', '..', '.', ',', '=', '-', '0', '65536', 'ro', 'container:', 'net.', '__proto__', '%'],
        ...['proc', 'dev', 'a', ' ', '\0', '\n', '[', ']', 'tcp', '1.5g', 'seccomp', '{"', 'SIG', 'RTMIN+'],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

const parsers: Readonly<Record<string, (input: string) => unknown>> = {
  parseBind: (input) => parseBind(input, '', '/data'),
  parseVolumesFrom,
  checkDestination,
  parseCpuset,
  parseExtraHost,
  parseNetworkMode,
  parsePorts,
  parseSignal,
  parseUser,
  parseDeviceRule,
  tmpfsOptions,
  parseDetachKeys,
  checkWorkingDirectory,
  checkName,
  parseSecurityOptions: (input) => parseSecurityOptions([input], { noNewPrivileges: false }),
  checkLogConfig: (input) => checkLogConfig({ Type: input, Config: { [input]: input } }),
  checkSysctls: (input) => checkSysctls({ [input]: input }),
};

for (const [name, parse] of Object.entries(parsers))
  test(`${name} answers or refuses`, () => {
    fc.assert(
      fc.property(text, (input) => {
        try {
          parse(input);
        } catch (error) {
          assert.ok(isKind(error, 'invalid'), `${JSON.stringify(input)}: ${String(error)}`);
        }
      }),
      { numRuns: 500 },
    );
  });

test('what passes as a destination is absolute, plain, and outside of /proc', () => {
  fc.assert(
    fc.property(text, (input) => {
      let path: string;
      try {
        path = checkDestination(input);
      } catch {
        return;
      }
      assert.match(path, /^\/[^\0]+$/);
      assert.doesNotMatch(path, /\/\.\.?(\/|$)|\/\//);
    }),
  );
});

test('a sysctl that would be written to the host never passes', () => {
  const shared = { network: true, ipc: true, uts: true };
  fc.assert(fc.property(text, (name) => assert.notEqual(sysctlRefusal({ [name]: '1' }, shared), null)));
});

test('limits of logs are whole and positive, or an error says why', () => {
  const options = fc.record({ 'max-size': text, 'max-file': text, compress: text }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.constantFrom('json-file', 'local'), options, (Type, Config) => {
      try {
        const { maxSize, maxFiles } = logLimits({ Type, Config });
        assert.ok(maxSize >= 0 && Number.isFinite(maxSize) && Number.isInteger(maxFiles) && maxFiles >= 1);
      } catch (error) {
        assert.ok(error instanceof Error && error.message !== '' && error.name !== 'TypeError');
      }
    }),
  );
});

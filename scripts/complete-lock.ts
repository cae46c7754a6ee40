/**
 * Names the packages of other platforms in package-lock.json that a registry without them left out: `npm ci` refuses a
 * lock file in which an optional dependency is missing, also one that this platform never installs. Run it after
 * `npm install`; where nothing is missing it changes nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

const Entry = v.looseObject({
  version: v.optional(v.string()),
  dev: v.optional(v.boolean()),
  optionalDependencies: v.optional(v.record(v.string(), v.string())),
});
const Lock = v.looseObject({ packages: v.record(v.string(), Entry) });

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'sunos', 'aix', 'win32'];
const processors = [
  'arm64',
  'x64',
  'ia32',
  'riscv64',
  's390x',
  'ppc64',
  'loong64',
  'mips64el',
  'arm',
  'wasm32',
];

/** Platform packages carry their platform in their names. */
function platformOf(name: string): { os?: string[]; cpu?: string[] } {
  const words = name
    .replace('windows', 'win32')
    .replace('aarch64', 'arm64')
    .split(/[^a-z0-9]+/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  // One that would fit everywhere must never be taken for it.
  return { os: os.length > 0 ? os : ['none'], ...(cpu.length > 0 ? { cpu } : {}) };
}

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = v.parse(Lock, JSON.parse(readFileSync(path, 'utf8')));
const added: string[] = [];
for (const [place, { dev, optionalDependencies }] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] !== undefined || lock.packages[`${place}/${key}`] !== undefined) continue;
    const version = range.replace(/^[\^~>=v ]+/, '');
    lock.packages[key] = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true };
    added.push(`${name}@${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (added.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'nothing was missing' : `named: ${added.join(' ')}`);

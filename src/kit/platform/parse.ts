/**
 * Platforms as people write them (`linux/arm64/v8`, `arm64`, `linux`), read the way containerd's platforms.Parse does.
 */
import { invalid } from '../../errors/minke-error.ts';
import type { Platform } from '../../wire/api/platform.ts';

/** Go's words, which alone stand for a platform. */
const systems = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos'.split(
    ' ',
  ),
);
const architectures = new Set(
  '386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);

const aliases: Readonly<Record<string, string>> = {
  i386: '386',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armhf: 'arm',
  armel: 'arm',
};

const system = /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$/;
const component = /^[A-Za-z0-9_.-]+$/;
/** Nobody's platform is longer; the text may be anybody's. */
const MOST = 256;

/** Names that mean the same are made one; the usual variant of an architecture is none. */
export function normalArchitecture(
  architecture: string,
  variant = '',
): Pick<Platform, 'architecture' | 'variant'> {
  const given = architecture.toLowerCase();
  const name = aliases[given] ?? given;
  const level = variant.toLowerCase().replace(/^(?=\d)/, name === 'arm' || name === 'arm64' ? 'v' : '');
  const usual: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8' };
  let shown = level === usual[name] ? '' : level;
  if (given === 'i386') shown = '';
  if (given === 'armel') shown = 'v6';
  if (given === 'armhf' || (name === 'arm' && shown === '')) shown = 'v7';
  return { architecture: name, ...(shown === '' ? {} : { variant: shown }) };
}

/** The usual one of 32-bit ARM is not named either where nobody asked for it. */
const plain = ({ architecture, variant }: Pick<Platform, 'architecture' | 'variant'>) =>
  architecture === 'arm' && variant === 'v7'
    ? { architecture }
    : { architecture, ...(variant && { variant }) };

function checked(text: string): readonly string[] {
  const quoted = JSON.stringify(text);
  if (text.length > MOST) throw invalid(`a platform has no more than ${MOST} characters: invalid argument`);
  if (text.includes('*')) throw invalid(`${quoted}: wildcards not yet supported: invalid argument`);
  const [first = '', second, third, ...more] = text.split('/');
  const parts = [first, ...[second, third, more.length === 0 ? undefined : more.join('/')]].filter(
    (part) => part !== undefined,
  );
  for (const [at, part] of parts.entries()) {
    const form = at === 0 ? system : component;
    if (form.test(part)) continue;
    const [what, rule] = at === 0 ? ['OS component', 'OSAndVersion'] : ['component', 'platform'];
    throw invalid(
      `${JSON.stringify(part)} is an invalid ${what} of ${quoted}: ${rule} specifier component must match ${JSON.stringify(form.source)}: invalid argument`,
    );
  }
  if (parts.length > 3) throw invalid(`${quoted}: cannot parse platform specifier: invalid argument`);
  return parts;
}

/**
 * `os`, `architecture`, `os/architecture` or `os/architecture/variant`; what is left out is `host`'s. A version in
 * brackets behind the system is read over: only Windows has them. Throws `invalid` in containerd's words.
 */
export function parsePlatform(text: string, host: Platform): Platform {
  const [first = '', second, third] = checked(text);
  const name = (system.exec(first)?.[1] ?? '').toLowerCase();
  const os = name === 'macos' ? 'darwin' : name;
  if (second === undefined) {
    if (systems.has(os))
      return { os, architecture: host.architecture, ...(host.variant && { variant: host.variant }) };
    const alone = normalArchitecture(first);
    if (architectures.has(alone.architecture)) return { os: host.os, ...plain(alone) };
    throw invalid(`${JSON.stringify(text)}: unknown operating system or architecture: invalid argument`);
  }
  const made = normalArchitecture(second, third);
  if (third === undefined) return { os, ...plain(made) };
  // The usual variant is named where it was asked for, but for amd64.
  return made.architecture === 'arm64' && made.variant === undefined
    ? { os, architecture: 'arm64', variant: 'v8' }
    : { os, ...made };
}

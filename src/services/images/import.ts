import type { Readable } from 'node:stream';
import { invalid } from '../../errors/minke-error.ts';
import { applyChanges } from '../../kit/changes/apply.ts';
import { decompress } from '../../kit/compression/decompress.ts';
import { addImage } from './add-image.ts';
import { announce } from './announce.ts';
import type { Images, ProgressMessage } from './contract.ts';
import { nextConfig } from './new-config.ts';
import type { ImageParts, ImagePlatform } from './parts.ts';
import { statusMessage } from './progress.ts';
import { nameImage, targetReference } from './tag.ts';

export type ImportOptions = Parameters<Images['import']>[1];

const names: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  i386: '386',
  armhf: 'arm',
};
/** Go's words that stand alone for a platform. */
const systems = new Set(['linux', 'windows', 'darwin', 'freebsd', 'openbsd', 'netbsd', 'solaris', 'illumos']);
const architectures = new Set(
  '386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm'.split(' '),
);

/** `os[/arch[/variant]]` or an architecture alone, as containerd reads it; parts left out are this machine's. */
export function parsePlatform(text: string | undefined, host: ImagePlatform): ImagePlatform {
  if (text === undefined || text === '') return host;
  const [first = '', second, variant, ...more] = text.toLowerCase().split('/');
  if (more.length > 0 || !/^[a-z0-9_.-]+(?:\/[a-z0-9_.-]+)*$/.test(text.toLowerCase())) {
    throw invalid(`${JSON.stringify(text)}: platform specifier component must match "^[A-Za-z0-9_.-]+$"`);
  }
  if (second === undefined && !systems.has(first) && !architectures.has(names[first] ?? first))
    throw invalid(`${JSON.stringify(text)}: unknown operating system or architecture: invalid argument`);
  const os = second === undefined && first !== 'linux' ? 'linux' : first;
  const given = second ?? (first === 'linux' ? host.architecture : first);
  if (os !== 'linux') throw invalid(`operating system is not supported: ${os}`);
  return { os, architecture: names[given] ?? given, ...(variant === undefined ? {} : { variant }) };
}

/** A root filesystem becomes an image of one layer. */
export async function importImage(
  parts: ImageParts,
  tar: Readable,
  options: ImportOptions,
  emit: (message: ProgressMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const target = targetReference(options.repo ?? '', options.tag ?? '');
    const platform = parsePlatform(options.platform, parts.platform);
    const run = applyChanges({}, options.changes);
    const comment = options.message === '' ? `Imported from ${options.source}` : options.message;
    const { stream } = await decompress(tar, parts.decompressor);
    const { id } = await addImage(parts, stream, {
      base: null,
      record: {},
      config: (diffId) =>
        nextConfig(null, platform, run, { created: parts.now().toISOString(), comment }, diffId),
      signal,
    });
    if (target !== undefined) await nameImage(parts, id, target);
    announce(parts, 'import', id);
    emit(statusMessage(id));
  } finally {
    tar.destroy();
  }
}

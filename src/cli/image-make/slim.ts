/** What of a fresh Debian system stays in an image: nothing that only this machine, this minute or a reader needs. */
import type { TarHeader } from '../../kit/tar/header.ts';

/** Emptied folders; they themselves stay. */
const emptied = [
  'dev/',
  'proc/',
  'sys/',
  'tmp/',
  'usr/share/info/',
  'usr/share/lintian/',
  'usr/share/locale/',
  'usr/share/man/',
  'var/cache/apt/',
  'var/cache/debconf/',
  'var/cache/ldconfig/',
  'var/cache/man/',
  'var/lib/apt/lists/',
  'var/tmp/',
];

const dropped =
  /^(?:etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-|etc\/\.pwd\.lock|etc\/hostname|etc\/resolv\.conf|var\/lib\/dpkg\/[^/]*-old|var\/log\/.*\.log)$/;

/** `./usr/bin/` → `usr/bin/`; the root itself is ''. */
export const plainName = (name: string): string => name.replace(/^(?:\.?\/)+/, '').replace(/^\.$/, '');

/** Licences stay, they have to. */
const isDocument = (name: string, type: TarHeader['type']): boolean =>
  name.startsWith('usr/share/doc/') && type !== 'directory' && !name.endsWith('/copyright');

export function stays({ name: raw, type }: Pick<TarHeader, 'name' | 'type'>): boolean {
  const name = plainName(raw);
  if (name === '' || emptied.some((folder) => name.startsWith(folder) && name !== folder)) return false;
  return !dropped.test(name) && !isDocument(name, type);
}

/** Told to dpkg in the image, so that what is installed later leaves the same out. */
export const dpkgExcludes = [
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/lintian/*',
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/usr/share/man/*',
  '',
].join('\n');

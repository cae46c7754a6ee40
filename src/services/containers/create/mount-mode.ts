/** The third part of `-v a:b:MODE`: words by commas, at most one of each kind. */

const kinds: Readonly<Record<string, string>> = {
  rw: 'access',
  ro: 'access',
  Z: 'label',
  z: 'label',
  private: 'propagation',
  rprivate: 'propagation',
  shared: 'propagation',
  rshared: 'propagation',
  slave: 'propagation',
  rslave: 'propagation',
  nocopy: 'copy',
  consistent: 'consistency',
  cached: 'consistency',
  delegated: 'consistency',
};

export interface MountMode {
  readonly writable: boolean;
  /** '' where none was given. */
  readonly propagation: string;
  readonly noCopy: boolean;
}

export const isPropagation = (word: string): boolean => kinds[word] === 'propagation';

/** Undefined for what is no mode. */
export function parseMountMode(text: string): MountMode | undefined {
  const seen = new Map<string, string>();
  for (const word of text === '' ? [] : text.split(',')) {
    const kind = Object.hasOwn(kinds, word) ? kinds[word] : undefined;
    if (kind === undefined || seen.has(kind)) return undefined;
    seen.set(kind, word);
  }
  return {
    writable: seen.get('access') !== 'ro',
    propagation: seen.get('propagation') ?? '',
    noCopy: seen.has('copy'),
  };
}

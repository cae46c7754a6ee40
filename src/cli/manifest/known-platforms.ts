/** Architectures that docker's client takes in a list of manifests, by operating system. */
const known: Readonly<Record<string, readonly string[]>> = {
  darwin: ['386', 'amd64', 'arm', 'arm64'],
  dragonfly: ['amd64'],
  freebsd: ['386', 'amd64', 'arm'],
  linux: ['386', 'amd64', 'arm', 'arm64', 'mips64', 'mips64le', 'ppc64le', 'riscv64', 's390x'],
  netbsd: ['386', 'amd64', 'arm'],
  openbsd: ['386', 'amd64', 'arm'],
  plan9: ['386', 'amd64'],
  solaris: ['amd64'],
  windows: ['386', 'amd64'],
};

export const isKnownPlatform = (os: string, architecture: string): boolean =>
  Object.hasOwn(known, os) && known[os]?.includes(architecture) === true;

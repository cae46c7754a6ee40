/** Go's and so OCI's name of a processor architecture, from Node's. */
const names: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  arm64: 'arm64',
  arm: 'arm',
  ppc64: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loong64',
};

export const goArchitecture = (arch: string = process.arch): string => names[arch] ?? arch;

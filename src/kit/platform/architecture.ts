/** Where Go, and so OCI, has another word than Node; its `ppc64` is little-endian on Linux. */
const words: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** Go's name of a processor architecture, which images and clients use, from Node's (`process.arch`). */
export const goArchitecture = (architecture: string): string => words[architecture] ?? architecture;

import type { SystemVersion } from '../../wire/generated/engine-api.ts';

export interface VersionParts {
  readonly version: string;
  readonly commit: string;
  readonly buildTime: string;
  readonly apiVersion: string;
  readonly minApiVersion: string;
  readonly nodeVersion: string;
  /** Go's word for it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly kernelVersion: string;
  readonly experimental: boolean;
  readonly runtime: { readonly name: string; readonly version: string } | null;
}

/** The body of GET /version. The description's `GoVersion` carries the version of the language's runtime. */
export function describeVersion(parts: VersionParts): SystemVersion {
  const facts = {
    ApiVersion: parts.apiVersion,
    MinAPIVersion: parts.minApiVersion,
    GitCommit: parts.commit,
    GoVersion: `node${parts.nodeVersion}`,
    Os: 'linux',
    Arch: parts.architecture,
    KernelVersion: parts.kernelVersion,
    BuildTime: parts.buildTime,
  };
  const { name, version } = parts.runtime ?? { name: '', version: '' };
  return {
    Platform: { Name: 'Minke' },
    Version: parts.version,
    ...facts,
    ...(parts.experimental ? { Experimental: true } : {}),
    Components: [
      {
        Name: 'Engine',
        Version: parts.version,
        Details: { ...facts, Experimental: String(parts.experimental) },
      },
      ...(name === '' ? [] : [{ Name: name, Version: version, Details: {} }]),
    ],
  };
}

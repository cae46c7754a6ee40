import { newestVersion } from '../../client/client.ts';
import type { Cli } from '../cli.ts';
import { contextName } from '../connect.ts';
import { clientBuilt, clientCommit, clientVersion } from '../version.ts';

/** The client's part of `version`, under the names that Docker's JSON has. */
export interface ClientVersion {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly DefaultAPIVersion: string;
  readonly GitCommit: string;
  readonly GoVersion: string;
  readonly Os: string;
  readonly Arch: string;
  readonly BuildTime: string;
  readonly Context: string;
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

export function clientVersionInfo(cli: Cli, apiVersion: string): ClientVersion {
  const runtime =
    process.versions.bun === undefined ? `node${process.versions.node}` : `bun${process.versions.bun}`;
  return {
    Version: clientVersion,
    ApiVersion: apiVersion,
    DefaultAPIVersion: newestVersion,
    GitCommit: clientCommit,
    GoVersion: runtime,
    Os: process.platform,
    Arch: architectures[process.arch] ?? process.arch,
    BuildTime: clientBuilt,
    Context: contextName(cli),
  };
}

import { newestVersion } from '../../client/client.ts';
import { goArchitecture } from '../../kit/platform/architecture.ts';
import type { Cli } from '../cli.ts';
import { contextName } from '../connect.ts';
import { listPlugins, type Metadata } from '../plugins/find.ts';
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

interface PluginInfo extends Partial<Metadata> {
  readonly Name: string;
  readonly Path: string;
  readonly Err?: string;
  readonly ShadowedPaths: readonly string[];
}

/** The client's part of `info`. */
export interface ClientInfo extends ClientVersion {
  readonly Debug: boolean;
  readonly Plugins: readonly PluginInfo[] | null;
  readonly Warnings: null;
}

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
    Arch: goArchitecture(process.arch),
    BuildTime: clientBuilt,
    Context: contextName(cli),
  };
}

/** Asks every plugin what it is. */
export async function clientInfo(cli: Cli, apiVersion: string): Promise<ClientInfo> {
  const plugins = (await listPlugins(cli)).map(({ name, path, metadata, problem, shadowed }) => ({
    ...metadata,
    Name: name,
    Path: path,
    ...(problem === undefined ? {} : { Err: problem }),
    ShadowedPaths: shadowed,
  }));
  return {
    Debug: cli.globals.debug,
    ...clientVersionInfo(cli, apiVersion),
    Plugins: plugins.length === 0 ? null : plugins,
    Warnings: null,
  };
}

/** As `info` shows it. */
export function clientLines(own: ClientInfo): string[] {
  const plugins = (own.Plugins ?? []).filter(({ Err }) => Err === undefined);
  return [
    'Client:',
    ` Version:    ${own.Version}`,
    ` Context:    ${own.Context}`,
    ` Debug Mode: ${own.Debug}`,
    ...(own.Plugins === null ? [] : [' Plugins:']),
    ...plugins.flatMap(({ Name, Path, ShortDescription, Vendor, Version }) => [
      `  ${Name}: ${ShortDescription} (${Vendor})`,
      ...(Version ? [`    Version:  ${Version}`] : []),
      `    Path:     ${Path}`,
    ]),
  ];
}

export const pluginWarnings = ({ Plugins }: ClientInfo): string[] =>
  (Plugins ?? []).flatMap(({ Path, Err }) =>
    Err === undefined ? [] : [`WARNING: Plugin ${JSON.stringify(Path)} is not valid: ${Err}`],
  );

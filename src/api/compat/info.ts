import type { SystemInfo } from '../../wire/generated/engine-api.ts';
import { type VersionRule, without } from './adapt.ts';

type Info = SystemInfo & Record<string, unknown>;

/** `name=seccomp,profile=builtin` → `seccomp` */
const optionName = (option: string): string => /(?:^|,)name=([^,]*)/.exec(option)?.[1] ?? option;

const withExpected = (commit: { ID?: string } | undefined) =>
  commit === undefined ? undefined : { ...commit, Expected: commit.ID ?? '' };

const plainRuntimes = (info: Info): Info => {
  const runtimes = Object.entries(info.Runtimes ?? {}).map(([name, runtime]) => [
    name,
    {
      ...(runtime.path === undefined ? {} : { path: runtime.path }),
      ...(runtime.runtimeArgs ? { runtimeArgs: runtime.runtimeArgs } : {}),
    },
  ]);
  return { ...info, Runtimes: Object.fromEntries(runtimes) };
};

export const infoRules: readonly VersionRule<Info>[] = [
  {
    before: 25,
    why: 'security options were bare names',
    apply: (info) => ({ ...info, SecurityOptions: (info.SecurityOptions ?? []).map(optionName) }),
  },
  {
    before: 39,
    why: 'what was not known was called so',
    apply: (info) => ({
      ...info,
      KernelVersion: info.KernelVersion || '<unknown>',
      OperatingSystem: info.OperatingSystem || '<unknown>',
    }),
  },
  { before: 44, why: 'runtimes had no status', apply: plainRuntimes },
  { before: 46, why: 'containerd was not shown', apply: (info) => without(info, 'Containerd') },
  {
    before: 47,
    why: 'the registry config had two more lists',
    apply: (info) => ({
      ...info,
      RegistryConfig: {
        ...info.RegistryConfig,
        AllowNondistributableArtifactsCIDRs: null,
        AllowNondistributableArtifactsHostnames: null,
      },
    }),
  },
  {
    before: 49,
    why: 'commits named what was expected, firewalls nothing',
    apply: (info) =>
      without(
        {
          ...info,
          ContainerdCommit: withExpected(info.ContainerdCommit),
          RuncCommit: withExpected(info.RuncCommit),
          InitCommit: withExpected(info.InitCommit),
        } as Info, // absent commits stay undefined, which JSON leaves out
        'FirewallBackend',
      ),
  },
  {
    before: 50,
    why: 'bridge filtering was told, devices were not',
    apply: (info) =>
      without({ ...info, BridgeNfIptables: false, BridgeNfIp6tables: false }, 'DiscoveredDevices'),
  },
];

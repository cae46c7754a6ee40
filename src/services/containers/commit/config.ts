/** The config of an image that is made of a container. */
import type { ConfigBody, HealthConfigBody } from '../../../wire/containers/config.ts';
import type { Healthcheck, ImageRunConfig } from '../../../wire/oci-image.ts';

/** Zeros mean inherit; an image says nothing of them. */
function healthOf(health: HealthConfigBody | null | undefined): Healthcheck | null {
  if (health === null || health === undefined) return null;
  const said = Object.entries(health).filter(([, value]) => value !== 0 && value !== null);
  return Object.fromEntries(said);
}

/** The part of a container's config that an image keeps. */
export const imageConfig = (config: ConfigBody): ImageRunConfig => ({
  User: config.User,
  ExposedPorts: config.ExposedPorts,
  Env: config.Env,
  Entrypoint: config.Entrypoint,
  Cmd: config.Cmd,
  Volumes: config.Volumes,
  WorkingDir: config.WorkingDir,
  Labels: config.Labels,
  StopSignal: config.StopSignal,
  Healthcheck: healthOf(config.Healthcheck),
  OnBuild: config.OnBuild,
  Shell: config.Shell,
});

type Keyed<T> = Readonly<Record<string, T>> | null | undefined;

/** Keys of both in Go's order; they come from outside, so no prototype may stand behind them. */
function union<T>(own: Keyed<T>, base: Keyed<T>): Record<string, T> | null {
  const all = new Map([...Object.entries(base ?? {}), ...Object.entries(own ?? {})]);
  if (all.size === 0) return null;
  const merged: Record<string, T> = Object.create(null);
  for (const key of [...all.keys()].sort()) {
    const value = all.get(key);
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}

const variable = (entry: string): string => entry.split('=', 1)[0] ?? '';

function environment(own: readonly string[], base: readonly string[]): string[] {
  const names = new Set(own.map(variable));
  return [...own, ...base.filter((entry) => !names.has(variable(entry)))];
}

function health(own: Healthcheck | null, base: Healthcheck | null): Healthcheck | null {
  if (own === null || base === null) return own ?? base;
  const test = (own.Test ?? []).length > 0 ? own.Test : base.Test;
  return { ...base, ...own, Test: test };
}

/** What `own` leaves open is taken from the container. */
export function completed(own: ImageRunConfig, container: ImageRunConfig): ImageRunConfig {
  const hasEntrypoint = (own.Entrypoint ?? []).length > 0;
  const hasCommand = hasEntrypoint || (own.Cmd ?? []).length > 0;
  return {
    ...own,
    User: own.User || container.User,
    ExposedPorts: union(own.ExposedPorts, container.ExposedPorts),
    Env: environment(own.Env ?? [], container.Env ?? []),
    Cmd: hasCommand ? own.Cmd : container.Cmd,
    // An empty list, unlike none, takes the container's away.
    Entrypoint: own.Entrypoint ?? container.Entrypoint,
    Volumes: union(own.Volumes, container.Volumes),
    WorkingDir: own.WorkingDir || container.WorkingDir,
    Labels: union(own.Labels, container.Labels),
    StopSignal: own.StopSignal || container.StopSignal,
    Healthcheck: health(own.Healthcheck ?? null, container.Healthcheck ?? null),
  };
}

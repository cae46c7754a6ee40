/** A container's config completed by that of its image. */
import { invalid } from '../../../errors/minke-error.ts';
import type { ConfigBody, HealthConfigBody } from '../../../wire/containers/config.ts';
import type { Healthcheck, ImageRunConfig } from '../../../wire/oci-image.ts';

const isEmpty = (list: readonly unknown[] | null | undefined): boolean => (list?.length ?? 0) === 0;
const nameOf = (entry: string): string => entry.split('=', 1)[0] ?? '';

function mergeEnv(
  own: readonly string[] | null,
  image: readonly string[] | null | undefined,
): string[] | null {
  if (own === null || own.length === 0)
    return image === null || image === undefined ? own && [...own] : [...image];
  const names = new Set(own.map(nameOf));
  return [...own, ...(image ?? []).filter((entry) => !names.has(nameOf(entry)))];
}

function mergeHealth(
  own: HealthConfigBody | null | undefined,
  image: Healthcheck | null | undefined,
): HealthConfigBody | null | undefined {
  if (image === null || image === undefined) return own;
  const base = {
    Test: image.Test ?? null,
    Interval: image.Interval ?? 0,
    Timeout: image.Timeout ?? 0,
    StartPeriod: image.StartPeriod ?? 0,
    StartInterval: image.StartInterval ?? 0,
    Retries: image.Retries ?? 0,
  };
  if (own === null || own === undefined) return base;
  return {
    Test: isEmpty(own.Test) ? base.Test : own.Test,
    Interval: own.Interval || base.Interval,
    Timeout: own.Timeout || base.Timeout,
    StartPeriod: own.StartPeriod || base.StartPeriod,
    StartInterval: own.StartInterval || base.StartInterval,
    Retries: own.Retries || base.Retries,
  };
}

/** Keys of both, as an object without prototype: they come from outside. */
function union<T>(
  own: Readonly<Record<string, T>> | null,
  image: Readonly<Record<string, T>> | null | undefined,
): Record<string, T> | null {
  const isBare = (map: object | null | undefined) => Object.keys(map ?? {}).length === 0;
  // Go hands over the image's map as it is, null included.
  if (isBare(own) && isBare(image)) return null;
  const merged: Record<string, T> = Object.create(null);
  for (const map of [image ?? {}, own ?? {}]) {
    for (const [key, value] of Object.entries(map)) merged[key] = value;
  }
  return merged;
}

/** @throws invalid "no command specified" */
export function mergeImage(own: ConfigBody, image: ImageRunConfig | null | undefined): ConfigBody {
  const inherits = isEmpty(own.Entrypoint);
  const command = inherits && isEmpty(own.Cmd) ? (image?.Cmd ?? own.Cmd) : own.Cmd;
  const entrypoint = inherits && own.Entrypoint === null ? (image?.Entrypoint ?? null) : own.Entrypoint;
  const reset = entrypoint?.length === 1 && entrypoint[0] === '';
  const merged: ConfigBody = {
    ...own,
    User: own.User || (image?.User ?? ''),
    ExposedPorts: union(own.ExposedPorts, image?.ExposedPorts),
    Env: mergeEnv(own.Env, image?.Env),
    Cmd: command === null ? null : [...command],
    Entrypoint: reset || entrypoint === null ? null : [...entrypoint],
    Labels: union(own.Labels, image?.Labels) ?? {},
    Healthcheck: mergeHealth(own.Healthcheck, image?.Healthcheck),
    WorkingDir: own.WorkingDir || (image?.WorkingDir ?? ''),
    Volumes: union(own.Volumes, image?.Volumes),
    StopSignal: own.StopSignal || (image?.StopSignal ?? ''),
    Shell: isEmpty(own.Shell) ? (image?.Shell ?? null) : own.Shell,
  };
  if (isEmpty(merged.Entrypoint) && isEmpty(merged.Cmd)) throw invalid('no command specified');
  return merged;
}

/** Entrypoint and command in one. */
export const argvOf = ({ Entrypoint, Cmd }: Pick<ConfigBody, 'Entrypoint' | 'Cmd'>): string[] => [
  ...(Entrypoint ?? []),
  ...(Cmd ?? []),
];

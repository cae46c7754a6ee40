import type { ConfigBody } from '../../../wire/containers/config.ts';
import type { ContainerConfig, HealthConfig } from '../../../wire/generated/engine-api.ts';

function showHealth(health: ConfigBody['Healthcheck']): HealthConfig {
  const { Test, Interval, Timeout, StartPeriod, StartInterval, Retries } = health ?? {};
  return {
    ...(Test ? { Test } : {}),
    ...(Interval ? { Interval } : {}),
    ...(Timeout ? { Timeout } : {}),
    ...(StartPeriod ? { StartPeriod } : {}),
    ...(StartInterval ? { StartInterval } : {}),
    ...(Retries ? { Retries } : {}),
  };
}

const filled = (map: object | null): boolean => map !== null && Object.keys(map).length > 0;

/** `Config` of inspect: the fields of Docker 28, in its order. @param mac of the main network; empty: none was asked for */
export const showConfig = (c: ConfigBody, mac: string): ContainerConfig => ({
  Hostname: c.Hostname,
  Domainname: c.Domainname,
  User: c.User,
  AttachStdin: c.AttachStdin,
  AttachStdout: c.AttachStdout,
  AttachStderr: c.AttachStderr,
  ...(filled(c.ExposedPorts) ? { ExposedPorts: c.ExposedPorts } : {}),
  Tty: c.Tty,
  OpenStdin: c.OpenStdin,
  StdinOnce: c.StdinOnce,
  Env: c.Env,
  Cmd: c.Cmd,
  ...(c.Healthcheck == null ? {} : { Healthcheck: showHealth(c.Healthcheck) }),
  ...(c.ArgsEscaped ? { ArgsEscaped: true } : {}),
  Image: c.Image,
  Volumes: c.Volumes,
  WorkingDir: c.WorkingDir,
  Entrypoint: c.Entrypoint,
  ...(c.NetworkDisabled === true ? { NetworkDisabled: true } : {}),
  ...(mac === '' ? {} : { MacAddress: mac }),
  OnBuild: c.OnBuild,
  Labels: c.Labels ?? {},
  ...(c.StopSignal === '' ? {} : { StopSignal: c.StopSignal }),
  ...(c.StopTimeout == null ? {} : { StopTimeout: c.StopTimeout }),
  ...((c.Shell?.length ?? 0) > 0 ? { Shell: c.Shell } : {}),
});

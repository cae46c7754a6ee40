/** `Config` of a container: the part that makes sense on any host. Engine API, "ContainerConfig". */
import * as v from 'valibot';
import { flag, int64, optionalFlag, optionalInt64, set, text, textMap, texts, words } from './fields.ts';

/** All times in nanoseconds; 0 means inherit. */
export const HealthConfigSchema = v.object({
  Test: texts,
  Interval: int64,
  Timeout: int64,
  StartPeriod: int64,
  StartInterval: int64,
  Retries: int64,
});
export type HealthConfigBody = v.InferOutput<typeof HealthConfigSchema>;

export const configEntries = {
  Hostname: text,
  Domainname: text,
  User: text,
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  ExposedPorts: set,
  Tty: flag,
  OpenStdin: flag,
  StdinOnce: flag,
  Env: texts,
  Cmd: words,
  Healthcheck: v.nullish(HealthConfigSchema),
  ArgsEscaped: flag,
  Image: text,
  Volumes: set,
  WorkingDir: text,
  Entrypoint: words,
  NetworkDisabled: optionalFlag,
  /** Before API 1.44; later it stands in the endpoint. */
  MacAddress: text,
  OnBuild: texts,
  Labels: textMap,
  StopSignal: text,
  /** Seconds; -1 waits for ever. */
  StopTimeout: optionalInt64,
  Shell: words,
};

export const ConfigSchema = v.object(configEntries);
export type ConfigBody = v.InferOutput<typeof ConfigSchema>;

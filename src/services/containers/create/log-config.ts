/** `--log-driver`, `--log-opt`: what a container's output is written to. */
import { invalid, messageOf } from '../../../errors/minke-error.ts';
import { ramInBytes } from '../../../kit/size/parse-size.ts';

export interface LogConfig {
  readonly Type: string;
  readonly Config: Readonly<Record<string, string>>;
}

/** Options by driver; `mode` and `max-buffer-size` are every driver's. */
const options: ReadonlyMap<string, readonly string[]> = new Map([
  ['json-file', ['max-size', 'max-file', 'compress', 'labels', 'labels-regex', 'env', 'env-regex', 'tag']],
  ['local', ['max-size', 'max-file', 'compress']],
]);
const everyDriver = ['mode', 'max-buffer-size'];

/** Docker ships these; here they are not made yet. */
const others = new Set([
  ...['syslog', 'journald', 'gelf', 'fluentd', 'awslogs', 'splunk', 'etwlogs', 'gcplogs', 'logentries'],
]);

/** The container's own, completed by the daemon's where that is for the same driver. */
export function mergeLogConfig(
  own: { Type: string; Config: Readonly<Record<string, string>> | null },
  defaults: LogConfig,
): LogConfig {
  const Type = own.Type === '' ? defaults.Type : own.Type;
  return { Type, Config: Type === defaults.Type ? { ...defaults.Config, ...own.Config } : { ...own.Config } };
}

/**
 * What Docker judges when a container is made. Values of a driver's own options are judged at start: see
 * `launch/log-spec.ts`.
 * @throws invalid
 */
export function checkLogConfig({ Type, Config }: LogConfig): void {
  if (others.has(Type)) {
    throw invalid(
      `logger: log driver '${Type}' is not available in this engine: use json-file, local or none`,
    );
  }
  if (Type === 'none') return;
  const mode = Config.mode ?? '';
  if (!['', 'blocking', 'non-blocking'].includes(mode))
    throw invalid(`logger: logging mode not supported: ${mode}`);
  const buffer = Config['max-buffer-size'];
  if (buffer !== undefined) {
    if (mode !== 'non-blocking')
      throw invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
    try {
      ramInBytes(buffer);
    } catch (error) {
      throw invalid(`error parsing option max-buffer-size: ${messageOf(error)}`, error);
    }
  }
  const known = options.get(Type);
  if (known === undefined) {
    throw invalid(`error looking up logging plugin ${Type}: plugin ${JSON.stringify(Type)} not found`);
  }
  for (const key of Object.keys(Config)) {
    if (known.includes(key) || everyDriver.includes(key)) continue;
    throw invalid(
      Type === 'local'
        ? `unknown log opt '${key}' for log driver local`
        : `unknown log opt '${key}' for ${Type} log driver`,
    );
  }
}

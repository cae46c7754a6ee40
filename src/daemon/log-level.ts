import type { LogLevel } from '../kit/log/logger.ts';
import type { Settings } from './settings/table.ts';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'fatal'];

export function levelOf({ debug, logLevel }: Settings): LogLevel {
  return debug ? 'debug' : (levels.find((level) => level === logLevel) ?? 'info');
}

/**
 * Diagnostic log of the daemon and the keeper. Fields are given by name, one by one, so that no body, environment or
 * credential gets in by accident.
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';
export type LogFields = Readonly<Record<string, string | number | boolean>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFormat = 'text' | 'json';

const ranks: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3, fatal: 4 };

/** logfmt as dockerd writes it; quoting by JSON, so a value can't start a new line or field (CWE-117). */
function textLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  const plain = /^[A-Za-z0-9_./:@^+-]+$/;
  const shown = (value: string): string => (plain.test(value) ? value : JSON.stringify(value));
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${shown(String(value))}`);
  return `time=${JSON.stringify(time)} level=${level} msg=${JSON.stringify(message)}${rest.join('')}\n`;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly write: (line: string) => void;
  readonly now?: () => Date;
}

export class LineLogger implements Logger {
  readonly #options: LoggerOptions;
  /** Changes at run time (configuration reload). */
  level: LogLevel;

  constructor(options: LoggerOptions) {
    this.#options = options;
    this.level = options.level;
  }

  #log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (ranks[level] < ranks[this.level]) return;
    const time = (this.#options.now?.() ?? new Date()).toISOString();
    this.#options.write(
      this.#options.format === 'json'
        ? `${JSON.stringify({ ...fields, level, msg: message, time })}\n`
        : textLine(time, level, message, fields),
    );
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields);
  }
  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields);
  }
  warn(message: string, fields?: LogFields): void {
    this.#log('warn', message, fields);
  }
  error(message: string, fields?: LogFields): void {
    this.#log('error', message, fields);
  }
}

/** Says nothing; for tests and for parts that have nowhere to write to. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

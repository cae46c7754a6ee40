import { ramInBytes } from '../../kit/size/parse-size.ts';
import { formatDuration, parseDuration } from '../format/go-duration.ts';
import type { Kind } from './kind.ts';

/** A size such as `512m`; powers of 1024. */
export const bytes: Kind<number> = {
  typeName: 'bytes',
  zero: 0,
  parse: (raw) => ramInBytes(raw),
};

/** A size, or -1 for no limit. */
export const bytesOrUnlimited: Kind<number> = {
  typeName: 'bytes',
  zero: 0,
  parse: (raw) => (raw === '-1' ? -1 : ramInBytes(raw)),
};

/** A Go duration, in nanoseconds. */
export const duration: Kind<number> = {
  typeName: 'duration',
  zero: 0,
  parse: (raw) => parseDuration(raw),
  show: (value) => (value === 0 ? undefined : formatDuration(value)),
};

/** A number of CPUs such as 1.5, in billionths. */
export const cpus: Kind<number> = {
  typeName: 'decimal',
  zero: 0,
  parse: (raw) => {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(raw);
    if (match === null || ((match[2] ?? '') === '' && (match[3] ?? '') === ''))
      throw new Error(`failed to parse ${raw} as a rational number`);
    const fraction = match[3] ?? '';
    if (fraction.slice(9).replaceAll('0', '') !== '') throw new Error('value is too precise');
    const nano = Number(match[2] || '0') * 1e9 + Number(fraction.slice(0, 9).padEnd(9, '0') || '0');
    return match[1] === '-' ? -nano : nano;
  },
};

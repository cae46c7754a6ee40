/** Values of the config file that are written as text. */
import * as v from 'valibot';
import { matchesGlob } from '../../kit/filters/glob.ts';

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90s`, `12h`, `30d`: milliseconds. */
export const duration = v.pipe(
  v.string('a duration like "90s", "12h" or "30d" is expected'),
  v.regex(/^\d{1,9}(?:ms|s|m|h|d|w)$/, 'a duration like "90s", "12h" or "30d" is expected'),
  v.transform((text) => {
    const [, count = '', unit = ''] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
    return Number(count) * (units[unit] ?? 0);
  }),
);

const powers = ['', 'k', 'm', 'g', 't', 'p'];

/** `500MB` (powers of 1000), `2GiB` (powers of 1024), or a number of bytes. */
export const bytes = v.union(
  [
    v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    v.pipe(
      v.string(),
      v.regex(/^\d{1,12}(?:\.\d{1,6})? ?(?:[kmgtp]?b|[kmgtp]ib)$/i),
      v.transform((text) => {
        const [, count = '', unit = ''] = /^([\d.]+) ?([a-z]+)$/i.exec(text) ?? [];
        const lower = unit.toLowerCase();
        const power = powers.indexOf(lower.replace(/i?b$/, ''));
        return Math.floor(Number(count) * (lower.endsWith('ib') ? 1024 : 1000) ** power);
      }),
    ),
  ],
  'a size like "500MB" or "2GiB" is expected',
);

const isPattern = (text: string): boolean => {
  try {
    matchesGlob(text, 'x');
    return text !== '';
  } catch {
    return false;
  }
};
export const pattern = v.pipe(v.string(), v.check(isPattern, 'not a pattern'));

/** One or several. */
export const patterns = v.union([
  v.pipe(v.array(pattern), v.minLength(1)),
  v.pipe(
    pattern,
    v.transform((one) => [one]),
  ),
]);

export const absolute = v.pipe(v.string(), v.startsWith('/', 'an absolute path is expected'));

export const httpUrl = v.pipe(
  v.string(),
  v.check(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'a http or https URL is expected',
  ),
  v.check(
    (text) => !URL.canParse(text) || new URL(text).username === '',
    'credentials do not belong into a URL',
  ),
);

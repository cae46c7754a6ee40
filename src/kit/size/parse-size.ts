const powers: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** `512m`, `1.5 GiB`, `100`: powers of 1024. Throws `Error` with the words of docker/go-units. */
export const ramInBytes = (source: string): number => parseSize(source, 1024);

/** `10MB`: powers of 1000. */
export const fromHumanSize = (source: string): number => parseSize(source, 1000);

function parseSize(source: string, base: number): number {
  const match = /^(.*[\d.])? ?([^\d. ]*)$/s.exec(source);
  const digits = match?.[1];
  if (match === null || digits === undefined) throw new Error(`invalid size: '${source}'`);
  if (!/^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits)) {
    if (/^-\d/.test(digits)) throw new Error(`invalid size: '${source}'`);
    throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(digits)}: invalid syntax`);
  }
  const suffix = (match[2] ?? '').toLowerCase();
  const power = suffix === '' ? 0 : powers[suffix[0] ?? ''];
  if (power === undefined || !/^(b|[kmgtp](i?b)?)?$/.test(suffix))
    throw new Error(`invalid suffix: '${match[2]}'`);
  return Math.trunc(Number(digits) * base ** power);
}

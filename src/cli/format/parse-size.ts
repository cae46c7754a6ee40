const powers: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** `512m`, `1.5 GiB`, `100`: powers of 1024. Throws `Error` "invalid size: 'x'". */
export function ramInBytes(source: string): number {
  return parseSize(source, 1024);
}

/** `10MB`: powers of 1000. */
export function fromHumanSize(source: string): number {
  return parseSize(source, 1000);
}

function parseSize(source: string, base: number): number {
  const match = /^(\d+(?:\.\d*)?|\.\d+) ?(?:([kKmMgGtTpP])(?:[iI]?[bB])?|[bB])?$/.exec(source);
  if (match === null) throw new Error(`invalid size: '${source}'`);
  const power = powers[(match[2] ?? '').toLowerCase()] ?? 0;
  return Math.trunc(Number(match[1]) * base ** power);
}

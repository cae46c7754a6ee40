/** What runtimes write with `--log-format json`: one object a line, `{"level":"error","msg":"…","time":"…"}`. */

const field = (line: string, name: string): string | undefined => {
  try {
    const json: unknown = JSON.parse(line);
    if (typeof json !== 'object' || json === null) return undefined;
    const value: unknown = Reflect.get(json, name);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The last error of a log, or the last line of text that is no JSON; '' for an empty one. */
export function lastError(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => ['error', 'fatal'].includes(field(line, 'level') ?? ''));
  const last = errors.at(-1);
  return (last === undefined ? lines.at(-1)?.trim() : field(last, 'msg')) ?? '';
}

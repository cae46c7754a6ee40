/**
 * Lays JSON text out anew without reading its values, as Go's json.Indent and json.Compact: numbers, escapes and the
 * order of keys stay as they were sent.
 */
export function indentJson(source: string, step: string): string {
  let out = '';
  let depth = 0;
  let at = 0;
  const line = (): string => `\n${step.repeat(depth)}`;
  while (at < source.length) {
    const character = source[at] ?? '';
    if (character === '"') {
      const end = stringEnd(source, at);
      out += source.slice(at, end);
      at = end;
      continue;
    }
    at++;
    if (character === '{' || character === '[') {
      const close = character === '{' ? '}' : ']';
      const next = /\S/g;
      next.lastIndex = at;
      const following = next.exec(source);
      if (following?.[0] === close) {
        out += character + close;
        at = following.index + 1;
        continue;
      }
      depth++;
      out += character + (step === '' ? '' : line());
    } else if (character === '}' || character === ']') {
      depth--;
      out += (step === '' ? '' : line()) + character;
    } else if (character === ',') out += step === '' ? ',' : `,${line()}`;
    else if (character === ':') out += step === '' ? ':' : ': ';
    else if (!/\s/.test(character)) out += character;
  }
  return out;
}

function stringEnd(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length) {
    const character = source[at];
    if (character === '\\') at += 2;
    else if (character === '"') return at + 1;
    else at++;
  }
  return at;
}

/** Patterns of a `.dockerignore`, in the order of its lines. A later one has the last word. */
export interface IgnorePattern {
  readonly expression: RegExp;
  /** `!pattern`: takes back in what an earlier one left out. */
  readonly exception: boolean;
  readonly source: string;
}

/** Lines to patterns: comments and empty lines left out, slashes at both ends taken off. Throws for a broken class. */
export function parseIgnore(source: string): IgnorePattern[] {
  const patterns: IgnorePattern[] = [];
  for (const [index, raw] of source
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    const line = raw.replace(/\r$/, '');
    if (line.startsWith('#')) continue;
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const exception = trimmed.startsWith('!');
    const pattern = normal(exception ? trimmed.slice(1).trim() : trimmed);
    if (exception && pattern === '') throw new Error('illegal exclusion pattern: "!"');
    if (pattern === '') continue;
    try {
      patterns.push({ expression: toExpression(pattern), exception, source: pattern });
    } catch (error) {
      throw new Error(`.dockerignore line ${index + 1}: syntax error in pattern`, { cause: error });
    }
  }
  return patterns;
}

/** As Go's filepath.Clean, relative: `./a/../b/` is `b`. */
function normal(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function toExpression(pattern: string): RegExp {
  let body = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (pattern.startsWith('**', at)) {
      at++;
      if (pattern[at + 1] === '/') at++;
      body += at + 1 >= pattern.length ? '.*' : '(?:.*/)?';
    } else if (character === '*') body += '[^/]*';
    else if (character === '?') body += '[^/]';
    else if (character === '[') {
      const close = pattern.indexOf(']', at + 2);
      if (close < 0) throw new Error('unclosed class');
      body += pattern.slice(at, close + 1).replace(/^\[!/, '[^');
      at = close;
    } else if (character === '\\' && at + 1 < pattern.length) {
      at++;
      body += escapeExpression(pattern[at] ?? '');
    } else body += escapeExpression(character);
  }
  return new RegExp(`^${body}$`);
}

const escapeExpression = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** True where the path, or a folder that it lies in, is left out. Paths are relative, with `/`. */
export function isIgnored(patterns: readonly IgnorePattern[], path: string): boolean {
  const parts = path.split('/');
  const prefixes = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
  let ignored = false;
  for (const { expression, exception } of patterns)
    if (ignored === exception && prefixes.some((prefix) => expression.test(prefix))) ignored = !exception;
  return ignored;
}

/** True where something below an ignored folder may be taken back in. */
export const mayContainException = (patterns: readonly IgnorePattern[], folder: string): boolean =>
  patterns.some(
    ({ exception, source }) => exception && (source.startsWith(`${folder}/`) || /[*?[]/.test(source)),
  );

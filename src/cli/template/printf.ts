import { jsonText } from './json-text.ts';
import { isList, isMap, print, printNumber, typeName, type Value } from './value.ts';

/** Go's fmt.Sprintf for the verbs that templates use: v s q d t f e g x X o b c U %. */
export function printf(format: string, args: readonly Value[]): string {
  let used = 0;
  const text = format.replace(
    /%([-+# 0]*)(\*|\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_whole, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      let wide = width === '*' ? Number(print(args[used++] ?? 0)) : Number(width ?? 0);
      let align = flags;
      if (wide < 0) {
        align += '-';
        wide = -wide;
      }
      const value = args[used];
      if (used >= args.length || value === undefined) return `%!${verb}(MISSING)`;
      used++;
      const shown = one(verb, value, align, precision === undefined ? undefined : Number(precision));
      return pad(shown, wide, align, verb);
    },
  );
  if (used >= args.length) return text;
  const extra = args.slice(used).map((value) => `${typeName(value)}=${print(value)}`);
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function pad(text: string, width: number, flags: string, verb: string): string {
  const length = [...text].length;
  if (length >= width) return text;
  if (flags.includes('-')) return text + ' '.repeat(width - length);
  if (flags.includes('0') && 'dfegxXob'.includes(verb)) {
    const sign = /^[+-]/.exec(text)?.[0] ?? '';
    return sign + '0'.repeat(width - length) + text.slice(sign.length);
  }
  return ' '.repeat(width - length) + text;
}

function one(verb: string, value: Value, flags: string, precision: number | undefined): string {
  if (isList(value) && verb !== 'v')
    return `[${value.map((item) => one(verb, item, flags, precision)).join(' ')}]`;
  const bad = `%!${verb}(${typeName(value)}=${print(value)})`;
  const numeric = typeof value === 'number' || typeof value === 'bigint';
  switch (verb) {
    case 'T':
      return typeName(value);
    case 'v':
      return flags.includes('#') && (isMap(value) || typeof value === 'string')
        ? jsonText(value)
        : print(value);
    case 's':
      if (numeric || typeof value === 'boolean') return bad;
      return precision === undefined ? print(value) : [...print(value)].slice(0, precision).join('');
    case 'q':
      return numeric ? `'${String.fromCodePoint(Number(value))}'` : JSON.stringify(print(value));
    case 't':
      return typeof value === 'boolean' ? String(value) : bad;
    case 'd':
      return numeric && (typeof value === 'bigint' || Number.isInteger(value))
        ? signed(printNumber(value), flags)
        : bad;
    case 'c':
      return numeric ? String.fromCodePoint(Number(value)) : bad;
    case 'U':
      return numeric ? `U+${value.toString(16).toUpperCase().padStart(4, '0')}` : bad;
    case 'x':
    case 'X': {
      const hex = numeric
        ? value.toString(16)
        : typeof value === 'string'
          ? Buffer.from(value).toString('hex')
          : undefined;
      if (hex === undefined) return bad;
      const prefixed = flags.includes('#') ? `0x${hex}` : hex;
      return verb === 'X' ? prefixed.toUpperCase() : prefixed;
    }
    case 'o':
      return numeric ? value.toString(8) : bad;
    case 'b':
      return numeric ? value.toString(2) : bad;
    case 'f':
    case 'F':
      return numeric ? signed(Number(value).toFixed(precision ?? 6), flags) : bad;
    case 'e':
      return numeric
        ? Number(value)
            .toExponential(precision ?? 6)
            .replace(/e([+-])(\d)$/, 'e$10$2')
        : bad;
    case 'g':
      return numeric
        ? precision === undefined
          ? printNumber(value)
          : String(Number(Number(value).toPrecision(precision)))
        : bad;
    default:
      return bad;
  }
}

const signed = (text: string, flags: string): string =>
  text.startsWith('-') ? text : flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;

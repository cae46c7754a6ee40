/**
 * Control characters as they are written in source, for text that others chose (names, labels, errors) on its way to a
 * terminal: C0, DEL, C1, and the marks that reorder text. Line ends and tabs may stay where the layout is ours.
 */
const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\r') return '\\r';
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** Text that can't drive a terminal; keeps `\n` and `\t`. */
export const visible = (text: string): string => text.replace(unsafe, escaped);

/** The same for one line: `\n` and `\t` too are shown. */
export const visibleLine = (text: string): string =>
  visible(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');

/** Text of JSON as Go's encoder lays it out, without reading it: numbers and the order of members stay as written. */

/** Pieces of a valid JSON text: strings whole, other characters one by one, white space between them left out. */
function* pieces(text: string): Generator<string, void> {
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? '';
    if (character === '"') {
      let end = at + 1;
      while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      yield text.slice(at, end + 1);
      at = end + 1;
      continue;
    }
    if (!/\s/.test(character)) yield character;
    at++;
  }
}

/** `json.Indent`: one member a line. White space behind the end stays, as there. */
export function indentJson(text: string, indent: string): string {
  let out = '';
  let depth = 0;
  let isOpened = false;
  const line = (): string => `\n${indent.repeat(depth)}`;
  for (const piece of pieces(text)) {
    const closes = piece === '}' || piece === ']';
    if (isOpened && !closes) {
      depth++;
      out += line();
    }
    if (closes && !isOpened) {
      depth--;
      out += line();
    }
    isOpened = piece === '{' || piece === '[';
    if (piece === ',') out += `,${line()}`;
    else out += piece === ':' ? ': ' : piece;
  }
  return out + (/\s*$/.exec(text)?.[0] ?? '');
}

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** `json.Marshal` of text that is JSON already: no white space, and nothing in strings that HTML could take for its own. */
export function compactJson(text: string): string {
  let out = '';
  for (const piece of pieces(text))
    out += piece.replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? '');
  return out;
}

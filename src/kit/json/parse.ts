import { invalid } from '../../errors/minke-error.ts';

const position = / at position (\d+)/;

/** Why V8 could not read it, in words that carry no part of the text: bodies hold secrets. */
function complaint(text: string, message: string): string {
  if (message.startsWith('Unexpected end') || message.startsWith('Unterminated'))
    return 'invalid JSON: unexpected EOF';
  if (message.startsWith('Unexpected non-whitespace')) return 'unexpected content after JSON';
  const at = position.exec(message)?.[1];
  const first = text.trimStart()[0];
  if (at !== undefined) return `invalid JSON: invalid character at offset ${at}`;
  return `invalid JSON: invalid character '${first ?? ''}' looking for beginning of value`;
}

/**
 * `JSON.parse` with Docker's complaints.
 * @throws invalid "invalid JSON: …", "unexpected content after JSON"
 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw invalid('invalid JSON: got EOF while reading request body');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(complaint(text, error instanceof Error ? error.message : ''));
  }
}

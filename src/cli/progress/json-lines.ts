import type { Body } from '../../client/http/body.ts';
import { type JsonObject, object, parseJson } from '../../client/json.ts';

/** The lines of a stream that are not empty. */
export async function* textLines(body: Body): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}

/** The JSON documents of a stream, one a line. */
export async function* jsonLines(body: Body): AsyncGenerator<JsonObject> {
  for await (const line of textLines(body)) yield object(parseJson(line));
}

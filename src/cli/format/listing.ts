import type { Cli } from '../cli.ts';
import { StatusError } from '../status-error.ts';
import { compile, execute } from '../template/execute.ts';
import type { TemplateFunction } from '../template/functions.ts';
import { TemplateError } from '../template/lex.ts';
import type { Template } from '../template/parse.ts';
import { Method, Row, type RowField, typeName } from '../template/value.ts';
import { visible } from '../terminal/visible.ts';
import { align } from './tabwriter.ts';

/** How one kind of object is listed: what can be asked of a row, and the heads of columns. */
export interface Listing<T> {
  /** Go's name of the row, for messages. */
  readonly typeName: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Fields that `json` leaves out. */
  readonly notInJson?: readonly string[];
  fields(item: T): Readonly<Record<string, RowField>>;
}

export interface Format {
  readonly table: boolean;
  /** It was asked for by the word `json`. */
  readonly plainJson: boolean;
  readonly template: Template;
  readonly mistakes: Mistakes;
}

/** What stands before what is wrong with a template, where it is read and where it meets a row. */
export interface Mistakes {
  readonly read: string;
  readonly run: string;
}

const mistakesOfMost: Mistakes = { read: 'template parsing error', run: 'template parsing error' };

/** Reads `table …`, `json` or a template. `plain` is what a bare `table` stands for. */
export function parseFormat(source: string, plain: string, mistakes: Mistakes = mistakesOfMost): Format {
  const table = source.startsWith('table');
  let body = source;
  if (table) {
    body = source.slice(5).trim();
    if (body === '') body = plain;
  } else if (source === 'json') body = '{{json .}}';
  body = body.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
  try {
    return { table, plainJson: source === 'json', template: compile(body), mistakes };
  } catch (error) {
    if (error instanceof TemplateError) throw new StatusError(`${mistakes.read}: ${error.message}`, 1);
    throw error;
  }
}

const headerRow = (headers: Readonly<Record<string, string>>): Row =>
  new Row('formatter.SubHeaderContext', {
    ...headers,
    Label: new Method((name) =>
      String(name)
        .slice(String(name).lastIndexOf('.') + 1)
        .replaceAll('-', ' ')
        .replaceAll('_', ' '),
    ),
  });

/** In the line of heads these leave their text as it is. */
const same: TemplateFunction = (value = null) => {
  if (typeof value !== 'string')
    throw new Error(`wrong type for value; expected string; got ${typeName(value)}`);
  return value;
};
const headFunctions = Object.fromEntries(
  ['json', 'split', 'join', 'title', 'lower', 'upper', 'truncate'].map((name) => [name, same]),
);

/** A head that the template fails on is an empty line. */
function heads(template: Template, headers: Readonly<Record<string, string>>): string {
  try {
    return execute(template, headerRow(headers), { functions: headFunctions });
  } catch (error) {
    if (error instanceof TemplateError) return '';
    throw error;
  }
}

function run({ template, mistakes }: Format, row: Row): string {
  try {
    return execute(template, row, { printNull: () => '<nil>' });
  } catch (error) {
    if (error instanceof TemplateError) throw new StatusError(`${mistakes.run}: ${error.message}`, 1);
    throw error;
  }
}

/** The listing as text, its columns aligned where it is a table. */
export function renderListing<T>(
  format: Format,
  listing: Listing<T>,
  items: Iterable<T>,
  terminal: boolean,
): string {
  let text = '';
  for (const item of items) {
    const fields = listing.fields(item);
    const inJson = Object.keys(fields).filter((name) => !listing.notInJson?.includes(name));
    const line = run(format, new Row(listing.typeName, fields, inJson));
    text += `${terminal ? visible(line) : line}\n`;
  }
  return format.table ? align(`${heads(format.template, listing.headers)}\n${text}`) : text;
}

/**
 * True where the template asks rows for `field`: lets a listing leave out what is dear to find. `{{json .}}` asks for
 * all of them; the plain word `json` does not, as with Docker.
 */
export function usesField(format: Format, field: string): boolean {
  const { source } = format.template;
  return source.includes(`.${field}`) || (!format.plainJson && /\bjson\s+\.\s*[)}|]/.test(source));
}

export function writeListing<T>(cli: Cli, format: Format, listing: Listing<T>, items: Iterable<T>): void {
  cli.out.raw(renderListing(format, listing, items, cli.out.isTerminal));
}

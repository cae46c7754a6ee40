import type { Cli } from '../cli.ts';
import { StatusError } from '../status-error.ts';
import { compile, execute } from '../template/execute.ts';
import { TemplateError } from '../template/lex.ts';
import type { Template } from '../template/parse.ts';
import { Method, Row, type RowField } from '../template/value.ts';
import { visible } from '../terminal/visible.ts';
import { align } from './tabwriter.ts';

/** How one kind of object is listed: what can be asked of a row, and the heads of columns. */
export interface Listing<T> {
  /** Go's name of the row, for messages. */
  readonly typeName: string;
  readonly headers: Readonly<Record<string, string>>;
  fields(item: T): Readonly<Record<string, RowField>>;
}

export interface Format {
  readonly table: boolean;
  readonly template: Template;
}

/** Reads `table …`, `json` or a template. `plain` is what a bare `table` stands for. */
export function parseFormat(source: string, plain: string): Format {
  const table = source.startsWith('table');
  let body = source;
  if (table) {
    body = source.slice(5).trim();
    if (body === '') body = plain;
  } else if (source === 'json') body = '{{json .}}';
  body = body.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
  try {
    return { table, template: compile(body) };
  } catch (error) {
    if (error instanceof TemplateError)
      throw new StatusError(`failed to parse template: ${error.message}`, 1);
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

function run(template: Template, row: Row): string {
  try {
    return execute(template, row);
  } catch (error) {
    if (error instanceof TemplateError)
      throw new StatusError(`failed to execute template: ${error.message}`, 1);
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
    const line = run(format.template, new Row(listing.typeName, listing.fields(item)));
    text += `${terminal ? visible(line) : line}\n`;
  }
  return format.table ? align(`${run(format.template, headerRow(listing.headers))}\n${text}`) : text;
}

/** True where the template asks rows for `field`: lets a listing leave out what is dear to find. */
export function usesField(format: Format, field: string): boolean {
  return format.template.source.includes(`.${field}`);
}

export function writeListing<T>(cli: Cli, format: Format, listing: Listing<T>, items: Iterable<T>): void {
  cli.out.raw(renderListing(format, listing, items, cli.out.isTerminal));
}

import { messageOf } from '../../errors/minke-error.ts';
import type { Cli } from '../cli.ts';
import { StatusError } from '../status-error.ts';
import { compile, execute } from '../template/execute.ts';
import { TemplateError } from '../template/lex.ts';
import type { Template } from '../template/parse.ts';
import type { Value } from '../template/value.ts';
import { indentJson } from './indent.ts';
import { type Kind, reader } from './kinds.ts';
import { ShapeError } from './typed.ts';
import { templateValue } from './values.ts';

/** An object as the daemon sent it. Without a kind a template sees its JSON alone. */
export interface Found {
  readonly source: string;
  readonly kind?: Kind;
}

/** Runs a template over a value of known structure. */
export const executeTyped = (template: Template, value: Value): string =>
  execute(template, value, { printNull: () => '<nil>' });

/**
 * Runs a template over an object: over its structure, and where that has not what the template wants, over the JSON as
 * it was sent. Throws "template parsing error: …".
 */
export async function executeInspect(template: Template, { source, kind }: Found): Promise<string> {
  const value = templateValue(source);
  if (kind !== undefined) {
    const read = await reader(kind);
    try {
      return executeTyped(template, read(value));
    } catch (error) {
      if (!(error instanceof TemplateError || error instanceof ShapeError)) throw error;
    }
  }
  try {
    return execute(template, value, { missingKey: 'error' });
  } catch (error) {
    if (error instanceof TemplateError)
      throw new Error(`template parsing error: ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * Shows objects: as an indented list, as `json` on one line, or by a template a line each. What was found is shown, then
 * what was not; a mistake in the template ends with status 64 before anything is asked.
 */
export async function inspectObjects(
  cli: Cli,
  names: readonly string[],
  format: string,
  fetch: (name: string) => Promise<Found>,
): Promise<number> {
  const template = format === '' || format === 'json' ? undefined : compileInspect(format);
  const found: string[] = [];
  const failures: string[] = [];
  for (const name of names)
    try {
      const one = await fetch(name);
      found.push(template === undefined ? one.source.trim() : `${await executeInspect(template, one)}\n`);
    } catch (error) {
      failures.push(messageOf(error));
    }
  if (template !== undefined) cli.out.text(found.length === 0 ? '\n' : found.join(''));
  else if (found.length === 0) cli.out.raw('[]\n');
  else cli.out.text(`${indentJson(`[${found.join(',')}]`, format === 'json' ? '' : '    ')}\n`);
  if (failures.length > 0) throw new StatusError(failures.join('\n'), 1);
  return 0;
}

/** Reads the template of `--format`; a mistake ends with status 64. */
export function compileInspect(format: string): Template {
  try {
    return compile(format);
  } catch (error) {
    throw new StatusError(`template parsing error: ${messageOf(error)}`, 64);
  }
}

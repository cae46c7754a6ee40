import { messageOf } from '../../errors/minke-error.ts';
import type { Cli } from '../cli.ts';
import { StatusError } from '../status-error.ts';
import { compile, execute } from '../template/execute.ts';
import { TemplateError } from '../template/lex.ts';
import type { Template } from '../template/parse.ts';
import { indentJson } from './indent.ts';
import { goAlias, isOptional, printNull, templateValue } from './values.ts';

/** Runs a template over the JSON of one object. Throws "template parsing error: …". */
export function executeInspect(template: Template, source: string): string {
  try {
    return execute(template, templateValue(source), {
      missingKey: 'error',
      printNull,
      optional: isOptional,
      alias: goAlias,
    });
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
  fetch: (name: string) => Promise<string>,
): Promise<number> {
  const template = format === '' || format === 'json' ? undefined : compileInspect(format);
  const found: string[] = [];
  const failures: string[] = [];
  for (const name of names)
    try {
      const source = await fetch(name);
      found.push(template === undefined ? source.trim() : `${executeInspect(template, source)}\n`);
    } catch (error) {
      failures.push(messageOf(error));
    }
  if (template !== undefined) cli.out.text(found.length === 0 ? '\n' : found.join(''));
  else if (found.length === 0) cli.out.raw('[]\n');
  else cli.out.text(`${indentJson(`[${found.join(',')}]`, format === 'json' ? '' : '    ')}\n`);
  if (failures.length > 0) throw new StatusError(failures.join('\n'), 1);
  return 0;
}

function compileInspect(format: string): Template {
  try {
    return compile(format);
  } catch (error) {
    throw new StatusError(`template parsing error: ${messageOf(error)}`, 64);
  }
}

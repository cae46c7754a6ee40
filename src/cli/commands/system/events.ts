import { number, object, parseJson, text, textMap } from '../../../client/json.ts';
import { events } from '../../../client/system/events.ts';
import { messageOf } from '../../../errors/minke-error.ts';
import { command as define } from '../../command.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { filterFlag, inspectFormat } from '../../format/flags.ts';
import { rfc3339Nano } from '../../format/time.ts';
import { toTimestamp } from '../../format/timestamp.ts';
import { executeTyped } from '../../inspect/inspect.ts';
import { typed } from '../../inspect/typed.ts';
import { templateValue } from '../../inspect/values.ts';
import { textLines } from '../../progress/json-lines.ts';
import { StatusError } from '../../status-error.ts';
import { compile } from '../../template/execute.ts';
import { TemplateError } from '../../template/lex.ts';
import type { Template } from '../../template/parse.ts';

/** When, what and which, with the attributes behind. */
function plain(source: string): string {
  const event = object(parseJson(source));
  // Nanoseconds since 1970 are more than a number holds exactly.
  const nano = /"timeNano":(\d+)/.exec(source)?.[1];
  const time = nano === undefined ? BigInt(number(event.time)) * 1_000_000_000n : BigInt(nano);
  const actor = object(event.Actor);
  const attributes = Object.entries(textMap(actor.Attributes))
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  const tail = attributes.length === 0 ? '' : ` (${attributes.join(', ')})`;
  return `${time === 0n ? '' : `${rfc3339Nano(time)} `}${text(event.Type)} ${text(event.Action)} ${text(actor.ID)}${tail}`;
}

function parse(format: string): Template | undefined {
  if (format === '') return undefined;
  try {
    return compile(format === 'json' ? '{{json .}}' : format);
  } catch (error) {
    throw new StatusError(`Error parsing format: ${messageOf(error)}`, 64);
  }
}

async function byTemplate(template: Template): Promise<(source: string) => string> {
  const { eventsShapes } = await import('../../inspect/shapes/events.ts');
  const run = (source: string): string =>
    executeTyped(template, typed(eventsShapes, 'events.Message', templateValue(source), '*events.Message'));
  try {
    run('{}');
  } catch (error) {
    // A field that events do not have is found before one comes.
    if (error instanceof TemplateError) throw new StatusError(`Error parsing format: ${error.message}`, 64);
    throw error;
  }
  return run;
}

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: [
    'minke events --since 10m --filter type=container',
    "minke events --format '{{.Action}} {{.Actor.ID}}'",
  ],
  flags: {
    filter: filterFlag,
    format: flag(string, inspectFormat.text),
    since: flag(string, 'Begin with what happened since this time'),
    until: flag(string, 'End at this time'),
  },
  async run(cli, { flags }) {
    const template = parse(flags.format);
    const response = await events(await cli.client(), {
      since: toTimestamp(flags.since),
      until: toTimestamp(flags.until),
      filters: flags.filter,
    });
    const show = template === undefined ? plain : await byTemplate(template);
    for await (const line of textLines(response.body)) cli.out.line(show(line));
    return 0;
  },
});

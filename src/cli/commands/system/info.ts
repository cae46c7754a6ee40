import { newestVersion } from '../../../client/client.ts';
import { type JsonObject, object, parseJson, texts } from '../../../client/json.ts';
import { infoText } from '../../../client/system/info.ts';
import { isKind, messageOf } from '../../../errors/minke-error.ts';
import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import { inspectFormat } from '../../format/flags.ts';
import { type ClientInfo, clientInfo, clientLines, pluginWarnings } from '../../info/client.ts';
import { serverLines } from '../../info/lines.ts';
import { compileInspect, executeTyped } from '../../inspect/inspect.ts';
import { typed } from '../../inspect/typed.ts';
import { templateValue } from '../../inspect/values.ts';
import { StatusError } from '../../status-error.ts';
import type { Template } from '../../template/parse.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke info', "minke info --format '{{.Driver}}'"],
  flags: { format: inspectFormat },
  async run(cli, { flags }) {
    if (flags.format !== '')
      return formatted(cli, compileInspect(flags.format === 'json' ? '{{json .}}' : flags.format));
    const { source, failure } = await ask(cli);
    const own = await clientInfo(cli, await versionOf(cli));
    cli.out.text(`${clientLines(own).join('\n')}\n\nServer:\n`);
    for (const warning of pluginWarnings(own)) cli.err.line(warning);
    if (failure !== undefined) throw new StatusError(messageOf(failure), 1);
    const info: JsonObject = object(parseJson(source));
    cli.out.text(`${serverLines(info, cli.globals.debug).join('\n')}\n\n`);
    for (const warning of texts(info.Warnings)) cli.err.line(warning);
    return 0;
  },
});

async function ask(cli: Cli): Promise<{ readonly source: string; readonly failure?: unknown }> {
  try {
    return { source: (await infoText(await cli.client())).trim() };
  } catch (failure) {
    return { source: '{}', failure };
  }
}

const versionOf = async (cli: Cli): Promise<string> =>
  (await cli.client()).version().catch(() => newestVersion);

/** Whether the template can do without the daemon. */
function clientOnly(
  template: Template,
  own: ClientInfo,
  run: (shape: string, source: string) => string,
): boolean {
  if (!/\.[a-zA-Z]/.test(template.source) || template.source === '{{json .}}') return false;
  try {
    run('system.sparseInfo', JSON.stringify({ ClientInfo: own }));
    return true;
  } catch {
    return false;
  }
}

async function formatted(cli: Cli, template: Template): Promise<number> {
  const { systemShapes } = await import('../../inspect/shapes/system.ts');
  const run = (shape: string, source: string): string =>
    executeTyped(template, typed(systemShapes, shape, templateValue(source)));
  // As Docker's client, which asks the daemon for nothing here, names no version of its API.
  const own = await clientInfo(cli, '');
  const { source, failure } = clientOnly(template, own, run) ? { source: '{}' } : await ask(cli);
  if (failure !== undefined) cli.err.line(messageOf(failure));
  const extra = JSON.stringify({
    ...(failure === undefined || isKind(failure, 'unavailable')
      ? {}
      : { ServerErrors: [messageOf(failure)] }),
    ClientInfo: own,
  });
  const whole = source === '{}' ? extra : `${source.slice(0, -1)},${extra.slice(1)}`;
  let shown = '';
  try {
    shown = run('system.dockerInfo', whole);
  } finally {
    cli.out.text(`${shown}\n`);
  }
  return failure !== undefined && isKind(failure, 'unavailable') ? 1 : 0;
}

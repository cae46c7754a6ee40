import { newestVersion } from '../../../client/client.ts';
import { type JsonObject, object, parseJson, texts } from '../../../client/json.ts';
import { infoText } from '../../../client/system/info.ts';
import { isKind, messageOf } from '../../../errors/minke-error.ts';
import { command as define } from '../../command.ts';
import { inspectFormat } from '../../format/flags.ts';
import { clientVersionInfo } from '../../info/client.ts';
import { serverLines } from '../../info/lines.ts';
import { executeInspect } from '../../inspect/inspect.ts';
import { StatusError } from '../../status-error.ts';
import { compile } from '../../template/execute.ts';
import type { Template } from '../../template/parse.ts';

function parse(format: string): Template {
  try {
    return compile(format);
  } catch (error) {
    throw new StatusError(`template parsing error: ${messageOf(error)}`, 64);
  }
}

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  flags: { format: inspectFormat },
  async run(cli, { flags }) {
    const template = flags.format === '' || flags.format === 'json' ? undefined : parse(flags.format);
    const client = await cli.client();
    let source = '{}';
    let failure: string | undefined;
    try {
      source = await infoText(client);
    } catch (error) {
      failure = messageOf(error);
      if (isKind(error, 'unavailable') && flags.format !== '') throw error;
    }
    const own = {
      Debug: cli.globals.debug,
      ...clientVersionInfo(cli, await client.version().catch(() => newestVersion)),
      Plugins: [],
      Warnings: null,
    };
    if (flags.format !== '') {
      if (failure !== undefined) cli.err.line(failure);
      const extra = JSON.stringify({
        ...(failure === undefined ? {} : { ServerErrors: [failure] }),
        ClientInfo: own,
      });
      const whole = source.trim() === '{}' ? extra : `${source.trim().slice(0, -1)},${extra.slice(1)}`;
      cli.out.text(template === undefined ? `${whole}\n` : `${executeInspect(template, whole)}\n`);
      return 0;
    }
    cli.out.line(
      `Client:\n Version:    ${own.Version}\n Context:    ${own.Context}\n Debug Mode: ${own.Debug}\n\nServer:`,
    );
    if (failure !== undefined) throw new StatusError(`${failure}\nerrors pretty printing info`, 1);
    const info: JsonObject = object(parseJson(source));
    cli.out.text(`${serverLines(info, cli.globals.debug).join('\n')}\n\n`);
    for (const warning of texts(info.Warnings)) cli.err.line(warning);
    return 0;
  },
});

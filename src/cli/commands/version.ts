import { newestVersion } from '../../client/client.ts';
import { type JsonObject, list, object, parseJson, text } from '../../client/json.ts';
import { versionText } from '../../client/system/version.ts';
import { messageOf } from '../../errors/minke-error.ts';
import { command as define } from '../command.ts';
import { inspectFormat } from '../format/flags.ts';
import { align } from '../format/tabwriter.ts';
import { type ClientVersion, clientVersionInfo } from '../info/client.ts';
import { compileInspect, executeTyped } from '../inspect/inspect.ts';
import { typed } from '../inspect/typed.ts';
import { templateValue } from '../inspect/values.ts';
import { StatusError } from '../status-error.ts';

/** Docker shows when the engine was built as C's ctime does. */
function buildTime(source: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}:\d{2})/.exec(source);
  if (match === null) return source;
  const [, year = '', month = '', day = '', time = ''] = match;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const [weekday, , monthName] = date.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${monthName} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}

/** The daemon's answer with the engine's build time as it is shown. */
function withBuildTime(source: string): string {
  const server = object(parseJson(source));
  for (const component of list(server.Components, object)) {
    const details = object(component.Details);
    if (text(component.Name) === 'Engine' && text(details.BuildTime) !== '')
      details.BuildTime = buildTime(text(details.BuildTime));
  }
  return JSON.stringify(server);
}

function clientLines(own: ClientVersion): string[] {
  const lowered =
    own.ApiVersion === own.DefaultAPIVersion ? '' : ` (downgraded from ${own.DefaultAPIVersion})`;
  return [
    'Client:',
    ` Version:\t${own.Version}`,
    ` API version:\t${own.ApiVersion}${lowered}`,
    ` Runtime:\t${own.GoVersion}`,
    ...(own.GitCommit === '' ? [] : [` Git commit:\t${own.GitCommit}`, ` Built:\t${own.BuildTime}`]),
    ` OS/Arch:\t${own.Os}/${own.Arch}`,
    ` Context:\t${own.Context}`,
  ];
}

function componentLines(component: JsonObject): string[] {
  const details = object(component.Details);
  const name = text(component.Name);
  if (name !== 'Engine')
    return [
      ` ${name}:`,
      `  Version:\t${text(component.Version)}`,
      ...Object.keys(details)
        .sort()
        .map((key) => `  ${key}:\t${text(details[key])}`),
    ];
  return [
    ' Engine:',
    `  Version:\t${text(component.Version)}`,
    `  API version:\t${text(details.ApiVersion)} (minimum version ${text(details.MinAPIVersion)})`,
    `  Go version:\t${text(details.GoVersion)}`,
    `  Git commit:\t${text(details.GitCommit)}`,
    `  Built:\t${text(details.BuildTime)}`,
    `  OS/Arch:\t${text(details.Os)}/${text(details.Arch)}`,
    `  Experimental:\t${text(details.Experimental)}`,
  ];
}

function serverLines(server: JsonObject): string[] {
  const platform = text(object(server.Platform).Name);
  return [
    '',
    platform === '' ? 'Server:' : `Server: ${platform}`,
    ...list(server.Components, object).flatMap(componentLines),
  ];
}

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke version', "minke version --format '{{.Server.Version}}'"],
  flags: { format: inspectFormat },
  async run(cli, { flags }) {
    const template =
      flags.format === '' ? undefined : compileInspect(flags.format === 'json' ? '{{json .}}' : flags.format);
    const client = await cli.client();
    let server = 'null';
    let failure: string | undefined;
    try {
      server = withBuildTime(await versionText(client));
    } catch (error) {
      failure = messageOf(error);
    }
    const own = clientVersionInfo(cli, failure === undefined ? await client.version() : newestVersion);
    const whole = `{"Client":${JSON.stringify(own)},"Server":${server}}`;
    if (template !== undefined) {
      const { systemShapes } = await import('../inspect/shapes/system.ts');
      try {
        cli.out.line(executeTyped(template, typed(systemShapes, 'system.versionInfo', templateValue(whole))));
      } catch (error) {
        cli.out.line('');
        // Of a daemon that is not there nothing can be shown: that is what is wrong, not the template.
        throw new StatusError(failure ?? messageOf(error), 1);
      }
    } else {
      const lines = clientLines(own);
      if (failure === undefined) lines.push(...serverLines(object(parseJson(server))));
      cli.out.text(`${align(lines.join('\n'), { minimum: 20, padding: 1 })}\n`);
    }
    if (failure !== undefined) throw new StatusError(failure, 1);
    return 0;
  },
});

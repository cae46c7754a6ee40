import type { Response } from '../../../client/http/connection.ts';
import { pushImage } from '../../../client/images/push.ts';
import { isObject, type JsonObject, text } from '../../../client/json.ts';
import {
  familiarName,
  parseReference,
  referenceString,
  withDefaultTag,
} from '../../../kit/reference/reference.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { refuseContentTrust } from '../../images/content-trust.ts';
import { copyToEngine, isEngineAddress } from '../../images/copy-to-engine.ts';
import { noteOf, platformNote, printNote } from '../../images/notes.ts';
import { platformArgument } from '../../images/platform.ts';
import { registryAuth } from '../../images/pull.ts';
import { sourcesAuth } from '../../images/sources-auth.ts';
import { jsonLines } from '../../progress/json-lines.ts';
import { showProgress } from '../../progress/show.ts';

async function followQuietly(body: Response['body'], hear: (aux: JsonObject) => void): Promise<void> {
  for await (const message of jsonLines(body)) {
    if (isObject(message.aux)) hear(message.aux);
    const reason = text(message.error);
    if (reason !== '') throw new Error(reason);
  }
}

export const command = define({
  usage: '[OPTIONS] [ssh://HOST|unix://PATH] NAME[:TAG]',
  arity: { min: 1, max: 2 },
  examples: ['minke push registry.example:5000/team/app:v1', 'minke push ssh://ada@web.example my-app:2'],
  completeArgs: ['images'],
  flags: {
    'all-tags': flag(bool, 'Every tag of the repository', { short: 'a' }),
    'disable-content-trust': flag(bool, 'Without a look at signatures', { default: true, hidden: true }),
    platform: flag(string, 'Only this platform of an image that has several (os[/arch[/variant]])'),
    quiet: flag(bool, 'Say only the name at the end', { short: 'q' }),
    referrers: flag(bool, 'Also what refers to it at the registries that it came from'),
  },
  async run(cli, { flags, changed, args }) {
    refuseContentTrust(cli.env, flags, changed);
    const [first = '', second] = args;
    if (isEngineAddress(first)) {
      if (second === undefined) throw new Error(`which image goes to ${first}?`);
      await copyToEngine(cli, first, second);
      return 0;
    }
    if (second !== undefined)
      throw new Error(`${JSON.stringify(first)} is no address of an engine (ssh://HOST, unix://PATH)`);
    const platform = platformArgument(flags.platform) ?? '';
    if (platform !== '') printNote(cli.out, platformNote);
    const parsed = parseReference(first);
    if (parsed.digest !== undefined) throw new Error('cannot push a digest reference');
    if (flags['all-tags'] && parsed.tag !== undefined)
      throw new Error("tag can't be used with --all-tags/-a");
    const name = flags['all-tags'] ? parsed : withDefaultTag(parsed);
    if (!flags['all-tags'] && parsed.tag === undefined && !flags.quiet)
      cli.out.line('Using default tag: latest');
    const client = await cli.client();
    const response = await pushImage(client, familiarName(name), {
      tag: name.tag ?? '',
      auth: await registryAuth(cli, name),
      sources: await sourcesAuth(cli, client, name),
      platform,
      referrers: flags.referrers,
    });
    const notes: string[] = [];
    const hear = (aux: JsonObject): void => {
      const note = noteOf(aux);
      if (note !== undefined) notes.push(note);
    };
    try {
      if (flags.quiet) {
        await followQuietly(response.body, hear);
        cli.out.line(referenceString(name));
      } else await showProgress(response.body, cli.out, hear);
    } finally {
      for (const note of notes) printNote(cli.out, note);
    }
    return 0;
  },
});

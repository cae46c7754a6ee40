import { inspectContainer } from '../../client/containers/inspect.ts';
import { inspectImageText } from '../../client/images/inspect.ts';
import { type JsonObject, object, parseJson, text } from '../../client/json.ts';
import { infoText } from '../../client/system/info.ts';
import { isKind } from '../../errors/minke-error.ts';
import { command as define } from '../command.ts';
import { runArguments } from '../explain/arguments.ts';
import { shellWord } from '../explain/quote.ts';
import { bool } from '../flags/basic-kinds.ts';
import { flag } from '../flags/kind.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER',
  arity: { min: 1, max: 1 },
  completeArgs: ['containers'],
  description: 'Show the command that would make a container like this one again',
  examples: ['minke explain web', 'minke explain --one-line web'],
  flags: { 'one-line': flag(bool, 'All on one line') },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    const container = object(await inspectContainer(client, args[0] ?? ''));
    const image: JsonObject = await inspectImageText(client, text(container.Image)).then(
      (source) => object(parseJson(source)),
      (error: unknown) => {
        if (!isKind(error, 'not-found')) throw error;
        cli.err.line('The image is gone: what it brought along can not be told from what was asked for.');
        return {};
      },
    );
    const info = object(parseJson(await infoText(client)));
    const cgroupns = text(info.CgroupVersion) === '1' ? 'host' : 'private';
    const parts = runArguments(container, image, cgroupns).map((words) => words.map(shellWord).join(' '));
    cli.out.line([`${cli.program} run -d`, ...parts].join(flags['one-line'] ? ' ' : ' \\\n  '));
    return 0;
  },
});

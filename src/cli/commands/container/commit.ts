import { commitContainer } from '../../../client/containers/commit.ts';
import { familiarName, parseReference, withDefaultTag } from '../../../kit/reference/reference.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { list } from '../../flags/list-kinds.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
  arity: { min: 1, max: 2 },
  examples: ["minke commit -m 'as it is' -c 'CMD [\"nginx\"]' web web:tried"],
  completeArgs: ['containers', 'images'],
  interspersed: false,
  flags: {
    author: flag(string, 'Who made it, such as "Ada <ada@example.org>"', { short: 'a' }),
    change: flag(list, 'Set something of the image by a Dockerfile instruction', { short: 'c' }),
    message: flag(string, 'Note for the history', { short: 'm' }),
    'no-pause': flag(bool, 'Let the container run on meanwhile'),
    pause: flag(bool, 'Pause the container meanwhile', { short: 'p', default: true, hidden: true }),
  },
  async run(cli, { flags, args }) {
    const [container = '', image = ''] = args;
    const name = image === '' ? undefined : withDefaultTag(parseReference(image));
    if (name !== undefined && name.digest !== undefined) throw new Error('cannot commit to digest reference');
    const id = await commitContainer(await cli.client(), {
      container,
      repo: name === undefined ? '' : familiarName(name),
      tag: name?.tag ?? '',
      author: flags.author,
      comment: flags.message,
      changes: flags.change,
      pause: flags.pause && !flags['no-pause'],
    });
    cli.out.line(id);
    return 0;
  },
});

import { removeContainer } from '../../../client/containers/remove.ts';
import { isKind } from '../../../errors/minke-error.ts';
import { command as define } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  completeArgs: ['containers'],
  examples: ['minke rm -f web', 'minke rm $(minke ps -aq)'],
  flags: {
    force: flag(bool, 'Kill it first when it runs', { short: 'f' }),
    link: flag(bool, 'Remove the link, not the container', { short: 'l' }),
    volumes: flag(bool, 'Remove its anonymous volumes too', { short: 'v' }),
  },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    return forEachName(cli, args, async (name) => {
      const trimmed = name.replace(/^\/+|\/+$/g, '');
      if (trimmed === '') throw new Error('container name cannot be empty');
      try {
        await removeContainer(client, trimmed, flags);
        return undefined;
      } catch (error) {
        // With --force what is not there is no failure.
        if (!flags.force || !isKind(error, 'not-found')) throw error;
        cli.err.line(error.message);
        return 'unsaid';
      }
    });
  },
});

import { removeNetwork } from '../../../client/networks/remove.ts';
import { isKind, messageOf } from '../../../errors/minke-error.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { StatusError } from '../../status-error.ts';

export const command = define({
  usage: 'NETWORK [NETWORK...]',
  arity: { min: 1 },
  examples: ['minke network rm back'],
  completeArgs: ['networks'],
  flags: { force: flag(bool, 'No error where there is no such network', { short: 'f' }) },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    let status = 0;
    for (const name of args)
      try {
        await removeNetwork(client, name);
        cli.out.line(name);
      } catch (error) {
        if (flags.force && isKind(error, 'not-found')) continue;
        cli.err.line(messageOf(error));
        status = 1;
      }
    // Docker's client says this too.
    if (status !== 0) throw new StatusError(`exit status ${status}`, status);
    return 0;
  },
});

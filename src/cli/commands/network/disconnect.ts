import { disconnectNetwork } from '../../../client/networks/disconnect.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';

export const command = define({
  usage: '[OPTIONS] NETWORK CONTAINER',
  arity: { min: 2, max: 2 },
  examples: ['minke network disconnect back postgres'],
  completeArgs: ['networks', 'containers'],
  flags: { force: flag(bool, 'Even where the container can not be reached', { short: 'f' }) },
  async run(cli, { flags, args }) {
    const [network = '', container = ''] = args;
    await disconnectNetwork(await cli.client(), network, container, flags.force);
    return 0;
  },
});

import { command as define } from '../../command.ts';
import { cpArgument } from '../../cp/argument.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tminke cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH',
  arity: { min: 2, max: 2 },
  completeArgs: ['files', 'files'],
  description:
    "Copy files and folders between a container and this machine\n\nWith '-' a tar goes to standard output, or comes from standard input.",
  examples: ['minke cp web:/etc/nginx/nginx.conf .', 'minke cp ./site/. web:/usr/share/nginx/html'],
  flags: {
    archive: flag(bool, 'Give copies the owner that the container runs as', { short: 'a' }),
    'follow-link': flag(bool, 'Copy what a link at SRC_PATH points at', { short: 'L' }),
    quiet: flag(bool, 'Say nothing at the end', { short: 'q' }),
  },
  async run(cli, { flags, changed, args }) {
    const [from = '', to = ''] = args;
    if (from === '') throw new Error('source can not be empty');
    if (to === '') throw new Error('destination can not be empty');
    const source = cpArgument(from);
    const target = cpArgument(to);
    const quiet = changed.has('quiet') ? flags.quiet : !cli.out.isTerminal;
    const options = { followLink: flags['follow-link'], quiet, archive: flags.archive };
    if (source.container !== undefined && target.container !== undefined)
      throw new Error('copying between containers is not supported');
    if (source.container !== undefined) {
      const { copyFromContainer } = await import('../../cp/from-container.ts');
      await copyFromContainer(cli, source.container, source.path, target.path, options);
    } else if (target.container !== undefined) {
      const { copyToContainer } = await import('../../cp/to-container.ts');
      await copyToContainer(cli, target.container, source.path, target.path, options);
    } else throw new Error('must specify at least one container source');
    return 0;
  },
});

import type { RequestBody } from '../../../client/http/connection.ts';
import { importImage } from '../../../client/images/create.ts';
import { parseReference } from '../../../kit/reference/reference.ts';
import { command as define } from '../../command.ts';
import { openSource } from '../../files/source.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { list } from '../../flags/list-kinds.ts';
import { showProgress } from '../../progress/show.ts';

export const command = define({
  usage: '[OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
  arity: { min: 1 },
  examples: ['minke import -c \'CMD ["sh"]\' root.tar small:v1'],
  completeArgs: ['files', 'images'],
  flags: {
    change: flag(list, 'Set something of the image by a Dockerfile instruction', { short: 'c' }),
    message: flag(string, 'Note for the history', { short: 'm' }),
    platform: flag(string, 'Platform of the image'),
  },
  async run(cli, { flags, args }) {
    const [from = '', name = ''] = args;
    const remote = /^https?:\/\//.test(from);
    if (name !== '') parseReference(name);
    let tar: RequestBody | undefined;
    if (from === '-') tar = process.stdin;
    else if (!remote) tar = openSource(from);
    const options = {
      source: remote ? from : '-',
      // In one: what can't be a name of an import, a digest, is the daemon's to refuse.
      repo: name,
      tag: '',
      message: flags.message,
      changes: flags.change,
      platform: flags.platform,
    };
    const response = await importImage(await cli.client(), options, tar);
    await showProgress(response.body, cli.out);
    return 0;
  },
});

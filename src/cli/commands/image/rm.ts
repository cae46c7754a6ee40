import { removeImage } from '../../../client/images/remove.ts';
import { isKind, messageOf } from '../../../errors/minke-error.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { slice } from '../../flags/list-kinds.ts';
import { platformJson } from '../../images/platform.ts';
import { StatusError } from '../../status-error.ts';

export const command = define({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  arity: { min: 1 },
  examples: ['minke rmi nginx:1.28'],
  completeArgs: ['images'],
  flags: {
    force: flag(bool, 'Even where containers that are stopped use it', { short: 'f' }),
    'no-prune': flag(bool, 'Keep parents that have no name'),
    platform: flag(slice, 'Remove only this platform of an image that has several (os[/arch[/variant]])'),
  },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    const options = {
      force: flags.force,
      noPrune: flags['no-prune'],
      platforms: flags.platform.map((platform) => platformJson(platform) ?? ''),
    };
    const failures: string[] = [];
    let fatal = false;
    for (const name of args)
      try {
        for (const { untagged, deleted } of await removeImage(client, name, options))
          cli.out.line(deleted === '' ? `Untagged: ${untagged}` : `Deleted: ${deleted}`);
      } catch (error) {
        if (!isKind(error, 'not-found')) fatal = true;
        failures.push(messageOf(error));
      }
    if (failures.length === 0) return 0;
    if (fatal || !flags.force) throw new StatusError(failures.join('\n'), 1);
    cli.err.line(failures.join('\n'));
    return 0;
  },
});

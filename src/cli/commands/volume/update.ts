import { number, object, parseJson, text } from '../../../client/json.ts';
import { inspectVolumeText } from '../../../client/volumes/inspect.ts';
import { updateVolume } from '../../../client/volumes/update.ts';
import { command as define } from '../../command.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';

export const command = define({
  usage: '[OPTIONS] VOLUME',
  arity: { min: 1, max: 1 },
  examples: ['minke volume update --availability drain data'],
  completeArgs: ['volumes'],
  flags: {
    availability: flag(string, 'Availability of the cluster volume ("active", "pause", "drain")', {
      default: 'active',
    }),
  },
  async run(cli, { flags, changed, args }) {
    const [name = ''] = args;
    const client = await cli.client();
    const cluster = object(object(parseJson(await inspectVolumeText(client, name))).ClusterVolume);
    if (Object.keys(cluster).length === 0) throw new Error('Can only update cluster volumes');
    const spec = {
      ...object(cluster.Spec),
      ...(changed.has('availability') ? { Availability: flags.availability } : {}),
    };
    await updateVolume(client, text(cluster.ID), number(object(cluster.Version).Index), spec);
    return 0;
  },
});

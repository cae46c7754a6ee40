import { createVolume } from '../../../client/volumes/create.ts';
import { command as define } from '../../command.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { list, listOf, map } from '../../flags/list-kinds.ts';
import { bytes } from '../../flags/size-kinds.ts';
import { checkLabel } from '../../run/checks.ts';

const pairs = (labels: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    labels.map((label) => {
      const equals = label.indexOf('=');
      return equals < 0 ? [label, ''] : [label.slice(0, equals), label.slice(equals + 1)];
    }),
  );

const topology = (text: string): { readonly Segments: Record<string, string> } => ({
  Segments: pairs(text.split(',')),
});

export const command = define({
  usage: '[OPTIONS] [VOLUME]',
  arity: { min: 0, max: 1 },
  examples: [
    'minke volume create --label keep data',
    'minke volume create -o type=tmpfs -o device=tmpfs -o o=size=64m scratch',
  ],
  flags: {
    availability: flag(string, 'Availability of a cluster volume ("active", "pause", "drain")', {
      default: 'active',
    }),
    driver: flag(string, 'Driver that makes the volume', { short: 'd', default: 'local' }),
    group: flag(string, 'Group of a cluster volume'),
    label: flag(listOf(checkLabel), 'Set a label'),
    'limit-bytes': flag(bytes, 'Largest size of a cluster volume'),
    name: flag(string, 'Name of the volume', { hidden: true }),
    opt: flag(map, 'Set an option of the driver', { short: 'o' }),
    'required-bytes': flag(bytes, 'Smallest size of a cluster volume'),
    scope: flag(string, 'Access scope of a cluster volume ("single", "multi")', { default: 'single' }),
    secret: flag(map, 'Secret of a cluster volume'),
    sharing: flag(string, 'Sharing of a cluster volume ("none", "readonly", "onewriter", "all")', {
      default: 'none',
    }),
    'topology-preferred': flag(list, 'Where a cluster volume should be'),
    'topology-required': flag(list, 'Where a cluster volume must be'),
    type: flag(string, 'Access type of a cluster volume ("mount", "block")', { default: 'block' }),
  },
  async run(cli, { flags, changed, args }) {
    if (args[0] !== undefined && flags.name !== '')
      throw new Error(
        'conflicting options: cannot specify a volume-name through both --name and as a positional arg',
      );
    const cluster = [
      'group',
      'scope',
      'sharing',
      'availability',
      'type',
      'secret',
      'limit-bytes',
      'required-bytes',
    ];
    const body = {
      Name: args[0] ?? flags.name,
      Driver: flags.driver,
      DriverOpts: flags.opt.size === 0 ? null : Object.fromEntries(flags.opt),
      Labels: pairs(flags.label),
      ...(cluster.some((name) => changed.has(name))
        ? {
            ClusterVolumeSpec: {
              Group: flags.group,
              AccessMode: {
                Scope: flags.scope,
                Sharing: flags.sharing,
                ...(flags.type === 'mount' ? { MountVolume: {} } : {}),
                ...(flags.type === 'block' ? { BlockVolume: {} } : {}),
              },
              AccessibilityRequirements: {
                Requisite: flags['topology-required'].map(topology),
                Preferred: flags['topology-preferred'].map(topology),
              },
              CapacityRange: { RequiredBytes: flags['required-bytes'], LimitBytes: flags['limit-bytes'] },
              Secrets: [...flags.secret]
                .map(([key, secret]) => ({ Key: key, Secret: secret }))
                .sort((a, b) => (a.Key < b.Key ? -1 : 1)),
              Availability: flags.availability,
            },
          }
        : {}),
    };
    const volume = await createVolume(await cli.client(), body);
    cli.out.line(volume.Name);
    return 0;
  },
});

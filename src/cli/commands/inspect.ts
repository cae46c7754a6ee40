import type { Client } from '../../client/client.ts';
import { inspectContainerText } from '../../client/containers/inspect.ts';
import { inspectImageText } from '../../client/images/inspect.ts';
import { bool as boolField, object, parseJson } from '../../client/json.ts';
import { inspectNetworkText } from '../../client/networks/inspect.ts';
import { inspectPluginText } from '../../client/plugins/inspect.ts';
import { inspectSwarmText } from '../../client/swarm/inspect.ts';
import { infoText } from '../../client/system/info.ts';
import { inspectVolumeText } from '../../client/volumes/inspect.ts';
import { isKind, messageOf } from '../../errors/minke-error.ts';
import { command as define } from '../command.ts';
import { bool, string } from '../flags/basic-kinds.ts';
import { flag } from '../flags/kind.ts';
import { inspectFormat } from '../format/flags.ts';
import { inspectObjects } from '../inspect/inspect.ts';
import type { Kind } from '../inspect/kinds.ts';

interface Source {
  readonly type: string;
  readonly kind?: Kind;
  readonly swarm: boolean;
  fetch(client: Client, name: string, size: boolean): Promise<string>;
}

/** In the order in which a name is looked for. */
const sources: readonly Source[] = [
  {
    type: 'container',
    kind: 'container',
    swarm: false,
    fetch: (client, name, size) => inspectContainerText(client, name, { size }),
  },
  { type: 'image', kind: 'image', swarm: false, fetch: (client, name) => inspectImageText(client, name) },
  {
    type: 'network',
    kind: 'network',
    swarm: false,
    fetch: (client, name) => inspectNetworkText(client, name),
  },
  { type: 'volume', kind: 'volume', swarm: false, fetch: (client, name) => inspectVolumeText(client, name) },
  { type: 'service', swarm: true, fetch: (client, name) => inspectSwarmText(client, 'services', name) },
  { type: 'task', swarm: true, fetch: (client, name) => inspectSwarmText(client, 'tasks', name) },
  { type: 'node', swarm: true, fetch: (client, name) => inspectSwarmText(client, 'nodes', name) },
  { type: 'plugin', swarm: false, fetch: (client, name) => inspectPluginText(client, name) },
  { type: 'secret', swarm: true, fetch: (client, name) => inspectSwarmText(client, 'secrets', name) },
  { type: 'config', swarm: true, fetch: (client, name) => inspectSwarmText(client, 'configs', name) },
];

const types = sources.map(({ type }) => type).sort();

/** A name that this kind of object can't have, or a daemon that has no such objects: the next kind is tried. */
const passesOn = (error: unknown): boolean =>
  isKind(error, 'not-found') ||
  isKind(error, 'not-implemented') ||
  messageOf(error).includes('not supported') ||
  messageOf(error).includes('invalid reference format');

export const command = define({
  usage: '[OPTIONS] NAME|ID [NAME|ID...]',
  arity: { min: 1 },
  examples: ['minke inspect web', "minke inspect -f '{{.State.Health.Status}}' web"],
  completeArgs: ['containers'],
  flags: {
    format: inspectFormat,
    size: flag(bool, 'Sizes of files too, where it is a container', { short: 's' }),
    type: flag(string, 'Look only among objects of this type', { complete: types }),
  },
  async run(cli, { flags, changed, args }) {
    const oneOf = `must be one of ${types.map((type) => `"${type}"`).join(', ')}`;
    if (changed.has('type') && flags.type === '') throw new Error(`type is empty: ${oneOf}`);
    if (flags.type !== '' && !types.includes(flags.type))
      throw new Error(`unknown type: ${JSON.stringify(flags.type)}: ${oneOf}`);
    const client = await cli.client();
    let manager: Promise<boolean> | undefined;
    const swarm = (): Promise<boolean> => {
      manager ??= infoText(client).then((source) =>
        boolField(object(object(parseJson(source)).Swarm).ControlAvailable),
      );
      return manager;
    };
    return inspectObjects(cli, args, flags.format, async (name) => {
      for (const source of sources) {
        if (flags.type !== '' && source.type !== flags.type) continue;
        if (flags.type === '' && source.swarm && !(await swarm())) continue;
        try {
          const found = await source.fetch(client, name, flags.size);
          if (flags.size && source.type !== 'container')
            cli.err.line(`WARNING: --size ignored for ${source.type}`);
          return { source: found, ...(source.kind === undefined ? {} : { kind: source.kind }) };
        } catch (error) {
          if (flags.type !== '' || !passesOn(error)) throw error;
        }
      }
      throw new Error(`Error: No such object: ${name}`);
    });
  },
});

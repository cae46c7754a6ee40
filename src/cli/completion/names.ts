import { listContainers } from '../../client/containers/list.ts';
import { listImages } from '../../client/images/list.ts';
import { list, object, text } from '../../client/json.ts';
import { listNetworks } from '../../client/networks/list.ts';
import { listVolumes } from '../../client/volumes/list.ts';
import type { Cli } from '../cli.ts';
import { ContextStore } from '../config/context-store.ts';
import type { CompletionSource } from '../flags/kind.ts';

type Words = readonly (readonly [word: string, text: string])[];

/** A daemon that does not answer must not hold up the shell. */
const patience = 1500;

async function ask(cli: Cli, source: CompletionSource): Promise<Words> {
  const client = await cli.client();
  switch (source) {
    case 'containers':
    case 'running-containers': {
      const containers = await listContainers(client, { all: source === 'containers' });
      return containers.map(({ Names, Image }) => [(Names[0] ?? '').replace(/^\//, ''), Image] as const);
    }
    case 'images': {
      const images = await listImages(client);
      return images.flatMap(({ RepoTags }) =>
        RepoTags.filter((tag) => !tag.includes('<none>')).map((tag) => [tag, ''] as const),
      );
    }
    case 'networks':
      return (await listNetworks(client)).map(({ Name, Driver }) => [Name, Driver] as const);
    case 'volumes':
      return (await listVolumes(client)).volumes.map(({ Name, Driver }) => [Name, Driver] as const);
    case 'services':
    case 'nodes':
      return list(await client.json('GET', `/${source}`), (item) => {
        const data = object(item);
        return [text(object(data.Spec).Name) || text(object(data.Description).Hostname), ''] as const;
      });
    case 'plugins':
      return list(await client.json('GET', '/plugins'), (item) => [text(object(item).Name), ''] as const);
    default:
      return [];
  }
}

/** Names of objects of a kind; none where the daemon can't be asked. */
export async function namesOf(cli: Cli, source: CompletionSource): Promise<Words> {
  if (source === 'contexts')
    return [
      ['default', ''],
      ...new ContextStore(cli.configDirectory)
        .list()
        .map(({ name, description }) => [name, description] as const),
    ];
  const late = new Promise<Words>((resolve) => setTimeout(() => resolve([]), patience).unref());
  return Promise.race([ask(cli, source).catch(() => []), late]);
}

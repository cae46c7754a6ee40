/** An image from one engine to another, without a registry between them. */
import { Client } from '../../client/client.ts';
import { inspectImageText } from '../../client/images/inspect.ts';
import { listImages } from '../../client/images/list.ts';
import { loadImages } from '../../client/images/load.ts';
import { saveImages } from '../../client/images/save.ts';
import { object, parseJson, text, texts } from '../../client/json.ts';
import { versionText } from '../../client/system/version.ts';
import { parseAddress } from '../../client/transport/address.ts';
import { dialer } from '../../client/transport/dial.ts';
import type { Cli } from '../cli.ts';
import { showProgress } from '../progress/show.ts';

export const isEngineAddress = (word: string): boolean => /^(?:ssh|unix):\/\//.test(word);

/** Diff ids of an image's layers, bottom first; undefined where the engine has no such image. */
async function layersOf(client: Client, image: string): Promise<string[]> {
  return texts(object(object(parseJson(await inspectImageText(client, image))).RootFS).Layers);
}

const sharedStart = (a: readonly string[], b: readonly string[]): number => {
  const differs = a.findIndex((layer, at) => layer !== b[at]);
  return differs === -1 ? a.length : differs;
};

/** How many layers, from the bottom, some image there stands on too. */
async function layersThere(there: Client, layers: readonly string[]): Promise<number> {
  let most = 0;
  for (const { Id } of await listImages(there, { all: true })) {
    most = Math.max(most, sharedStart(layers, await layersOf(there, Id)));
    if (most === layers.length) break;
  }
  return most;
}

const isMinke = async (client: Client): Promise<boolean> =>
  text(object(object(parseJson(await versionText(client))).Platform).Name) === 'Minke';

/** Layers that the other engine has stay here where both are Minke; others read whole archives only. */
export async function copyToEngine(cli: Cli, address: string, image: string): Promise<void> {
  const here = await cli.client();
  const parsed = parseAddress(address);
  const there = new Client({
    dial: dialer(parsed, undefined),
    host: address,
    prefix: '',
    version: undefined,
    headers: {},
  });
  const layers = await layersOf(here, image);
  const both = (await isMinke(here)) && (await isMinke(there));
  const known = both ? layers.slice(0, await layersThere(there, layers)) : [];
  const archive = await saveImages(here, [image], [], known);
  const loaded = await loadImages(there, archive.body, { quiet: !cli.out.isTerminal, platforms: [] });
  await showProgress(loaded.body, cli.out);
}

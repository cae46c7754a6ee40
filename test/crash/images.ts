/**
 * Images for the load: busybox and a file `/which` that says the tag. Some come as tars that are loaded, some by a pull
 * from a registry beside the engine; all are removed again.
 */
import type { Engine } from '../harness/engine/contract.ts';
import { granted } from '../harness/engine/requests.ts';

/** Where the registry listens, in the engine's network namespace. */
export const REGISTRY = '127.0.0.1:5000';
const LOADED = ['one:latest', 'two:latest', 'three:latest', 'four:latest'];
const PULLED = ['five', 'six', 'seven', 'eight'].map((name) => `${REGISTRY}/${name}:latest`);

/** How an image comes: its tar, or null for a pull. */
export type Source = Buffer | null;

/** Makes them in the engine, saves or pushes them, and takes them away again. */
export async function imageSources(engine: Engine): Promise<Map<string, Source>> {
  const must = (method: string, path: string, body?: unknown) => granted(engine, method, path, body);
  const push = async (tag: string): Promise<null> => {
    const { code, stderr } = await engine.docker(['push', '--quiet', tag]);
    if (code !== 0) throw new Error(`push ${tag}: ${stderr}`);
    return null;
  };
  const sources = new Map<string, Source>();
  // What the first published port, and the first network with names, make stays with the engine.
  await must('POST', '/networks/create', { Name: 'makers' });
  for (const tag of [...LOADED, ...PULLED]) {
    await must('POST', '/containers/create?name=maker', {
      Image: 'busybox',
      Cmd: ['sh', '-c', `echo ${tag} > /which`],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { NetworkMode: 'makers', PortBindings: { '80/tcp': [{ HostPort: '' }] } },
    });
    await must('POST', '/containers/maker/start');
    await must('POST', '/containers/maker/wait');
    await must('POST', `/commit?container=maker&repo=${tag.replace(':latest', '')}&tag=latest`);
    sources.set(
      tag,
      LOADED.includes(tag) ? (await must('GET', `/images/${tag}/get`)).bytes : await push(tag),
    );
    await must('DELETE', '/containers/maker');
    await must('DELETE', `/images/${tag}`);
  }
  await must('DELETE', '/networks/makers');
  return sources;
}

/** Images for the load: busybox and a file `/which` that says the tag, as tars that are loaded and removed again. */
import type { Engine } from '../harness/engine/contract.ts';

const TAGS = ['one:latest', 'two:latest', 'three:latest', 'four:latest'];

/** Makes them in the engine, saves them, and takes them away again. */
export async function imageTars(engine: Engine): Promise<Map<string, Buffer>> {
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await engine.api(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  const tars = new Map<string, Buffer>();
  // What the first published port, and the first network with names, make stays with the engine.
  await must('POST', '/networks/create', { Name: 'makers' });
  for (const tag of TAGS) {
    const [repo, name] = tag.split(':');
    await must('POST', '/containers/create?name=maker', {
      Image: 'busybox',
      Cmd: ['sh', '-c', `echo ${tag} > /which`],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { NetworkMode: 'makers', PortBindings: { '80/tcp': [{ HostPort: '' }] } },
    });
    await must('POST', '/containers/maker/start');
    await must('POST', '/containers/maker/wait');
    await must('POST', `/commit?container=maker&repo=${repo}&tag=${name}`);
    tars.set(tag, (await must('GET', `/images/${tag}/get`)).bytes);
    await must('DELETE', '/containers/maker');
    await must('DELETE', `/images/${tag}`);
  }
  await must('DELETE', '/networks/makers');
  return tars;
}

/** Requests to an engine under test that have to be granted. */
import type { ApiAnswer } from './api.ts';
import type { Engine } from './contract.ts';

type Asked = Pick<Engine, 'name' | 'api'>;

/** One API call; throws, with the engine's words, where it is refused. */
export async function granted(
  engine: Asked,
  method: string,
  path: string,
  body?: unknown,
): Promise<ApiAnswer> {
  const answer = await engine.api(method, path, body);
  if (answer.status >= 400)
    throw new Error(`${engine.name}: ${method} ${path}: ${answer.status} ${answer.text.trim()}`);
  return answer;
}

/** Removes all containers with their anonymous volumes, as far as the engine lets them go. */
export async function removeContainers(engine: Asked): Promise<void> {
  const { json } = await engine.api('GET', '/containers/json?all=1');
  if (!Array.isArray(json)) return;
  const ids: string[] = json.map((row: { Id: string }) => row.Id);
  await Promise.all(ids.map((id) => engine.api('DELETE', `/containers/${id}?force=1&v=1`)));
}

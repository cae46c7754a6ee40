import type { Client } from '../client.ts';
import { isObject, number, object, parseJson, text } from '../json.ts';
import { namePath } from '../query.ts';

export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

export interface Exit {
  readonly status: number;
  /** Why waiting failed, where it did. */
  readonly error: string;
}

export interface Waiting {
  /** Settles when the container did what was waited for. */
  readonly exit: Promise<Exit>;
}

/** `POST /containers/{id}/wait`. Resolves once the daemon watches, so that a start right behind it is not missed. */
export async function waitContainer(
  client: Client,
  container: string,
  condition?: WaitCondition,
  signal?: AbortSignal,
): Promise<Waiting> {
  const response = await client.open('POST', `/containers/${namePath('container', container)}/wait`, {
    query: { condition },
    signal,
  });
  const exit = response.body.text().then((source) => {
    const answer = object(parseJson(source));
    return {
      status: number(answer.StatusCode),
      error: isObject(answer.Error) ? text(answer.Error.Message) : '',
    };
  });
  exit.catch(() => undefined); // looked at by the one who awaits it
  return { exit };
}

/** `GET /v1/search`, which `docker search HOST/TERM` asks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pushBlob } from '../harness/registry/ask.ts';
import { startRegistry } from '../harness/registry/registry.ts';

interface Page {
  readonly num_results: number;
  readonly num_pages: number;
  readonly page_size: number;
  readonly results: readonly { readonly name: string }[];
}

test('repositories by a part of their name, as many as are asked for', async () => {
  const { ask, close } = await startRegistry();
  try {
    for (const name of ['team/web', 'team/web-api', 'team/db', 'other/web']) await pushBlob(ask, name, 'x');
    const look = async (query: string) => (await ask('GET', `/v1/search?${query}`)).json<Page>();
    const found = await look('q=WEB');
    assert.deepEqual(
      found.results.map(({ name }) => name),
      ['other/web', 'team/web', 'team/web-api'],
    );
    assert.deepEqual([found.num_results, found.num_pages, found.page_size], [3, 1, 25]);
    const few = await look('q=web&n=2');
    assert.equal(few.results.length, 2);
    assert.deepEqual([few.num_results, few.num_pages], [3, 2]);
    assert.equal((await look('q=none')).num_results, 0);
    assert.equal((await look('q=web&n=5000')).page_size, 100);
    for (const bad of ['0', '-1', 'x', '1e3'])
      assert.equal((await ask('GET', `/v1/search?q=web&n=${bad}`)).code, 'PAGINATION_NUMBER_INVALID', bad);
  } finally {
    await close();
  }
});

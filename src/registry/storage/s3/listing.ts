import { byName, type Entry } from '../contract.ts';
import type { S3Client } from './client.ts';
import { elements, textOf } from './xml.ts';

/** Direct children of a prefix that ends with a slash (ListObjectsV2 with a delimiter). */
export async function listChildren(client: S3Client, prefix: string): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const xml of listPages(client, { prefix, delimiter: '/' })) {
    for (const content of elements(xml, 'Contents')) {
      const name = textOf(content, 'Key').slice(prefix.length);
      if (name !== '') found.push({ name, folder: false });
    }
    for (const common of elements(xml, 'CommonPrefixes')) {
      found.push({ name: textOf(common, 'Prefix').slice(prefix.length).replace(/\/$/, ''), folder: true });
    }
  }
  return found.sort(byName);
}

/** Every key below a prefix. */
export async function* listKeys(client: S3Client, prefix: string): AsyncGenerator<string> {
  for await (const xml of listPages(client, { prefix })) {
    for (const content of elements(xml, 'Contents')) yield textOf(content, 'Key');
  }
}

async function* listPages(client: S3Client, query: Record<string, string>): AsyncGenerator<string> {
  for (let token: string | undefined; ; ) {
    const xml = await client.text({
      method: 'GET',
      key: '',
      query: { 'list-type': '2', ...query, ...(token === undefined ? {} : { 'continuation-token': token }) },
    });
    yield xml;
    token = textOf(xml, 'NextContinuationToken');
    if (textOf(xml, 'IsTruncated') !== 'true' || token === '') return;
  }
}

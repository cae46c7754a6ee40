import type { S3Client } from './client.ts';
import { elements, escapeXml, textOf } from './xml.ts';

export interface Part {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
}

/** The newest multipart upload of a key that is not ended yet; null where there is none. */
export async function findMultipart(client: S3Client, key: string): Promise<string | null> {
  const xml = await client.text({ method: 'GET', key: '', query: { uploads: '', prefix: key } });
  const ids = elements(xml, 'Upload')
    .filter((upload) => textOf(upload, 'Key') === key)
    .map((upload) => textOf(upload, 'UploadId'));
  return ids.at(-1) ?? null;
}

export async function beginMultipart(client: S3Client, key: string): Promise<string> {
  return textOf(await client.text({ method: 'POST', key, query: { uploads: '' } }), 'UploadId');
}

/** In the order of their numbers. */
export async function listParts(client: S3Client, key: string, id: string): Promise<Part[]> {
  const parts: Part[] = [];
  for (let marker = ''; ; ) {
    const xml = await client.text({
      method: 'GET',
      key,
      query: { uploadId: id, ...(marker === '' ? {} : { 'part-number-marker': marker }) },
    });
    for (const part of elements(xml, 'Part')) {
      parts.push({
        number: Number(textOf(part, 'PartNumber')),
        etag: textOf(part, 'ETag'),
        size: Number(textOf(part, 'Size')),
      });
    }
    marker = textOf(xml, 'NextPartNumberMarker');
    if (textOf(xml, 'IsTruncated') !== 'true' || marker === '') return parts;
  }
}

export async function putPart(
  client: S3Client,
  key: string,
  id: string,
  number: number,
  body: Uint8Array,
): Promise<Part> {
  const query = { partNumber: String(number), uploadId: id };
  const answer = await client.open({ method: 'PUT', key, query, body });
  answer.resume();
  return { number, etag: String(answer.headers.etag ?? ''), size: body.length };
}

/** A part that is a range of an object which is there. */
export async function copyPart(
  client: S3Client,
  key: string,
  id: string,
  number: number,
  source: string,
  range: string,
): Promise<Part> {
  const xml = await client.text({
    method: 'PUT',
    key,
    query: { partNumber: String(number), uploadId: id },
    headers: { 'x-amz-copy-source': source, 'x-amz-copy-source-range': range },
  });
  return { number, etag: textOf(xml, 'ETag'), size: 0 };
}

export async function completeMultipart(
  client: S3Client,
  key: string,
  id: string,
  parts: readonly Part[],
): Promise<void> {
  const items = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  const body = Buffer.from(`<CompleteMultipartUpload>${items.join('')}</CompleteMultipartUpload>`);
  await client.text({ method: 'POST', key, query: { uploadId: id }, body });
}

export async function abortMultipart(client: S3Client, key: string, id: string): Promise<void> {
  (await client.open({ method: 'DELETE', key, query: { uploadId: id } })).resume();
}

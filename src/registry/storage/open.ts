import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import type { RegistryStorage } from './contract.ts';
import { FileStorage } from './filesystem/filesystem.ts';
import { MemoryStorage } from './memory/memory.ts';
import { S3Client } from './s3/client.ts';
import { S3Storage } from './s3/s3.ts';

/** The storage that the settings name. */
export async function openStorage(config: NonNullable<Config['storage']>): Promise<RegistryStorage> {
  if ('memory' in config) return new MemoryStorage();
  if ('filesystem' in config) return FileStorage.open(config.filesystem.root);
  const { endpoint, bucket, region, prefix, accessKeyFile, secretKeyFile } = config.s3;
  const secret = async (path: string): Promise<string> => (await readFile(path, 'utf8')).trim();
  const client = new S3Client({
    endpoint: new URL(endpoint),
    bucket,
    region,
    accessKey: await secret(accessKeyFile),
    secretKey: await secret(secretKeyFile),
  });
  return new S3Storage(client, { prefix });
}

import type { FileLogSpec } from '../contract.ts';
import { JsonFileFormat } from '../json-file/format.ts';
import type { LogFormat } from '../lines/format.ts';
import { LocalFormat } from '../local/format.ts';

const formats: Readonly<Record<FileLogSpec['driver'], new (attrs: FileLogSpec['attrs']) => LogFormat>> = {
  'json-file': JsonFileFormat,
  local: LocalFormat,
};

export const formatOf = ({ driver, attrs }: FileLogSpec): LogFormat => new formats[driver](attrs);

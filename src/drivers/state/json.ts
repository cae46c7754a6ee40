import * as v from 'valibot';
import { internal, invalid, messageOf } from '../../errors/minke-error.ts';
import { isRecordKey } from './contract.ts';

export function checkKey(key: string): void {
  if (!isRecordKey(key)) throw invalid(`invalid record name ${JSON.stringify(key.slice(0, 80))}`);
}

/** Throws `internal` for what JSON can't hold. */
export function encodeRecord(key: string, value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw internal(`record ${key} can't be written: ${messageOf(error)}`, error);
  }
  if (text === undefined) throw internal(`record ${key} can't be written: not a JSON value`);
  return text;
}

/** The record, or the reason why there is none. */
export function decodeRecord<T>(
  schema: v.GenericSchema<unknown, T>,
  text: string,
): { value: T } | { problem: string } {
  if (text === '') return { problem: 'empty file' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: messageOf(error) };
  }
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return { value: result.output };
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  return { problem: path === null ? issue.message : `${path}: ${issue.message}` };
}

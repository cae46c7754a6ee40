/**
 * Reading the daemon's JSON the way Go's decoder does: what is absent or null becomes the zero value, unknown fields
 * are left alone, a value of another type is an error. A schema library does the same job, but its start alone costs
 * the command line 5 ms of the 12 that `docker ps` takes.
 */
import { internal } from '../errors/minke-error.ts';

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Parses text; throws `internal` for what is not JSON. */
export function parseJson(source: string): Json {
  try {
    const value: Json = JSON.parse(source);
    return value;
  } catch (error) {
    throw internal(
      `invalid answer from the daemon: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
}

const kindOf = (value: Json): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

function mismatch(value: Json, wanted: string): never {
  throw internal(`invalid answer from the daemon: ${wanted} expected, ${kindOf(value)} found`);
}

export function text(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : mismatch(value, 'string');
}

export function number(value: Json | undefined): number {
  if (value === undefined || value === null) return 0;
  return typeof value === 'number' ? value : mismatch(value, 'number');
}

export function bool(value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  return typeof value === 'boolean' ? value : mismatch(value, 'boolean');
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const empty: JsonObject = Object.freeze({});

export function object(value: Json | undefined): JsonObject {
  if (value === undefined || value === null) return empty;
  return isObject(value) ? value : mismatch(value, 'object');
}

export function list<T>(value: Json | undefined, each: (item: Json) => T): T[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.map(each) : mismatch(value, 'array');
}

export const texts = (value: Json | undefined): string[] => list(value, text);

/** An object whose values all have one type. */
export function map<T>(value: Json | undefined, each: (item: Json) => T): Record<string, T> {
  const made: Record<string, T> = {};
  for (const [key, item] of Object.entries(object(value))) made[key] = each(item);
  return made;
}

export const textMap = (value: Json | undefined): Record<string, string> => map(value, text);

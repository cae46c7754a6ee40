/** Holds a JSON value against a schema of the API description. */
import { isDeepStrictEqual } from 'node:util';
import { description, operationOf, type Schema } from './description.ts';

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'number' && Number.isInteger(value)
        ? 'integer'
        : typeof value;

function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.replace('#/definitions/', '');
  const found = description().definitions[name];
  if (found === undefined) throw new Error(`the description has no definition ${name}`);
  // Beside a reference only `x-nullable` says anything.
  return schema['x-nullable'] ? { ...resolve(found), 'x-nullable': true } : resolve(found);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Go writes absent slices and maps as null, and the description says so only here and there. */
const mayBeNull = (schema: Schema): boolean =>
  schema['x-nullable'] === true || schema.type === 'array' || schema.additionalProperties !== undefined;

const typeFits = (schema: Schema, value: unknown): boolean => {
  const wanted = typeof schema.type === 'string' ? [schema.type] : schema.type;
  const kind = kindOf(value);
  return wanted === undefined || wanted.includes(kind) || (kind === 'integer' && wanted.includes('number'));
};

function objectProblems(schema: Schema, value: Readonly<Record<string, unknown>>, at: string): string[] {
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name));
  const rest = schema.additionalProperties;
  const inner = Object.entries(value).flatMap(([name, member]) => {
    const own = schema.properties?.[name] ?? (typeof rest === 'object' ? rest : undefined);
    return own === undefined ? [] : problems(own, member, `${at}.${name}`);
  });
  return [...missing.map((name) => `${at}.${name} is missing`), ...inner];
}

/** What Docker 28 itself answers against its description, as measured. */
const dockersOwn = [/\.ExitCode is null, /, /\.MemorySwappiness is null, /];

/** What is wrong with `value`, a sentence each. Members that the schema does not know are fine. */
export function problems(given: Schema, value: unknown, at = '$'): string[] {
  const schema = resolve(given);
  if (value === null && (mayBeNull(schema) || mayBeNull(given))) return [];
  if (schema.allOf !== undefined) return schema.allOf.flatMap((part) => problems(part, value, at));
  if (!typeFits(schema, value)) return [`${at} is ${kindOf(value)}, not ${String(schema.type)}`];
  if (schema.enum !== undefined && !schema.enum.some((one) => isDeepStrictEqual(one, value)))
    return [`${at} is ${JSON.stringify(value)}, not one of ${schema.enum.join(', ')}`];
  const { items } = schema;
  if (Array.isArray(value) && items !== undefined)
    return value.flatMap((item, index) => problems(items, item, `${at}[${index}]`));
  return isObject(value) ? objectProblems(schema, value, at) : [];
}

export interface JudgedAnswer {
  readonly method: string;
  /** As it was asked for, version and query included. */
  readonly path: string;
  readonly status: number;
  readonly json: unknown;
}

/** Holds a real answer against the description: is the status documented, does the body fit? */
export function answerProblems(answer: JudgedAnswer): string[] {
  const operation = operationOf(answer.method, answer.path);
  if (operation === undefined) return [`the description knows no ${answer.method} ${answer.path}`];
  const response = operation.responses[answer.status];
  if (response === undefined) return [`${operation.id} documents no status ${answer.status}`];
  return response.schema === undefined || answer.json === undefined
    ? []
    : problems(response.schema, answer.json, operation.id).filter(
        (problem) => !dockersOwn.some((own) => own.test(problem)),
      );
}

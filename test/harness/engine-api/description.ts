/** The Engine API's own description (`test/fixtures/engine-api/v1.56.yaml`, Swagger 2.0), as tests need it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
  readonly 'x-nullable'?: boolean;
}

export interface Operation {
  readonly method: string;
  /** `/containers/{id}/json` */
  readonly path: string;
  readonly id: string;
  readonly tags: readonly string[];
  readonly query: readonly string[];
  readonly responses: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Document {
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly responses?: Readonly<Record<string, { readonly schema?: Schema }>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface RawOperation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Operation['responses'];
}

let loaded: { operations: readonly Operation[]; definitions: Document['definitions'] } | undefined;

function load() {
  const file = fileURLToPath(new URL('../../fixtures/engine-api/v1.56.yaml', import.meta.url));
  const document: Document = parse(readFileSync(file, 'utf8'));
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, value]): Operation => {
      const { operationId, tags = [], parameters = [], responses } = value as RawOperation; // the fixture's form
      const query = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
      return { method: method.toUpperCase(), path, id: operationId, tags, query, responses };
    }),
  );
  return { operations, definitions: document.definitions };
}

/** Read once, a third of a second. */
export function description() {
  loaded ??= load();
  return loaded;
}

/** The operation that a request path (with or without version) belongs to; the one with fewer parameters wins. */
export function operationOf(method: string, requestPath: string): Operation | undefined {
  const path = requestPath.replace(/^\/v[0-9.]+(?=\/)/, '').replace(/\?.*$/s, '');
  const fits = (template: string) =>
    new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]*\}/g, '.+')}$`).test(path);
  return description()
    .operations.filter((operation) => operation.method === method && fits(operation.path))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length || b.path.length - a.path.length)[0];
}

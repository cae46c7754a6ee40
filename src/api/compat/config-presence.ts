/**
 * In Go the container's config is an embedded pointer: it is there as soon as one of its fields is. Clients that have
 * none send `null`, nothing, or `{}`.
 */
import * as v from 'valibot';
import { invalid } from '../../errors/minke-error.ts';
import { decode } from '../../kit/json/decode.ts';
import { configEntries } from '../../wire/containers/config.ts';
import { ContainerCreateBodySchema } from '../../wire/containers/create.ts';

const names = new Set(Object.keys(configEntries).map((name) => name.toLowerCase()));

const hasConfig = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && Object.keys(json).some((key) => names.has(key.toLowerCase()));

/** Throws `invalid`, with Go's words for a list; "config cannot be empty in order to create a container". */
export const requiredConfigBody = v.pipe(
  v.unknown(),
  v.transform((json) => {
    if (Array.isArray(json)) {
      throw invalid(
        'invalid JSON: json: cannot unmarshal array into Go value of type container.CreateRequest',
      );
    }
    if (!hasConfig(json)) throw invalid('config cannot be empty in order to create a container');
    return decode(ContainerCreateBodySchema, json);
  }),
);

export const optionalConfigBody = v.pipe(
  v.unknown(),
  v.transform((json) => (hasConfig(json) ? decode(ContainerCreateBodySchema, json) : null)),
);

/** What a registry says when it refuses: OCI distribution-spec 1.1, "Error Codes". */
import * as v from 'valibot';

const Schema = v.object({
  errors: v.array(
    v.object({
      code: v.optional(v.string(), 'UNKNOWN'),
      message: v.optional(v.nullable(v.string()), ''),
    }),
  ),
});
/** Docker Hub's token server, and others. */
const DetailSchema = v.object({ details: v.string() });

export interface RegistryError {
  /** `MANIFEST_UNKNOWN`, … */
  readonly code: string;
  readonly message: string;
}

export const MAX_ERROR_BODY = 64 << 10;

/** Words without control characters, of a length that a line of text can hold. */
const tame = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').slice(0, 1000);

/** Empty where the body is not in the form of the specification. */
export function parseRegistryErrors(body: string): RegistryError[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return [];
  }
  const parsed = v.safeParse(Schema, json);
  if (parsed.success)
    return parsed.output.errors.map(({ code, message }) => ({
      code: tame(code),
      message: tame(message ?? ''),
    }));
  const detail = v.safeParse(DetailSchema, json);
  return detail.success ? [{ code: 'UNKNOWN', message: tame(detail.output.details) }] : [];
}

/** `manifest unknown: manifest unknown`: code in words, then what the registry adds. */
export function registryErrorText({ code, message }: RegistryError): string {
  const word = code.toLowerCase().replaceAll('_', ' ');
  const name = code === 'TOOMANYREQUESTS' ? 'toomanyrequests' : word;
  return message === '' ? name : `${name}: ${message}`;
}

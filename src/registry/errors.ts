/** Errors as clients read them: distribution-spec, "Error Codes", and the few more that registries use. */
const statuses = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  PAGINATION_NUMBER_INVALID: 400,
  RANGE_INVALID: 416,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  TOOMANYREQUESTS: 429,
  UNAUTHORIZED: 401,
  UNAVAILABLE: 503,
  UNKNOWN: 500,
  UNSUPPORTED: 405,
} as const;

export type ErrorCode = keyof typeof statuses;

export interface ErrorExtras {
  /** Where the code's own status does not fit. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Shown to the client beside the message. */
  readonly detail?: Readonly<Record<string, string | number>> | readonly string[];
  readonly cause?: unknown;
}

/** An answer that is a refusal. */
export class RegistryError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly detail: ErrorExtras['detail'];

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'RegistryError';
    this.code = code;
    this.status = extras.status ?? statuses[code];
    this.headers = extras.headers ?? {};
    this.detail = extras.detail;
  }

  /** The body. */
  toJSON(): { readonly errors: readonly object[] } {
    const { code, message, detail } = this;
    return { errors: [detail === undefined ? { code, message } : { code, message, detail }] };
  }
}

/** True for a refusal with that code. */
export const hasCode = (error: unknown, code: ErrorCode): error is RegistryError =>
  error instanceof RegistryError && error.code === code;

/** Which method of which path is which handler, and what its sender must be allowed to do: one place for both. */
import type { Action } from '../auth/contract.ts';
import type { Call } from '../http/call.ts';
import type { Route, RouteOf } from '../http/route.ts';
import type { Registry } from '../registry.ts';
import { base } from './base.ts';
import { blobDelete } from './blob-delete.ts';
import { blobGet } from './blob-get.ts';
import { catalog } from './catalog.ts';
import { manifestDelete } from './manifest-delete.ts';
import { manifestGet } from './manifest-get.ts';
import { manifestPut } from './manifest-put.ts';
import { referrers } from './referrers.ts';
import { search } from './search.ts';
import { tagsList } from './tags-list.ts';
import { token } from './token.ts';
import { uploadAppend } from './upload-append.ts';
import { uploadBegin } from './upload-begin.ts';
import { uploadCancel } from './upload-cancel.ts';
import { uploadFinish } from './upload-finish.ts';
import { uploadStatus } from './upload-status.ts';

export interface Endpoint<R extends Route = Route> {
  /** Null: any credential that is good, or none where none is asked for. `open`: not looked at at all. */
  readonly action: Action | null | 'open';
  /** `delete`: only where the registry allows deletions; `write`: only where it is not read-only. */
  readonly switch?: 'delete' | 'write';
  readonly run: (call: Call<R>, registry: Registry) => Promise<void>;
}

type Methods<R extends Route> = Readonly<Record<string, Endpoint<R>>>;

const table: { readonly [K in Route['kind']]: Methods<RouteOf<K>> } = {
  base: { GET: { action: null, run: base }, HEAD: { action: null, run: base } },
  token: { GET: { action: 'open', run: token }, POST: { action: 'open', run: token } },
  catalog: { GET: { action: 'catalog', run: catalog } },
  // Who may not list everything may not look for it either.
  search: { GET: { action: 'catalog', run: search } },
  tags: { GET: { action: 'pull', run: tagsList } },
  manifest: {
    GET: { action: 'pull', run: manifestGet },
    HEAD: { action: 'pull', run: manifestGet },
    PUT: { action: 'create', switch: 'write', run: manifestPut },
    DELETE: { action: 'delete', switch: 'delete', run: manifestDelete },
  },
  blob: {
    GET: { action: 'pull', run: blobGet },
    HEAD: { action: 'pull', run: blobGet },
    DELETE: { action: 'delete', switch: 'delete', run: blobDelete },
  },
  uploads: { POST: { action: 'create', switch: 'write', run: uploadBegin } },
  upload: {
    GET: { action: 'create', switch: 'write', run: uploadStatus },
    HEAD: { action: 'create', switch: 'write', run: uploadStatus },
    PATCH: { action: 'create', switch: 'write', run: uploadAppend },
    PUT: { action: 'create', switch: 'write', run: uploadFinish },
    DELETE: { action: 'create', switch: 'write', run: uploadCancel },
  },
  referrers: { GET: { action: 'pull', run: referrers } },
};

/** The endpoints of a path by method. */
export const endpointsOf = (route: Route): Methods<Route> =>
  // Each row's handlers take the routes of that row, which this one is.
  table[route.kind] as Methods<Route>;

import type { TokenService } from './auth/token/service.ts';
import type { PullThrough } from './proxy/pull-through.ts';
import type { Quotas } from './quota/quotas.ts';
import type { Blobs } from './store/blobs.ts';
import type { Manifests } from './store/manifests.ts';
import type { Referrers } from './store/referrers.ts';
import type { Repositories } from './store/repositories.ts';
import type { Tags } from './store/tags.ts';
import type { Uploads } from './store/uploads.ts';
import type { Notify } from './webhooks/event.ts';

/** What may be changed by whom is asked before; these switches are for everybody. */
export interface Switches {
  /** No pushes and no deletions. */
  readonly readOnly: boolean;
  /** Whether anything may be deleted. */
  readonly delete: boolean;
}

/** All that the handlers of the API work with. */
export interface Registry {
  readonly switches: Switches;
  readonly repositories: Repositories;
  readonly blobs: Blobs;
  readonly manifests: Manifests;
  readonly tags: Tags;
  readonly referrers: Referrers;
  readonly uploads: Uploads;
  readonly quotas: Quotas;
  readonly notify: Notify;
  /** Null where nothing comes from another registry. */
  readonly pullThrough: PullThrough | null;
  /** Null where this registry hands out no tokens. */
  readonly tokens: TokenService | null;
}

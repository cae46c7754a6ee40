/** From a request's head to its route: target, policy, version, in this order, for plain and taken-over requests. */
import type { IncomingMessage } from 'node:http';
import { type ApiVersion, judgeVersion, maxVersion } from '../../wire/api/versions.ts';
import { readTarget, type Target } from './path.ts';
import { localSocketPolicy, type Policy, type RequestOrigin, refusal } from './policy.ts';
import type { Match, Router } from './router.ts';

export type Dispatch =
  | {
      readonly kind: 'route';
      readonly match: Match;
      readonly version: ApiVersion;
      readonly path: string;
      readonly query: string;
    }
  | { readonly kind: 'moved'; readonly location: string }
  /** `routed`: a route was found, so the engine's headers belong on the answer. `plain`: text, not JSON. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly routed: boolean;
      readonly plain: boolean;
    };

const refused = (
  status: number,
  message: string,
  more: { routed?: boolean; plain?: boolean } = {},
): Dispatch => ({
  kind: 'refused',
  status,
  message,
  routed: more.routed ?? false,
  plain: more.plain ?? false,
});

const prefix = /^\/v([0-9.]+)(\/.*)$/;

function originOf({ headers }: IncomingMessage, target: Target): RequestOrigin {
  const site = headers['sec-fetch-site'];
  return {
    origin: headers.origin,
    fetchSite: typeof site === 'string' ? site : undefined,
    host: (target.kind === 'path' ? target.authority : null) ?? headers.host,
  };
}

export function dispatch(router: Router, policy: Policy, req: IncomingMessage): Dispatch {
  const target = readTarget(req.url ?? '');
  if (target.kind === 'bad') return refused(400, 'malformed request path');
  const reason = policy === localSocketPolicy ? null : refusal(policy, originOf(req, target));
  if (reason !== null) return refused(403, reason);
  if (target.kind === 'moved') return target;
  const versioned = prefix.exec(target.path);
  const path = versioned?.[2] ?? target.path;
  const match = router(req.method ?? '', path);
  if (match === null) return refused(404, 'page not found');
  if (versioned === null) return { kind: 'route', match, version: maxVersion, path, query: target.query };
  const judged = judgeVersion(versioned[1] ?? '');
  if (judged.verdict === 'served')
    return { kind: 'route', match, version: judged.version, path, query: target.query };
  // Clients too old for us print what they get as it is, so they get text.
  return refused(400, judged.message, { routed: true, plain: judged.verdict === 'too-old' });
}

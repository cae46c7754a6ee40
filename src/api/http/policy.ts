/**
 * Who may not call at all. A browser can be made to send requests to any address it reaches, so on TCP a request
 * that comes from a web page is refused, and so is a name for us that we don't go by (DNS rebinding). A page can't
 * reach a unix socket, and clients put odd things into Host there, so nothing is asked of it.
 */
import { isIP } from 'node:net';

export interface Policy {
  /** Refuse requests that carry `Origin` or `Sec-Fetch-Site: cross-site`. */
  readonly refuseWebPages: boolean;
  /** Names (lower case) that Host may give beside addresses; null where any will do. */
  readonly hostNames: ReadonlySet<string> | null;
}

export const localSocketPolicy: Policy = { refuseWebPages: false, hostNames: null };

export interface RequestOrigin {
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  /** Host header, or the authority of an absolute request target, which outranks it. */
  readonly host: string | undefined;
}

/** `name:port`, `[::1]:port`, `1.2.3.4`: without the port and the brackets, in lower case. */
function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(host);
  if (bracketed) return bracketed[1] ?? '';
  return host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}

/** Why a request is refused, or null. */
export function refusal(policy: Policy, request: RequestOrigin): string | null {
  if (policy.refuseWebPages) {
    if (request.origin !== undefined) return 'requests from web pages are refused (Origin header)';
    if (request.fetchSite === 'cross-site')
      return 'requests from web pages are refused (Sec-Fetch-Site header)';
  }
  if (policy.hostNames !== null) {
    const name = hostName(request.host ?? '');
    if (isIP(name) === 0 && !policy.hostNames.has(name))
      return `this engine does not go by the name ${JSON.stringify(name.slice(0, 255))} (Host header); add it to the names of the listener`;
  }
  return null;
}

import type { Route } from '../route.ts';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** `{name*}` takes one or more segments, `{name}` one; at most one starred name a path. */
interface Pattern {
  readonly route: Route;
  readonly segments: readonly string[];
  /** Index of the starred segment; -1 where there is none. */
  readonly star: number;
}

const isParam = (segment: string): boolean => segment.startsWith('{');
const isStar = (segment: string): boolean => segment.endsWith('*}');
const paramName = (segment: string): string => segment.slice(1, isStar(segment) ? -2 : -1);

/** Binds one run of segments to as many segments of a pattern; null where they differ. */
function bind(pattern: readonly string[], given: readonly string[], params: Record<string, string>): boolean {
  return pattern.every((segment, index) => {
    const value = given[index] ?? '';
    if (!isParam(segment)) return segment === value;
    params[paramName(segment)] = value;
    return value !== '';
  });
}

function matchPattern(pattern: Pattern, given: readonly string[]): Match | null {
  const { segments, star, route } = pattern;
  const params: Record<string, string> = {};
  if (star < 0)
    return given.length === segments.length && bind(segments, given, params) ? { route, params } : null;
  const after = segments.length - star - 1;
  if (given.length < segments.length) return null;
  const end = given.length - after;
  if (!bind(segments.slice(0, star), given, params)) return null;
  if (!bind(segments.slice(star + 1), given.slice(end), params)) return null;
  const value = given.slice(star, end).join('/');
  if (value === '') return null;
  params[paramName(segments[star] ?? '')] = value;
  return { route, params };
}

export type Router = (method: string, path: string) => Match | null;

const noParams = {};

/** Routes without parameters win over those with; among the latter the earlier one in the table wins. */
export function createRouter(routes: readonly Route[]): Router {
  const exact = new Map<string, Match>();
  const patterns = new Map<string, Pattern[]>();
  for (const route of routes) {
    const segments = route.path.slice(1).split('/');
    const key = `${route.method} ${isParam(segments[0] ?? '') ? '*' : segments[0]}`;
    if (!segments.some(isParam)) {
      exact.set(`${route.method} ${route.path}`, { route, params: noParams });
      continue;
    }
    const group = patterns.get(key) ?? [];
    patterns.set(key, group);
    group.push({ route, segments, star: segments.findIndex(isStar) });
  }
  return (method, path) => {
    const found = exact.get(`${method} ${path}`);
    if (found !== undefined) return found;
    const given = path.slice(1).split('/');
    for (const key of [`${method} ${given[0]}`, `${method} *`]) {
      for (const pattern of patterns.get(key) ?? []) {
        const match = matchPattern(pattern, given);
        if (match !== null) return match;
      }
    }
    return null;
  };
}

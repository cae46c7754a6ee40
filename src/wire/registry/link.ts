/** `Link` header of paged answers, RFC 8288: where the next page is, relative or absolute; undefined at the end. */
export function nextLink(header: string | undefined): string | undefined {
  for (const match of (header ?? '').slice(0, 8192).matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*"?next"?\s*(?:[;,]|$)/i.test(match[2] ?? '')) return match[1];
  }
  return undefined;
}

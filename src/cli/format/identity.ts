/** The 12 characters of an id that listings show, without its algorithm. */
export function shortId(id: string): string {
  const colon = id.indexOf(':');
  return (colon < 0 ? id : id.slice(colon + 1)).slice(0, 12);
}

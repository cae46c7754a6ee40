export interface RestartPolicy {
  readonly Name: string;
  readonly MaximumRetryCount: number;
}

/** `always`, `on-failure:3`; names are the daemon's to judge. */
export function parseRestartPolicy(text: string): RestartPolicy {
  if (text === '') return { Name: '', MaximumRetryCount: 0 };
  const colon = text.indexOf(':');
  if (colon < 0) return { Name: text, MaximumRetryCount: 0 };
  if (colon === 0) throw new Error('invalid restart policy format: no policy provided before colon');
  const count = text.slice(colon + 1);
  if (count !== '' && !/^[+-]?\d+$/.test(count))
    throw new Error('invalid restart policy format: maximum retry count must be an integer');
  return { Name: text.slice(0, colon), MaximumRetryCount: count === '' ? 0 : Number(count) };
}

/** What makes gzip here. Each gives other bytes; the same one gives the same again. */
export const compressors = ['isal', 'zlib'] as const;

export type Compressor = (typeof compressors)[number];

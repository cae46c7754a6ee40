/**
 *     <home>/<cacheId>/{diff,link,lower}          a layer: its files; its short name; those of the layers below
 *     <home>/<cacheId>-init/{diff,link,ready}     what containers on this layer have beneath their own (root-files.ts)
 *     <home>/scratch-init/                        the same for containers without an image
 *     <home>/<id>/{diff,work,merged,lower,parent} a container: `parent` is written last
 *     <home>/l/<short>                            link to ../<name>/diff: mount(2) takes one page of options
 *     <home>/trash/                               what is being deleted
 */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 6 letters: a billion names, and 130 of them fit into the options of one mount. */
export const shortName = (): string => [...randomBytes(6)].map((byte) => alphabet[byte % 32]).join('');

export class OverlayPaths {
  readonly home: string;

  constructor(home: string) {
    this.home = home;
  }

  of(name: string, ...rest: string[]): string {
    return join(this.home, name, ...rest);
  }

  get links(): string {
    return join(this.home, 'l');
  }

  get trash(): string {
    return join(this.home, 'trash');
  }
}

export const initName = (cacheId: string | undefined): string => `${cacheId ?? 'scratch'}-init`;
export const isLayerOrContainer = (name: string): boolean => name !== 'l' && name !== 'trash';
/** Containers may be named so too. */
export const isLayerName = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

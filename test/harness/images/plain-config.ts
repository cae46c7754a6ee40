/** The config of an image that nobody runs. */
import { sha256 } from '../../../src/wire/digest.ts';

/** For this machine's platform, with these layers (unpacked tars, the bottommost first). */
export const plainConfig = (tars: readonly Buffer[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Cmd: ['/none'] },
      rootfs: { type: 'layers', diff_ids: tars.map((tar) => sha256(tar)) },
    }),
  );

/**
 * Docker's client and ours, the same words to the same engine at the same time: standard output, standard error and
 * exit status must be the same byte for byte. On Docker's engine and on ours.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { CommandResult } from '../../harness/command.ts';
import type { EngineName } from '../../harness/engine/contract.ts';
import { MODERN_CLIENT } from '../../harness/engine/daemon.ts';
import { provide } from '../../harness/engine/start.ts';
import { looks } from './cases.ts';
import { different } from './different.ts';
import { type Stage, setStage } from './stage.ts';

const answer = ({ code, stdout, stderr }: CommandResult) => ({ code, stdout, stderr });

/** Ages and samples move on between two programs: what differs once is asked again. */
const TRIES = 15;

await provide('docker28').catch(() => undefined);
const skip = existsSync(MODERN_CLIENT) ? false : "Docker's client is not to be had here";

for (const name of ['docker28', 'minke'] satisfies EngineName[])
  describe(`on ${name}`, { skip }, () => {
    let stage: Stage;
    before(async () => {
      stage = await setStage(name);
    });
    after(() => stage.stop());

    for (const args of looks) {
      const line = args.join(' ');
      test(`docker ${line}`, async (t) => {
        const reason = different[line];
        if (reason !== undefined) return t.skip(reason);
        for (let left = TRIES; ; left--) {
          const [theirs, ours] = await Promise.all([stage.theirs(args), stage.ours(args)]);
          try {
            assert.deepEqual(answer(ours), answer(theirs));
            return undefined;
          } catch (error) {
            if (left === 1) throw error;
          }
        }
      });
    }
  });

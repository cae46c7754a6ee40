/**
 * `npm run test:parity [-- --peer=docker20 --client=docker20 --self --report part of a name …]`: every case on Docker
 * and on ours, each in a network namespace of its own. `--self` plays Docker against itself, which shows what the
 * comparison does not yet make equal; `--report` writes docs/compat/parity.md. Needs root.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../src/errors/minke-error.ts';
import { MODERN_CLIENT } from '../test/harness/engine/daemon.ts';
import { provide } from '../test/harness/engine/start.ts';
import { cases } from '../test/parity/cases/index.ts';
import type { Comparison } from '../test/parity/compare.ts';
import type { Transcript } from '../test/parity/contract.ts';
import { differences } from '../test/parity/differences.ts';
import { open } from '../test/parity/open.ts';
import { runParity } from '../test/parity/parity.ts';
import { report } from '../test/parity/report.ts';
import { project } from './check/sources.ts';
import { docker20 } from './peers/docker20.ts';
import { build } from './tests/build.ts';
import type { Tally } from './tests/tally.ts';

const clients = { docker28: MODERN_CLIENT, docker20: join(docker20.into, 'usr/bin/docker') };

export interface ParityChoice {
  readonly peer: 'docker28' | 'docker20';
  readonly client?: 'docker28' | 'docker20';
  readonly self?: boolean;
  readonly words?: readonly string[];
  readonly report?: boolean;
}

export async function parity(choice: ParityChoice): Promise<Tally> {
  const fitting = cases.filter(
    ({ name, since }) =>
      (choice.words?.length ? choice.words.some((word) => name.includes(word)) : true) &&
      (since === undefined || (choice.peer === 'docker28' && choice.client !== 'docker20')),
  );
  // The client comes with its engine.
  await provide(choice.client ?? 'docker28');
  const folder = join(project, '.cache/parity');
  const kept: Promise<void>[] = [];
  const results = await runParity({
    peer: choice.peer,
    subject: choice.self ? choice.peer : 'minke',
    client: clients[choice.client ?? 'docker28'],
    cases: fitting,
    onResult(comparison, transcripts, { ms, earlier }) {
      const gap = comparison.verdict === 'differs' ? open.get(comparison.case) : undefined;
      const mark = comparison.verdict !== 'differs' ? '✔' : gap === undefined ? '✖' : '○';
      const note =
        gap !== undefined
          ? `, open: ${gap}`
          : comparison.verdict === 'differs on purpose'
            ? ', differs on purpose'
            : '';
      const again = earlier.length === 0 ? '' : `, played ${earlier.length + 1} times`;
      console.log(`${mark} ${comparison.case} (${(ms / 1000).toFixed(1)} s${note}${again})`);
      // What was different only once is a race, of Docker's or of the case.
      for (const diff of comparison.verdict === 'differs' ? [] : earlier) console.log(`  once:\n${diff}`);
      if (comparison.diff !== '') console.log(comparison.diff);
      kept.push(keep(folder, transcripts));
    },
  });
  await Promise.all(kept);
  const used = new Set(results.flatMap((result: Comparison) => result.used));
  const whole = choice.words === undefined || choice.words.length === 0;
  const stale = whole && !choice.self ? differences.filter((entry) => !used.has(entry)) : [];
  for (const entry of stale)
    console.log(`(differences.ts: no longer needed with this peer: ${entry.where} ${entry.line})`);
  if (choice.report) await writeFile(join(project, 'docs/compat/parity.md'), report(results, choice.peer));
  const equal = results.filter((one) => one.verdict !== 'differs' && open.has(one.case));
  for (const one of choice.self ? [] : equal) console.log(`(open.ts: ${one.case} is equal now)`);
  const failures = results
    .filter((one) => one.verdict === 'differs' && !open.has(one.case))
    .map((one) => ({ name: one.case, text: one.diff }));
  return { passed: results.length - failures.length, failed: failures.length, skipped: 0, failures };
}

/** Docker 28, or 20.10 with its own client where the archive does not give the new one. */
export async function bestPeer(): Promise<Pick<ParityChoice, 'peer' | 'client'>> {
  try {
    await provide('docker28');
    return { peer: 'docker28' };
  } catch (error) {
    console.log(`Docker 28 is not to be had (${messageOf(error).split('\n')[0]}); Docker 20.10 serves.`);
    return { peer: 'docker20', client: 'docker20' };
  }
}

/** All cases against the best Docker that can be had here. */
export const parityWithBestPeer = async (): Promise<Tally> => parity(await bestPeer());

/** What both engines said last, to be read beside each other. */
async function keep(folder: string, [peer, subject]: readonly [Transcript, Transcript]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const text = (transcript: Transcript) =>
    transcript.turns
      .map(({ step, lines }) => [`$ ${step}`, ...lines.map((line) => `  ${line}`)].join('\n'))
      .join('\n');
  const name = peer.case.replace('/', '.');
  await writeFile(join(folder, `${name}.peer.txt`), `${text(peer)}\n`);
  await writeFile(join(folder, `${name}.subject.txt`), `${text(subject)}\n`);
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peer: { type: 'string', default: 'docker28' },
      client: { type: 'string', default: 'docker28' },
      self: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
    },
  });
  const named = (word: string): 'docker28' | 'docker20' => {
    if (word !== 'docker28' && word !== 'docker20') throw new Error(`docker28 or docker20, not ${word}`);
    return word;
  };
  if ((await build()).failed > 0) process.exit(1);
  const tally = await parity({
    peer: named(values.peer),
    client: named(values.client),
    self: values.self,
    report: values.report,
    words: positionals,
  });
  console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

/** The completion scripts in the shells they are for, with the key Tab, in windows of tmux. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { must } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { type Windows, windowsIn } from './window.ts';

const OURS = process.env.MINKE_CLI ?? resolve(import.meta.dirname, '../../../bin/minke');

let engine: Engine;
let folder: string;
let windows: Windows;
let env: NodeJS.ProcessEnv;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minke-completion-'));
  engine = await startEngine('minke');
  await loadBusybox(engine);
  env = { ...engine.env, HOME: folder, PATH: `${join(OURS, '..')}:${engine.env.PATH}`, LANG: 'C.UTF-8' };
  for (const name of ['shop-web', 'shop-worker'])
    await must([OURS, 'create', '--name', name, 'busybox', 'true'], { env });
  await mkdir(join(folder, 'zsh'));
  await writeFile(join(folder, 'archive.tar'), '');
  await writeFile(
    join(folder, 'zsh/.zshrc'),
    "PS1='$ '\nautoload -Uz compinit && compinit -u\nsource <(minke completion zsh)\n",
  );
  windows = windowsIn(folder, { ...env, ZDOTDIR: join(folder, 'zsh') });
});
after(async () => {
  await windows.close();
  const forced = await engine.stop();
  await rm(folder, { recursive: true, force: true });
  assert.deepEqual(forced, []);
});

const shells = {
  bash: ['bash', '--norc', '--noprofile'],
  zsh: ['zsh', '-i'],
  fish: [
    'fish',
    '--no-config',
    '--private',
    '--init-command',
    "set -g fish_autosuggestion_enabled 0; function fish_prompt; echo -n '$ '; end; function fish_right_prompt; end; minke completion fish | source",
  ],
} as const;

for (const [name, shell] of Object.entries(shells))
  test(`${name}: the key Tab completes commands, flags, names and files`, async () => {
    const window = await windows.open({ shell });
    const line = async (typed: string, becomes: RegExp): Promise<void> => {
      await window.type('-l', typed);
      await window.type('Tab');
      await window.sees(becomes);
      await window.type('C-u');
      await window.type('C-l');
      await window.sees(/^\$$/);
    };
    await window.type('-l', `cd ${folder}`);
    await window.type('Enter');
    if (name === 'bash') {
      await window.type('-l', 'source <(minke completion bash)');
      await window.type('Enter');
    }
    await window.type('clear', 'Enter');
    await window.sees(/^\$$/);
    await line('minke volume cre', /^\$ minke volume create$/m);
    await line('minke run --publish-a', /^\$ minke run --publish-all$/m);
    await line('minke rm shop-we', /^\$ minke rm shop-web$/m);
    await line('minke run --rm busy', /^\$ minke run --rm busybox(\\?:latest)?$/m);
    await line('minke load -i arch', /^\$ minke load -i archive\.tar$/m);
  });

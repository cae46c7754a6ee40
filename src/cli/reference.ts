import type { Command } from './command.ts';
import type { Flag } from './flags/kind.ts';
import { globalFlags } from './globals.ts';
import { useLine } from './help.ts';
import { type Entry, everyCommand, type Group, type Leaf, spellings, summaryOf, target } from './tree.ts';

/** Pages of the reference, name of the file to text, made of the definitions of the commands alone. */
export async function referencePages(root: Group): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  const leaves = everyCommand(root);
  pages.set('README.md', index(root, leaves));
  for (const [path, leaf] of leaves)
    pages.set(fileOf(path), page(root, path, leaf, (await leaf.load()).command));
  return pages;
}

const fileOf = (path: string): string => `${path.replaceAll(' ', '-')}.md`;

const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('\n', '<br>').replaceAll('<name', '&lt;name');

function index(root: Group, leaves: readonly (readonly [path: string, leaf: Leaf])[]): string {
  const rows = leaves.map(
    ([path, leaf]) => `| [\`minke ${path}\`](${fileOf(path)}) | ${cell(leaf.summary)} |`,
  );
  const shortcuts = root.entries
    .filter((entry): entry is Extract<Entry, { kind: 'shortcut' }> => entry.kind === 'shortcut')
    .map((entry) => {
      const path = entry.target.join(' ');
      target(root, entry); // fails where it leads nowhere
      return `| \`minke ${entry.name}\` | [\`minke ${path}\`](${fileOf(path)}) | ${cell(summaryOf(root, entry))} |`;
    })
    .sort();
  return [
    '# Commands',
    '',
    'Made from the definitions in `src/cli/commands`; do not edit.',
    '',
    '| command | |',
    '| --- | --- |',
    ...rows.sort(),
    '',
    '## Short spellings',
    '',
    '| | stands for | |',
    '| --- | --- | --- |',
    ...shortcuts,
    '',
    '## Flags before the command',
    '',
    ...flagRows(globalFlags),
    '',
  ].join('\n');
}

function flagRows(flags: Readonly<Record<string, Flag<unknown>>>): string[] {
  const shown = Object.entries(flags)
    .filter(
      ([, flag]) => flag.hidden !== true && flag.deprecated === undefined && flag.aliasFor === undefined,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (shown.length === 0) return ['This command has no flags.'];
  return [
    '| flag | value | default | |',
    '| --- | --- | --- | --- |',
    ...shown.map(([name, flag]) => {
      const short = flag.short === undefined ? '' : `\`-${flag.short}\`, `;
      const type = flag.kind.typeName;
      const standard = flag.kind.show?.(flag.default);
      const shownDefault = standard === undefined ? '' : `\`${standard}\``;
      return `| ${short}\`--${name}\` | ${type === '' ? '' : `\`${type}\``} | ${shownDefault} | ${cell(flag.text)} |`;
    }),
  ];
}

function page(root: Group, path: string, leaf: Leaf, command: Command): string {
  const names = spellings(root, leaf).map((name) => `\`minke ${name}\``);
  const examples = command.examples ?? [];
  return [
    `# minke ${path}`,
    '',
    cell(command.description ?? leaf.summary),
    '',
    '```',
    useLine(`minke ${path}`, command).replaceAll('\t', ''),
    '```',
    '',
    ...(names.length > 1 ? [`Spellings: ${names.join(', ')}`, ''] : []),
    ...(examples.length > 0 ? ['```sh', ...examples, '```', ''] : []),
    '## Flags',
    '',
    ...flagRows(command.flags),
    '',
  ].join('\n');
}

import type { Command } from './command.ts';
import type { Flags } from './flags/kind.ts';
import { globalFlags } from './globals.ts';
import { shownFlags, useLine } from './help.ts';
import { everyCommand, type Group, type Leaf, spellings, summaryOf } from './tree.ts';

/**
 * Manual pages in man(7)'s language, name of the file to text, made of the definitions of the commands alone. Shortcuts
 * such as `run` lead to the page of what they stand for.
 */
export async function manualPages(root: Group, version: string): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>([['minke.1', overview(root, version)]]);
  for (const [path, leaf] of everyCommand(root))
    pages.set(`${pageOf(path)}.1`, page(root, path, leaf, (await leaf.load()).command, version));
  for (const entry of root.entries)
    if (entry.kind === 'shortcut')
      pages.set(`${pageOf(entry.name)}.1`, `.so man1/${pageOf(entry.target.join(' '))}.1\n`);
  return pages;
}

/** A character by its number, whatever encoding the formatter takes its input for. */
const named = (character: string): string =>
  `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

/** Text as it is: no character of it is a request of the formatter. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/[^\x00-\x7f]/gu, named)
    .split('\n')
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join('\n');

/** The same as one argument of a request. */
const quoted = (text: string): string => `"${plain(text).replaceAll('"', '\\(dq').replaceAll('\n', ' ')}"`;

const head = (name: string, version: string, summary: string): string[] => [
  `.TH ${quoted(name.toUpperCase())} 1 "" ${quoted(`Minke ${version}`)} "Minke"`,
  '.SH NAME',
  `${plain(name)} \\- ${plain(summary)}`,
];

/** Names joined as paths of pages are: `container ls` is minke-container-ls(1). */
const pageOf = (path: string): string => `minke-${path.replaceAll(' ', '-')}`;

function options(title: string, flags: Flags): string[] {
  const shown = shownFlags(flags);
  if (shown.length === 0) return [];
  return [
    `.SH ${title}`,
    ...shown.flatMap(([name, flag]) => {
      const short = flag.short === undefined ? '' : `\\fB${plain(`-${flag.short}`)}\\fR, `;
      const type = flag.kind.typeName === '' ? '' : ` \\fI${plain(flag.kind.typeName)}\\fR`;
      const standard = flag.kind.show?.(flag.default);
      const text = standard === undefined ? flag.text : `${flag.text} (default ${standard})`;
      return ['.TP', `${short}\\fB${plain(`--${name}`)}\\fR${type}`, plain(text)];
    }),
  ];
}

const verbatim = (lines: readonly string[]): string[] => ['.nf', ...lines.map(plain), '.fi'];

function page(root: Group, path: string, leaf: Leaf, command: Command, version: string): string {
  const names = spellings(root, leaf).map((name) => `minke ${name}`);
  const examples = command.examples ?? [];
  return [
    ...head(pageOf(path), version, leaf.summary),
    '.SH SYNOPSIS',
    ...verbatim(useLine(`minke ${path}`, command).replaceAll('\t', '').split('\n')),
    '.SH DESCRIPTION',
    plain(command.description ?? leaf.summary),
    ...(names.length > 1 ? ['.SH SPELLINGS', plain(names.join(', '))] : []),
    ...options('OPTIONS', command.flags),
    ...(examples.length > 0 ? ['.SH EXAMPLES', ...verbatim(examples)] : []),
    '.SH SEE ALSO',
    '.BR minke (1)',
    '',
  ].join('\n');
}

function overview(root: Group, version: string): string {
  return [
    ...head('minke', version, root.summary),
    '.SH SYNOPSIS',
    ...verbatim(['minke [OPTIONS] COMMAND [ARG...]']),
    '.SH DESCRIPTION',
    plain("Docker's commands, for Minke's engine and for Docker's. Each command has a page of its own."),
    '.SH COMMANDS',
    ...everyCommand(root).flatMap(([path, leaf]) => [
      '.TP',
      `.BR ${plain(pageOf(path))} (1)`,
      plain(summaryOf(root, leaf)),
    ]),
    ...options('OPTIONS', globalFlags),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, text]) => ['.TP', `\\fB${name}\\fR`, plain(text)]),
    '.SH FILES',
    '.TP',
    '\\fI~/.docker/config.json\\fR',
    plain('Settings: formats of lists, detach keys, credentials and their helpers, proxies, plugins.'),
    '',
  ].join('\n');
}

/** Variables that the command line reads. */
const environment: readonly (readonly [name: string, text: string])[] = [
  ['DOCKER_HOST', 'Address of the daemon: unix://, tcp:// or ssh://.'],
  ['DOCKER_CONTEXT', 'Name of the context to use, where DOCKER_HOST is not set.'],
  ['DOCKER_CONFIG', 'Folder with the settings, in place of ~/.docker.'],
  ['DOCKER_CERT_PATH', 'Folder with ca.pem, cert.pem and key.pem.'],
  ['DOCKER_TLS_VERIFY', "Use TLS and check the daemon's certificate, where it is not empty."],
  ['DOCKER_API_VERSION', 'Version of the API to speak, in place of the newest that both know.'],
  ['DOCKER_DEFAULT_PLATFORM', 'Platform for commands that take --platform.'],
  ['DOCKER_BUILDKIT', "1: build with the buildx plugin or not at all; 0: with the daemon's own builder."],
  ['NO_COLOR', 'No colours, where it is not empty.'],
];

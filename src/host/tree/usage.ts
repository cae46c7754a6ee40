import { closeFd, openAt, openTrusted } from '../safepath/calls.ts';
import { statAt } from '../safepath/file-stat.ts';
import { O_DIRECTORY, O_PATH, S_IFDIR } from '../safepath/flags.ts';
import { namesAt } from '../safepath/read-directory.ts';

function add(dir: number, seen: Set<string>): number {
  let size = 0;
  for (const name of namesAt(dir)) {
    const stat = statAt(dir, name);
    if (stat.type === S_IFDIR) {
      const child = openAt(dir, name, O_PATH | O_DIRECTORY);
      try {
        size += add(child, seen);
      } finally {
        closeFd(child);
      }
    } else if (stat.identity === '' || !seen.has(stat.identity)) {
      if (stat.identity !== '') seen.add(stat.identity);
      size += stat.size;
    }
  }
  return size;
}

/** Sum of the sizes of all files but directories, each inode once: what Docker calls the size of a layer. */
export function usageOf(path: string): number {
  const root = openTrusted(path, O_PATH | O_DIRECTORY);
  try {
    return add(root, new Set());
  } finally {
    closeFd(root);
  }
}

import { invalid, MinkeError } from '../../errors/minke-error.ts';
import { announce, type Context, saveNow } from './context.ts';
import { checkName } from './create/names.ts';
import type { LiveContainer } from './live/container.ts';

export const rename = (context: Context, container: LiveContainer, wanted: string): Promise<void> =>
  container.lock.run(async () => {
    const old = container.name;
    if (wanted.trim().replace(/^\//, '') === '') throw invalid('Neither old nor new names may be empty');
    if (wanted.trim().replace(/^\//, '') === old) {
      throw invalid('Renaming a container with the same name as its current name');
    }
    let name: string;
    try {
      // Docker writes the slash before it judges the name, and names it with the slash.
      name = checkName(wanted.trim().replace(/^\/?/, '/'));
      context.registry.takeName(name, container.id);
    } catch (error) {
      if (!(error instanceof MinkeError)) throw error;
      throw new MinkeError(error.kind, `Error when allocating new name: ${error.message}`, { cause: error });
    }
    try {
      await saveNow(context, container, { name });
    } catch (error) {
      context.registry.releaseName(name, container.id);
      throw error;
    }
    context.registry.releaseName(old, container.id);
    await context.networks.rename(container.id, name);
    announce(context, container, 'rename', { oldName: `/${old}` });
  });

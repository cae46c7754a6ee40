import { tagImage } from '../../../client/images/tag.ts';
import { messageOf } from '../../../errors/minke-error.ts';
import {
  familiarName,
  parseAnyReference,
  parseReference,
  withDefaultTag,
} from '../../../kit/reference/reference.ts';
import { command as define } from '../../command.ts';

function readName<T>(text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(
      `Error parsing reference: ${JSON.stringify(text)} is not a valid repository/tag: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

export const command = define({
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  arity: { min: 2, max: 2 },
  examples: ['minke tag app registry.example:5000/team/app:v1'],
  completeArgs: ['images', 'images'],
  flags: {},
  interspersed: false,
  async run(cli, { args }) {
    const [source = '', target = ''] = args;
    readName(source, parseAnyReference);
    const name = withDefaultTag(readName(target, parseReference));
    if (name.digest !== undefined) throw new Error('refusing to create a tag with a digest reference');
    await tagImage(await cli.client(), source, familiarName(name), name.tag ?? '');
    return 0;
  },
});

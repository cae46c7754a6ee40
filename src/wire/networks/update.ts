/** Body of POST /networks/{id}/update, which Docker does not have. */
import * as v from 'valibot';
import { optionalFlag, textMap, texts } from '../containers/fields.ts';

export const NetworkUpdateBodySchema = v.object({
  /** To add or change. */
  Labels: textMap,
  /** Keys. */
  LabelsRemove: texts,
  Attachable: optionalFlag,
  /** Driver options to change; '' takes one away. */
  Options: textMap,
});

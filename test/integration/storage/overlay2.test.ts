import { storageSuite } from '../../../src/drivers/storage/suite.ts';
import { openGround } from './ground.ts';

storageSuite('overlay2', { files: true, open: (context) => openGround(context, 'overlay2') });
storageSuite('overlay2 below a path full of separators', {
  files: true,
  open: (context) => openGround(context, 'overlay2', 'a:b,c d\\e'),
});

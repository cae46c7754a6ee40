import { storageSuite } from '../../../src/drivers/storage/suite.ts';
import { openGround } from './ground.ts';

storageSuite('vfs', { files: true, open: (context) => openGround(context, 'vfs') });

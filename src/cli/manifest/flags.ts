import { bool } from '../flags/basic-kinds.ts';
import { flag } from '../flags/kind.ts';

export const insecureFlag = flag(bool, 'Reach the registry without checked TLS, or without TLS');

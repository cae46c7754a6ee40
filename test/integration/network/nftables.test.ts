/** The same traffic as in `traffic.test.ts`, with rules of nftables; in a namespace where no iptables ever was. */
import { inside } from './inside.ts';
import { traffic } from './traffic.ts';

if (inside(import.meta.url)) traffic('nftables');

/** `--add-host`. */
import { invalid } from '../../../errors/minke-error.ts';
import { parseAddress } from '../../../kit/ip/address.ts';
import { checkPlainText } from './control-characters.ts';

export const HOST_GATEWAY = 'host-gateway';

export interface ExtraHost {
  readonly name: string;
  /** An address, or `host-gateway`. */
  readonly address: string;
}

/** `name:address` or `name=address`; IPv6 may stand in brackets. @throws invalid */
export function parseExtraHost(text: string): ExtraHost {
  checkPlainText('extra host', text);
  const at = text.search(/[=:]/);
  const name = at < 0 ? '' : text.slice(0, at);
  const address = text.slice(at + 1).replace(/^\[(.*)\]$/, '$1');
  if (name === '' || /\s/.test(name)) throw invalid(`bad format for add-host: ${JSON.stringify(text)}`);
  if (address !== HOST_GATEWAY && parseAddress(address) === null) {
    throw invalid(`invalid IP address in add-host: ${JSON.stringify(address)}`);
  }
  return { name, address };
}

/** What a container asks of one network, looked over before anything is taken. */
import type { NetworkDriver } from '../../drivers/network/contract.ts';
import { invalid, messageOf } from '../../errors/minke-error.ts';
import { parseAddress } from '../../kit/ip/address.ts';
import { contains, parseCidr } from '../../kit/ip/cidr.ts';
import type { EndpointRequest } from './contract.ts';
import type { NetworkRecord } from './records.ts';
import { checkLimits } from './shape.ts';

const macPattern = /^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/;

/** Neither multicast nor all zeros (is_valid_ether_addr in the kernel). */
const isStationMac = (mac: string): boolean =>
  (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0 && /[^0:]/.test(mac);

/** All that is wrong with a wish for addresses in this network, in Docker's words. */
function endpointProblems(request: EndpointRequest, network: NetworkRecord): string[] {
  const problems: string[] = [];
  const wishes = [
    { text: request.ipv4, version: 4, name: 'IPv4' },
    { text: request.ipv6, version: 6, name: 'IPv6' },
  ].filter(({ text }) => text !== undefined && text !== '');
  if (wishes.length > 0 && network.predefined) {
    problems.push('user specified IP address is supported on user defined networks only');
  }
  for (const { text = '', version, name } of wishes) {
    const address = parseAddress(text);
    if (address?.version !== version) problems.push(`invalid ${name} address: ${text}`);
    const configured = network.subnets.filter((subnet) => subnet.configured && subnet.version === version);
    if (configured.length === 0) {
      problems.push(
        'user specified IP address is supported only when connecting to networks with user configured subnets',
      );
      continue;
    }
    const fits = configured.some(({ subnet }) => {
      const cidr = parseCidr(subnet);
      return cidr !== null && address !== null && contains(cidr, address);
    });
    if (!fits) problems.push(`no configured subnet or ip-range contain the IP address ${text}`);
  }
  for (const text of request.linkLocal ?? []) {
    if (parseAddress(text) === null) problems.push(`invalid link-local IP address: ${text}`);
  }
  const { macAddress = '' } = request;
  if (macAddress !== '') {
    if (!macPattern.test(macAddress)) problems.push(`invalid MAC address ${macAddress}`);
    else if (!isStationMac(macAddress)) {
      problems.push(`MAC address ${macAddress} is none that an interface can have`);
    }
  }
  return problems;
}

type Checking = Pick<NetworkDriver, 'checkOptions' | 'name' | 'attaches' | 'hostLink'>;

function optionProblems({ driverOpts }: EndpointRequest, network: NetworkRecord, driver: Checking): string[] {
  try {
    driver.checkOptions(driverOpts);
    checkLimits(driver, network.options, driverOpts);
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}

export function checkEndpointRequest(
  request: EndpointRequest,
  network: NetworkRecord,
  driver: Checking,
): void {
  const problems = [...endpointProblems(request, network), ...optionProblems(request, network, driver)];
  if (problems.length === 0) return;
  const list = problems.length === 1 ? problems[0] : problems.map((problem) => `* ${problem}`).join('\n');
  throw invalid(`invalid endpoint settings:\n${list}`);
}

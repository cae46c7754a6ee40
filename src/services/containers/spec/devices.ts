/** Device nodes in a container and who may open which: devices.allow of the cgroup, device_cgroup. */
import { internal, invalid } from '../../../errors/minke-error.ts';
import type { DeviceNode, Devices } from '../../../host/devices/contract.ts';
import type { DeviceCgroupRule, LinuxDevice } from '../../../wire/oci-runtime.ts';

const node = (major: number, minor: number, allow = true): DeviceCgroupRule => ({
  allow,
  type: 'c',
  major,
  minor,
  access: 'rwm',
});

/** Deny all comes first, so that the list below is one of permissions (GHSA-g54h-m393-cpwq). */
const basicRules: readonly DeviceCgroupRule[] = [
  { allow: false, access: 'rwm' },
  // zero, null, urandom, random, tty, console; never fuse (10:229)
  ...[node(1, 5), node(1, 3), node(1, 9), node(1, 8), node(5, 0), node(5, 1), node(10, 229, false)],
];

const rulePattern = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/;

/** `c 42:* rmw`. @throws invalid "invalid device cgroup rule format: '…'" */
export function parseDeviceRule(text: string): DeviceCgroupRule {
  const [, type, major, minor, access] = rulePattern.exec(text) ?? [];
  if (type !== 'a' && type !== 'b' && type !== 'c')
    throw invalid(`invalid device cgroup rule format: '${text}'`);
  const number = (word = '*') => (word === '*' ? {} : { value: Number(word) });
  const [first, second] = [number(major), number(minor)];
  return {
    allow: true,
    type,
    ...('value' in first ? { major: first.value } : {}),
    ...('value' in second ? { minor: second.value } : {}),
    ...(access === undefined ? {} : { access }),
  };
}

export interface DeviceMapping {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

const linuxDevice = (device: DeviceNode, path: string): LinuxDevice => ({
  path,
  type: device.type,
  major: device.major,
  minor: device.minor,
  fileMode: device.mode,
  uid: device.uid,
  gid: device.gid,
});

const allowed = (device: DeviceNode, access: string): DeviceCgroupRule => ({
  allow: true,
  ...(device.type === 'p' ? {} : { type: device.type }),
  major: device.major,
  minor: device.minor,
  access,
});

/** One `--device`; a folder stands for all nodes below it. */
function mapped(devices: Devices, { PathOnHost, PathInContainer, CgroupPermissions }: DeviceMapping) {
  const found = devices.at(PathOnHost);
  if (found === undefined || found.length === 0) {
    const why = found === undefined ? 'no such file or directory' : 'not a device node';
    throw internal(
      `error gathering device information while adding custom device ${JSON.stringify(PathOnHost)}: ${why}`,
    );
  }
  const access = CgroupPermissions === '' ? 'rwm' : CgroupPermissions;
  const inside = PathInContainer === '' ? PathOnHost : PathInContainer;
  return found.map((device) => ({
    device: linuxDevice(device, inside + device.path.slice(PathOnHost.length)),
    rule: allowed(device, access),
  }));
}

export interface DeviceWish {
  readonly privileged: boolean;
  readonly mappings: readonly DeviceMapping[] | null;
  readonly rules: readonly string[] | null;
}

/** @throws internal where a device is not there */
export function containerDevices(
  wish: DeviceWish,
  devices: Devices,
): { devices: LinuxDevice[]; rules: DeviceCgroupRule[] } {
  const mappings = wish.mappings ?? [];
  if (wish.privileged) {
    const extra = mappings.filter(({ PathOnHost, PathInContainer }) => PathOnHost !== PathInContainer);
    return {
      devices: [
        ...devices.all().map((device) => linuxDevice(device, device.path)),
        ...extra.flatMap((mapping) => mapped(devices, mapping).map(({ device }) => device)),
      ],
      rules: [{ allow: true, access: 'rwm' }],
    };
  }
  const asked = mappings.flatMap((mapping) => mapped(devices, mapping));
  return {
    devices: asked.map(({ device }) => device),
    rules: [...basicRules, ...asked.map(({ rule }) => rule), ...(wish.rules ?? []).map(parseDeviceRule)],
  };
}

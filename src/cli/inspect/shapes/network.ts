import { readShapes } from '../shape.ts';

/** What a network is, as the client of Docker 28.5 knows it. */
export const networkShapes = readShapes(`
network.Inspect:
  Name string, ID:Id string, Created time, Scope string, Driver string, EnableIPv4 bool, EnableIPv6 bool, IPAM
  network.IPAM, Internal bool, Attachable bool, Ingress bool, ConfigFrom network.ConfigReference, ConfigOnly
  bool, Containers {}network.EndpointResource, Options {}string, Labels {}string, Peers? []network.PeerInfo,
  Services? {}network.ServiceInfo, Status? *network.Status
network.Status:
  IPAM network.IPAMStatus
network.IPAMStatus:
  Subnets {}network.SubnetStatus
network.SubnetStatus:
  IPsInUse int, DynamicIPsAvailable int
network.IPAM:
  Driver string, Options {}string, Config []network.IPAMConfig
network.IPAMConfig:
  Subnet? string, IPRange? string, Gateway? string, AuxAddress:AuxiliaryAddresses? {}string
network.ConfigReference:
  Network string
network.EndpointResource:
  Name string, EndpointID string, MacAddress string, IPv4Address string, IPv6Address string
network.PeerInfo:
  Name string, IP string
network.ServiceInfo:
  VIP string, Ports []string, LocalLBIndex int, Tasks []network.Task
network.Task:
  Name string, EndpointID string, EndpointIP string, Info {}string
`);

import { readShapes } from '../shape.ts';

/** What a volume is, as the client of Docker 28.5 knows it. */
export const volumeShapes = readShapes(`
volume.Volume:
  ClusterVolume? *any, CreatedAt? string, Driver string, Labels {}string, Mountpoint string, Name string,
  Options {}string, Scope string, Status? {}any, UsageData? *volume.UsageData
volume.UsageData:
  RefCount int, Size int
`);

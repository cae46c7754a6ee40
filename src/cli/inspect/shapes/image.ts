import { readShapes } from '../shape.ts';
import { configText } from './config.ts';

/** What an image is, as the client of Docker 28.5 knows it. */
export const imageShapes = readShapes(`
image.InspectResponse:
  ID:Id string, RepoTags []string, RepoDigests []string, Parent string, Comment string, Created? string,
  Container? string, ContainerConfig? *container.Config, DockerVersion string, Author string, Config
  *image.Config, Architecture string, Variant? string, Os string, OsVersion? string, Size int, VirtualSize?
  int, GraphDriver storage.DriverData, RootFS image.RootFS, Metadata image.Metadata, Descriptor? *any,
  Manifests? []any
image.Config:
  ...image.ImageConfig, ...image.ConfigExt
image.ImageConfig:
  User? string, ExposedPorts? {}empty, Env? []string, Entrypoint? []string, Cmd? []string, Volumes? {}empty,
  WorkingDir? string, Labels? {}string, StopSignal? string, ArgsEscaped? bool
image.ConfigExt:
  Healthcheck? *container.HealthConfig, OnBuild? []string, Shell? []string
image.RootFS:
  Type? string, Layers? []string
image.Metadata:
  LastTagTime? time
${configText}`);

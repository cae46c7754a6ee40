import type { ImageInspect } from '../../wire/generated/engine-api.ts';
import { type VersionRule, without } from './adapt.ts';

type Inspect = ImageInspect & {
  VirtualSize?: number;
  Container?: string;
  ContainerConfig?: Readonly<Record<string, unknown>>;
};

/** Members of the config that are written even where the image does not set them. */
const alwaysThere = {
  Cmd: null,
  Entrypoint: null,
  Env: null,
  Labels: null,
  OnBuild: null,
  User: '',
  Volumes: null,
  WorkingDir: '',
};

/** And those that an image can't set at all, but had all the same. */
const containerOnly = {
  AttachStderr: false,
  AttachStdin: false,
  AttachStdout: false,
  Domainname: '',
  Hostname: '',
  Image: '',
  OpenStdin: false,
  StdinOnce: false,
  Tty: false,
};

const withConfig = (image: Inspect, defaults: object): Inspect => ({
  ...image,
  Config: { ...defaults, ...image.Config },
});

export const imageInspectRules: readonly VersionRule<Inspect>[] = [
  {
    before: 44,
    why: 'the size had two names, and images without a date the zero date',
    apply: (image) => ({
      ...image,
      VirtualSize: image.Size ?? 0,
      Created: image.Created || '0001-01-01T00:00:00Z',
    }),
  },
  {
    before: 45,
    why: 'the container of the last layer was told',
    apply: ({ Container, ...image }) => ({
      ...image,
      ...(Container ? { Container } : {}),
      ContainerConfig: { ...alwaysThere, ...containerOnly, ...image.ContainerConfig },
    }),
  },
  {
    from: 45,
    why: 'the container of the last layer is no longer told',
    apply: (image) => without(without(image, 'Container'), 'ContainerConfig'),
  },
  { before: 48, why: 'descriptors were not shown', apply: (image) => without(image, 'Descriptor') },
  {
    before: 50,
    why: 'the config was a container config',
    apply: (image) => withConfig(image, containerOnly),
  },
  { before: 52, why: 'unset members were written', apply: (image) => withConfig(image, alwaysThere) },
];

/** What containers and images are both described by, as text for `readShapes`. */
export const configText = `container.Config:
  Hostname string, Domainname string, User string, AttachStdin bool, AttachStdout bool, AttachStderr bool,
  ExposedPorts? {}empty, Tty bool, OpenStdin bool, StdinOnce bool, Env []string, Cmd []string, Healthcheck?
  *container.HealthConfig, ArgsEscaped? bool, Image string, Volumes {}empty, WorkingDir string, Entrypoint
  []string, NetworkDisabled? bool, MacAddress? string, OnBuild []string, Labels {}string, StopSignal? string,
  StopTimeout? *int, Shell? []string
container.HealthConfig:
  Test? []string, Interval? duration, Timeout? duration, StartPeriod? duration, StartInterval? duration,
  Retries? int
storage.DriverData:
  Data {}string, Name string
`;

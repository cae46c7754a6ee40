/** Command lines where ours differs on purpose, with the reason. */
const mistyped = 'ours says what may have been meant';

export const different: Readonly<Record<string, string>> = {
  'ps -a --format {{len .Names}} {{slice .Names 0 2}} {{index (split .Image ":") 0}}':
    'Docker tries the template on an empty row first, and fails there',
  'ps -a --format {{.HealthStatus}}': 'a field of newer clients, which ours has',
  'images --tree': 'Docker colours it in a pipe too, and cuts names at 80 columns there',
  'inspect -f {{join .Config.Cmd ","}} {{join .HostConfig.Dns "+"}} web':
    "ours joins lists of names that are spelled as JSON's too",
  'context inspect -f {{.Name}} {{.Metadata}} {{json .Endpoints}} {{.TLSMaterial}}':
    'Docker prints a Go structure in place of the metadata',
  'container nope': mistyped,
};

/** `--annotation`: words for the OCI runtime, some of which are orders to it. */
import { invalid } from '../../../errors/minke-error.ts';

/**
 * These make runtimes open files, run hooks or set properties of units on the host, as root: `run.oci.hooks.stdout`
 * creates any file (measured with crun 1.8.1).
 */
const orders = [
  /^run\.oci\./,
  /^org\.systemd\.property\./,
  /^cdi\.k8s\.io\//,
  /^io\.katacontainers\./,
  /^module\.wasm\./,
];

export function checkAnnotations(annotations: Readonly<Record<string, string>> | null): void {
  for (const key of Object.keys(annotations ?? {})) {
    if (key === '')
      throw invalid('invalid Annotations: the empty string is not permitted as an annotation key');
    if (orders.some((pattern) => pattern.test(key))) {
      throw invalid(`invalid Annotations: ${key} would give orders to the OCI runtime and is not allowed`);
    }
  }
}

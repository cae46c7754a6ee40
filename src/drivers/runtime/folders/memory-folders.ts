import type { Process, Spec } from '../../../wire/oci-runtime.ts';
import type { ContainerFolders, EtcFile } from '../contract.ts';

/** The double for unit tests. */
export class MemoryFolders implements ContainerFolders {
  readonly specs = new Map<string, Spec>();
  readonly processes = new Map<string, Process>();
  readonly files = new Map<string, string>();
  readonly shm = new Set<string>();
  /** Parts of volumes and images: place to source. */
  readonly bound = new Map<string, string>();

  bundle(id: string): string {
    return `/run/containers/${id}`;
  }

  folder(id: string): string {
    return `/data/containers/${id}`;
  }

  writeSpec(id: string, spec: Spec): void {
    this.specs.set(id, structuredClone(spec));
  }

  readSpec(id: string): Spec | null {
    return structuredClone(this.specs.get(id) ?? null);
  }

  writeProcess(id: string, exec: string, process: Process): string {
    const path = `${this.bundle(id)}/process-${exec}.json`;
    this.processes.set(path, structuredClone(process));
    return path;
  }

  removeProcess(id: string, exec: string): void {
    this.processes.delete(`${this.bundle(id)}/process-${exec}.json`);
  }

  writeFile(id: string, name: EtcFile, content: string): string {
    const path = `${this.folder(id)}/${name}`;
    this.files.set(path, content);
    return path;
  }

  readFile(id: string, name: EtcFile): string | null {
    return this.files.get(`${this.folder(id)}/${name}`) ?? null;
  }

  async mountShm(id: string): Promise<string> {
    this.shm.add(id);
    return `${this.folder(id)}/mounts/shm`;
  }

  async unmountShm(id: string): Promise<void> {
    this.shm.delete(id);
  }

  async bindPart(id: string, name: string, source: string): Promise<string> {
    const place = `/run/parts/${id}/${name}`;
    this.bound.set(place, source);
    return place;
  }

  async unbindParts(id: string): Promise<void> {
    for (const place of this.bound.keys())
      if (place.startsWith(`/run/parts/${id}/`)) this.bound.delete(place);
  }

  withoutRecord(): { strays: string[]; damaged: string[] } {
    return { strays: [], damaged: [] };
  }

  parts(): string[] {
    return [...new Set([...this.bound.keys()].map((place) => place.split('/')[3] ?? ''))];
  }

  async removeBundle(id: string): Promise<void> {
    this.specs.delete(id);
    for (const path of this.processes.keys()) {
      if (path.startsWith(`${this.bundle(id)}/`)) this.processes.delete(path);
    }
  }

  async removeFolder(id: string): Promise<void> {
    await this.unmountShm(id);
    for (const path of this.files.keys()) {
      if (path.startsWith(`${this.folder(id)}/`)) this.files.delete(path);
    }
  }

  bundles(): string[] {
    return [...this.specs.keys()];
  }
}

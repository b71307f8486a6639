import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The parts of a compose service that this repository's file uses. */
export interface ComposeService {
  readonly image: string;
  /** `unless-stopped` of what stays; others end by themselves. */
  readonly restart?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly network_mode?: string;
  readonly profiles?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** docker-compose.yml with its anchors and merges resolved, and no variable substituted. */
export const readComposeFile = (root: string): ComposeFile =>
  parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as ComposeFile;

/** Those that run Vecino's own image. */
export const ownServices = ({ services }: ComposeFile): [string, ComposeService][] =>
  Object.entries(services).filter(([, { build }]) => build !== undefined);

/** The service in whose network a service is. */
export function networkOwner(file: ComposeFile, name: string): string {
  const shared = file.services[name]?.network_mode?.replace(/^service:/, '');
  return shared === undefined ? name : networkOwner(file, shared);
}

export interface Mount {
  /** A path of this machine, or the name of a volume. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** Short syntax only: `source:target` or `source:target:ro`. */
export const mountsOf = ({ volumes = [] }: ComposeService): Mount[] =>
  volumes.map((text) => {
    const [source, target, mode] = text.split(':');
    if (source === undefined || target === undefined || (mode !== undefined && mode !== 'ro'))
      throw new Error(`not source:target or source:target:ro: ${text}`);
    return { source, target, readOnly: mode === 'ro' };
  });

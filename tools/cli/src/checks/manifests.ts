import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A workspace's package.json, and where it lies. */
export interface Manifest {
  /** Folder below the root; empty for the root itself. */
  readonly folder: string;
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly vecino?: {
    /** Folders below the root that its `generate` script writes, besides its own. */
    readonly generates?: readonly string[];
  };
}

export interface LockedPackage {
  readonly version?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** package-lock.json's packages by their path below the root. */
export type Lock = Readonly<Record<string, LockedPackage>>;

const FOLDERS = ['libs', 'services', 'tools'];

export function readManifests(root: string): Manifest[] {
  const workspaces = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  ).filter((folder) => existsSync(join(root, folder, 'package.json')));
  return ['', ...workspaces].map((folder) => ({
    ...(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Omit<Manifest, 'folder'>),
    folder,
  }));
}

export const readLock = (root: string): Lock =>
  (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Lock }).packages;

/** Where a package is installed: more than one place is more than one copy. */
export const copiesOf = (lock: Lock, name: string): string[] =>
  Object.keys(lock).filter(
    (path) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
  );

/** Complaints about dependencies that are not pinned to one exact version, or to different ones in different packages. */
export function versionComplaints(manifests: readonly Manifest[]): string[] {
  const seen = new Map<string, Map<string, string[]>>();
  for (const { name: owner, dependencies = {}, devDependencies = {} } of manifests) {
    for (const [name, version] of [...Object.entries(dependencies), ...Object.entries(devDependencies)]) {
      const versions = seen.get(name) ?? new Map<string, string[]>();
      versions.set(version, [...(versions.get(version) ?? []), owner]);
      seen.set(name, versions);
    }
  }
  return [...seen].flatMap(([name, versions]) => {
    const loose = [...versions].filter(([version]) => !/^\d+\.\d+\.\d+/.test(version));
    const complaints = loose.map(
      ([version, owners]) => `${name} is not pinned (${version}) in ${owners.join(', ')}`,
    );
    if (versions.size <= 1) return complaints;
    const list = [...versions].map(([version, owners]) => `${version} in ${owners.join(', ')}`).join('; ');
    return [...complaints, `${name} has different versions: ${list}`];
  });
}

/** Packages for other platforms that the lock does not name: `npm ci` then refuses it where a registry knows them. */
export function missingPlatformPackages(lock: Lock): string[] {
  const isLocked = (from: string, name: string): boolean =>
    ancestors(from).some((folder) => lock[`${folder}node_modules/${name}`] !== undefined);
  return Object.entries(lock).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)),
  );
}

/** `a/node_modules/b` → itself and every folder above in which Node would look, each ready to be followed by node_modules. */
function ancestors(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`).concat('');
}

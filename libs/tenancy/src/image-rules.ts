import { type Tenant } from './tenant.js';

/** Which images a tenant may have. */
export interface ImageRules {
  /** Software versions; a trailing `*` stands for any rest. */
  readonly allow: readonly string[];
}

export const ALL_IMAGES: ImageRules = { allow: ['*'] };

/** What `allow` may hold: the grammar of a software version, with a `*` at its end or alone. */
export const IMAGE_PATTERN = /^(\*|[A-Za-z0-9][A-Za-z0-9._-]{0,127}\*?)$/;

export const mayInstall = ({ images }: Pick<Tenant, 'images'>, version: string): boolean =>
  images.allow.some((pattern) =>
    pattern.endsWith('*') ? version.startsWith(pattern.slice(0, -1)) : version === pattern,
  );

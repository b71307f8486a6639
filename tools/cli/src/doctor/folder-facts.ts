import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorText } from '@vecino/foundation';

/** A folder that we need and may not write to. */
export interface UnwritableFolder {
  readonly path: string;
  readonly why: string;
}

/** Tried for real: permissions alone do not tell of a disk that is read-only. Nothing stays behind. */
export function unwritable(folder: string): UnwritableFolder | undefined {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    rmSync(mkdtempSync(join(existing, '.vecino-doctor-')), { recursive: true });
    if (existing !== folder) return undefined;
    // After one run as another user, as with sudo, parts of it may be theirs.
    for (const entry of readdirSync(folder)) accessSync(join(folder, entry), constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return { path: folder, why: errorText(error) };
  }
}

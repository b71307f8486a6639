import { join, resolve } from 'node:path';

/** Where things lie in a clone. The same from `src/` and from `dist/`. */
export interface Repository {
  readonly root: string;
  /** Data, logs and stamps of this clone, ignored by git, unless VECINO_STATE_DIR names another folder. */
  readonly stateDir: string;
  readonly tenantsFile: string;
}

export function repositoryAt(root: string, env: NodeJS.ProcessEnv = process.env): Repository {
  return {
    root,
    stateDir: resolve(env['VECINO_STATE_DIR'] || join(root, '.vecino')),
    tenantsFile: env['VECINO_TENANTS_FILE'] ?? join(root, 'deploy', 'tenants.yaml'),
  };
}

export const thisRepository = (): Repository => repositoryAt(join(__dirname, '..', '..', '..'));

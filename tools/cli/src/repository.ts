import { join } from 'node:path';

/** Where things lie in a clone. The same from `src/` and from `dist/`. */
export interface Repository {
  readonly root: string;
  /** Data, logs and stamps of this clone; git ignores it. */
  readonly stateDir: string;
  readonly tenantsFile: string;
}

export function repositoryAt(root: string, env: NodeJS.ProcessEnv = process.env): Repository {
  return {
    root,
    stateDir: join(root, '.vecino'),
    tenantsFile: env['VECINO_TENANTS_FILE'] ?? join(root, 'deploy', 'tenants.yaml'),
  };
}

export const thisRepository = (): Repository => repositoryAt(join(__dirname, '..', '..', '..'));

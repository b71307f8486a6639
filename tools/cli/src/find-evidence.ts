import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeploymentId, isTenantId, VecinoError } from '@vecino/foundation';
import { evidenceReference } from '@vecino/workflows';
import { type CliErrorCode } from './cli-errors.js';
import { type PlatformEnvironment } from './platform-access.js';

export type FoundEvidence =
  | { readonly kind: 'document'; readonly text: string }
  | { readonly kind: 'none'; readonly why: string; readonly next: string };

/**
 * Where the workers write evidence.
 * @throws VecinoError NO_EVIDENCE_DIR
 */
export function evidenceDirOf(env: PlatformEnvironment): string {
  const own = env['VECINO_EVIDENCE_DIR'];
  const images = env['VECINO_IMAGES_DIR'];
  if (own) return own;
  if (images) return join(images, '..', 'evidence');
  throw new VecinoError<CliErrorCode>(
    'NO_EVIDENCE_DIR',
    'set VECINO_EVIDENCE_DIR to where the workers write evidence; it lies beside their VECINO_IMAGES_DIR by default',
    { disposition: 'terminal' },
  );
}

/** The deployment's document, of the tenant that is named or of whoever has one. */
export function findEvidence(dir: string, deploymentId: string, tenant?: string): FoundEvidence {
  const named = tenant === undefined ? tenantsIn(dir) : [tenant];
  // Ids name files: what is none must not lead anywhere.
  const tenants = isDeploymentId(deploymentId) ? named.filter(isTenantId) : [];
  const files = tenants.map((id) => join(dir, evidenceReference(id, deploymentId)));
  const document = files.find((file) => existsSync(file));
  if (document !== undefined) return { kind: 'document', text: readFileSync(document, 'utf8') };
  const begun = files.map((file) => file.replace(/\.json$/, '.calls.jsonl')).find((file) => existsSync(file));
  const place = join(dir, tenant ?? '<tenant>', `${deploymentId}.json`);
  const why =
    begun === undefined
      ? `no evidence of ${deploymentId}: it would be ${place}, where the worker wrote it when the deployment ended`
      : `${deploymentId} has not ended: its evidence will be ${place}; its calls so far are in ${begun}`;
  const next = `./vecino explain ${deploymentId}${tenant === undefined ? '' : ` --tenant ${tenant}`}`;
  return { kind: 'none', why, next };
}

const tenantsIn = (dir: string): readonly string[] => (existsSync(dir) ? readdirSync(dir) : []);

import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeploymentId, isTenantId, VecinoError } from '@vecino/foundation';
import type { Logger } from '@vecino/telemetry';
import { evidenceReference as referenceOf } from '@vecino/workflows';
import { entriesOf } from './evidence-calls.js';
import { evidenceSchema, type EvidenceDocument } from './evidence-document.js';
import type { EvidenceEntry, EvidenceKey, EvidenceStore } from './evidence-store.js';
import { DIR_MODE, FILE_MODE, FileEvidenceLog, type EvidenceLogFiles } from './file-evidence-log.js';
import { SerialQueue } from './serial-queue.js';

/**
 * Name of a deployment's evidence in its store. Throws `EVIDENCE_REFERENCE` for ids that break the grammar and so might
 * lead out of the store.
 */
export function evidenceReference(tenantId: string, deploymentId: string): string {
  if (!isTenantId(tenantId) || !isDeploymentId(deploymentId)) {
    throw new VecinoError(
      'EVIDENCE_REFERENCE',
      `no evidence can be named after ${tenantId} ${deploymentId}`,
      {
        disposition: 'terminal',
      },
    );
  }
  return referenceOf(tenantId, deploymentId);
}

/**
 * `<dir>/<tenant>/<deployment>.json`, and beside it `<deployment>.calls.jsonl` and `<deployment>.findings.jsonl` while the
 * deployment runs.
 */
export function fileEvidenceStore(dir: string, logger: Logger): EvidenceStore {
  const queue = new SerialQueue();
  const documentOf = ({ tenantId, deploymentId }: EvidenceKey): string =>
    join(dir, evidenceReference(tenantId, deploymentId));
  const filesOf = (key: EvidenceKey): EvidenceLogFiles => ({
    calls: documentOf(key).replace(/\.json$/, '.calls.jsonl'),
    findings: documentOf(key).replace(/\.json$/, '.findings.jsonl'),
  });

  return {
    openLog: (key) => new FileEvidenceLog(filesOf(key), queue, logger),

    async write(key, compose) {
      const path = documentOf(key);
      const { calls, findings } = filesOf(key);
      await queue.run(0, async () => {
        const earlier = documentIn(await readIfThere(path));
        const logged = [...linesOf(await readIfThere(calls)), ...linesOf(await readIfThere(findings))];
        const entries = [...entriesOf(earlier?.calls ?? []), ...logged];
        await mkdir(dirname(path), { recursive: true, mode: DIR_MODE });
        await replace(path, `${JSON.stringify(compose(entries, earlier), null, 2)}\n`);
        await rm(calls, { force: true });
        await rm(findings, { force: true });
      });
      return evidenceReference(key.tenantId, key.deploymentId);
    },
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What a killed worker left half-written is passed over. */
const linesOf = (text = ''): EvidenceEntry[] =>
  text.split('\n').flatMap((line) => {
    const entry = jsonOf(line);
    return entry === undefined ? [] : [entry as EvidenceEntry];
  });

function documentIn(text = ''): EvidenceDocument | undefined {
  const parsed = evidenceSchema.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w', FILE_MODE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

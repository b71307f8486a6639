import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeploymentId, isTenantId, VecinoError } from '@vecino/foundation';
import type { Logger } from '@vecino/telemetry';
import { entriesOf } from './evidence-calls.js';
import { evidenceSchema } from './evidence-document.js';
import type { CallEntry, CallLog, EvidenceKey, EvidenceStore } from './evidence-store.js';
import { isMutating } from './mutating-call.js';

/** Beyond this a deployment's log takes only what changes the device, beyond twice this nothing. */
export const LARGEST_CALL_LOG_BYTES = 1024 * 1024;

const FILE_MODE = 0o640;
const DIR_MODE = 0o750;

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
  return `${tenantId}/${deploymentId}.json`;
}

/** `<dir>/<tenant>/<deployment>.json`, and beside it `<deployment>.calls.jsonl` while the deployment runs. */
export function fileEvidenceStore(dir: string, logger: Logger): EvidenceStore {
  const documentOf = ({ tenantId, deploymentId }: EvidenceKey): string =>
    join(dir, evidenceReference(tenantId, deploymentId));
  const logOf = (key: EvidenceKey): string => documentOf(key).replace(/\.json$/, '.calls.jsonl');

  return {
    openCallLog: (key) => new FileCallLog(logOf(key), logger),

    async write(key, compose) {
      const path = documentOf(key);
      const earlier = await readIfThere(path);
      const logged = linesOf(await readIfThere(logOf(key)));
      const entries = [...(earlier === undefined ? [] : entriesIn(earlier)), ...logged];
      await mkdir(dirname(path), { recursive: true, mode: DIR_MODE });
      await replace(path, `${JSON.stringify(compose(entries), null, 2)}\n`);
      await rm(logOf(key), { force: true });
      return evidenceReference(key.tenantId, key.deploymentId);
    },
  };
}

/** Appends a line per entry, at once. Losing evidence is told, and does not stop an upgrade. */
class FileCallLog implements CallLog {
  readonly #path: string;
  readonly #logger: Logger;
  #file: number | undefined;
  #bytes = 0;
  #lost = false;

  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  append(entry: CallEntry): void {
    try {
      const file = (this.#file ??= this.#open());
      if (this.#bytes > (isMutating(entry.call) ? 2 : 1) * LARGEST_CALL_LOG_BYTES) return;
      this.#bytes += writeSync(file, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      if (!this.#lost)
        this.#logger.error({ error: String(error) }, 'device calls are not recorded as evidence');
      this.#lost = true;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true, mode: DIR_MODE });
    const file = openSync(this.#path, 'a', FILE_MODE);
    this.#bytes = fstatSync(file).size;
    // Ends a line that a killed worker left unfinished; an empty one is passed over.
    if (this.#bytes > 0) this.#bytes += writeSync(file, '\n');
    return file;
  }
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
const linesOf = (text = ''): CallEntry[] =>
  text.split('\n').flatMap((line) => {
    const entry = jsonOf(line);
    return entry === undefined ? [] : [entry as CallEntry];
  });

function entriesIn(document: string): readonly CallEntry[] {
  const parsed = evidenceSchema.safeParse(jsonOf(document));
  return parsed.success ? entriesOf(parsed.data.calls) : [];
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

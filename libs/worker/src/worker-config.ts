import { join } from 'node:path';
import { DEFAULT_DEVICE_PORT } from '@vecino/activities';
import type { CommonConfig } from '@vecino/lifecycle/config';
import { z } from 'zod';

/** What every worker needs to know, whichever tenants it takes. */
export interface WorkerConfig extends CommonConfig {
  /** The store of router software. */
  readonly imagesDir: string;
  /** Path of a PEM file with the public keys that images must be signed with; absent where none must. */
  readonly imageKeys?: string;
  /** Where the evidence of deployments is written. */
  readonly evidenceDir: string;
  /** TCP port of routers whose tenant names none. */
  readonly devicePort: number;
  /** Paths of PEM files; absent where all routers are a laboratory's without TLS. */
  readonly deviceTls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** For running activities, after SIGTERM. */
  readonly shutdownGraceMs: number;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** Text such as `20s`, as milliseconds. */
export const duration = z
  .string()
  .regex(/^\d{1,6}(ms|s|m)$/, 'is a number and its unit, as in 500ms, 20s or 2m')
  .transform((text) => Number.parseInt(text, 10) * (UNIT_MS[text.replace(/^\d+/, '')] ?? 0));

const deviceFile = z
  .string()
  .optional()
  .describe(
    'Paths of PEM files for mTLS to routers: all three or none. Without them no router of a tenant with `device.tls: true` (the default) can be reached; there is no fall-back to plain text.',
  );

/** The variables of every worker, each with what docs/configuration.md tells of it. */
export const WORKER_VARIABLES = {
  VECINO_IMAGES_DIR: z
    .string({ error: 'is missing: the folder with the routers’ software' })
    .describe(
      'Image store: `<dir>/<software version>/manifest.json` beside `image.bin`. The manifest has `version`, `size` (bytes), `sha256` (hex) and may have `platform`; content that differs from it is never sent. An Ed25519 `signature` may be in it too.',
    ),
  VECINO_IMAGE_KEYS: z
    .string()
    .optional()
    .describe(
      'Path of a file of PEM public keys (Ed25519), one after another. Set: an image whose manifest none of them signed is refused. Unset: nobody asks who wrote the manifest, which the log says once at start.',
    ),
  VECINO_EVIDENCE_DIR: z
    .string()
    .optional()
    .describe(
      'Where the evidence of each deployment is written: `<dir>/<tenant>/<deployment>.json`. All workers of a tenant need the same one. Unset: `evidence` beside the image store.',
    ),
  VECINO_DEVICE_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(DEFAULT_DEVICE_PORT)
    .describe('TCP port of gNOI and gNMI on routers whose tenant names none.'),
  VECINO_DEVICE_CA: deviceFile,
  VECINO_DEVICE_CERT: deviceFile,
  VECINO_DEVICE_KEY: deviceFile,
  VECINO_SHUTDOWN_GRACE: duration
    .prefault('20s')
    .describe(
      "How long running activities may go on after SIGTERM, as in `500ms`, `20s` or `2m`. Then they are cancelled, and their next attempt is another worker's. The process ends within 8 s more ([how services end](operations.md#ending)).",
    ),
};

/** To be extended with what one worker service reads besides. */
export const workerSchema = z
  .object(WORKER_VARIABLES)
  .refine(
    ({ VECINO_DEVICE_CA: ca, VECINO_DEVICE_CERT: cert, VECINO_DEVICE_KEY: key }) =>
      [ca, cert, key].every(Boolean) || ![ca, cert, key].some(Boolean),
    {
      path: ['VECINO_DEVICE_CA'],
      error: 'goes together with VECINO_DEVICE_CERT and VECINO_DEVICE_KEY: set all three or none',
      // Beside other faults too, not only after they are mended.
      when: () => true,
    },
  );

export function workerConfigOf(common: CommonConfig, own: z.output<typeof workerSchema>): WorkerConfig {
  const { VECINO_DEVICE_CA: ca, VECINO_DEVICE_CERT: cert, VECINO_DEVICE_KEY: key } = own;
  return {
    ...common,
    imagesDir: own.VECINO_IMAGES_DIR,
    ...(own.VECINO_IMAGE_KEYS !== undefined && { imageKeys: own.VECINO_IMAGE_KEYS }),
    evidenceDir: own.VECINO_EVIDENCE_DIR ?? join(own.VECINO_IMAGES_DIR, '..', 'evidence'),
    devicePort: own.VECINO_DEVICE_PORT,
    shutdownGraceMs: own.VECINO_SHUTDOWN_GRACE,
    ...(ca !== undefined && cert !== undefined && key !== undefined && { deviceTls: { ca, cert, key } }),
  };
}

import { isTenantId, NAME_PATTERN, parseCidr, parseIp } from '@vecino/foundation';
import { CHECKS, MAX_POLICY_WAIT_SECONDS } from '@vecino/upgrade';
import { z } from 'zod';
import { IMAGE_PATTERN } from './image-rules.js';
import { LEAVING, STATUS_FORMATS } from './tenant.js';
import { ROUTES, TIERS } from './tier.js';

/** Grammar of tenants' entries and of the registry file. Closed: a misspelt key is a fault, and not a default taken in silence. */

const MAX_NETWORKS = 256;
export const MAX_TENANTS = 100_000;
const MAX_WAIVERS = 100;
const MAX_IMAGES = 1_000;

const cidr = z.string().transform((text, context) => {
  const parsed = parseCidr(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: whyNoNetwork(text) });
  return z.NEVER;
});

function whyNoNetwork(text: string): string {
  const [address = '', prefix] = text.split('/');
  if (parseIp(address) === undefined)
    return `"${text}" is no network: the address is not in canonical spelling`;
  if (prefix === undefined) return `"${text}" is no network: the prefix length is missing, as in ${text}/32`;
  return `"${text}" is no network: the prefix length is wrong or bits beyond it are set`;
}

const count = (max: number) => z.int().min(1).max(max);

const limits = z.strictObject({
  intake_per_60_s: count(1_000_000).optional(),
  max_concurrent_workflows_per_tenant: count(1_000).optional(),
  max_concurrent_activities: count(1_000).optional(),
  queue: count(20_000).optional(),
  weight: z.number().min(0.001).max(1_000).optional(),
});

const device = z.strictObject({
  port: count(65_535).optional(),
  tls: z.boolean().default(true),
});

const seconds = z.int().min(0).max(MAX_POLICY_WAIT_SECONDS);

/** Every key may be left out: what an entry does not say, the file says for all, else the platform. */
const upgrade = z.strictObject({
  soak_seconds: seconds.optional(),
  recovery_seconds: seconds.optional(),
  required_checks: z
    .array(z.enum(CHECKS))
    .refine((checks) => new Set(checks).size === checks.length, { error: 'names a check twice' })
    .optional(),
  waivers: z
    .array(z.strictObject({ check: z.enum(CHECKS), name: z.string().min(1).max(256) }))
    .max(MAX_WAIVERS)
    .optional(),
  rollback: z.boolean().optional(),
});

const images = z.strictObject({
  allow: z
    .array(
      z
        .string()
        .regex(IMAGE_PATTERN, { error: 'must be a software version, or the start of one and then *' }),
    )
    .min(1)
    .max(MAX_IMAGES),
});

const saidOfATenant = {
  id: z.string().refine(isTenantId, { error: 'must match ^[a-z][a-z0-9-]{0,30}[a-z0-9]$' }),
  name: z.string().min(1).max(128).optional(),
  tier: z.enum(TIERS),
  route: z.enum(ROUTES).optional(),
  limits: limits.default({}),
  networks: z.array(cidr).min(1).max(MAX_NETWORKS),
  device: device.default({ tls: true }),
  status_format: z.enum(STATUS_FORMATS).default('avro'),
  upgrade: upgrade.default({}),
  images: images.optional(),
  lab: z.boolean().optional(),
  paused: z.boolean().default(false),
};

const revision = count(Number.MAX_SAFE_INTEGER);

export const fileTenantSchema = z.strictObject({ ...saidOfATenant, revision: revision.optional() });

/** What only orders of the platform put there, and no file. */
export const entrySchema = z.strictObject({
  ...saidOfATenant,
  leaving: z.enum(LEAVING).optional(),
  moving: z.strictObject({ to: z.enum(ROUTES), epoch: revision }).optional(),
  moved: z.strictObject({ from: z.enum(ROUTES), epoch: revision }).optional(),
});

export const platformNetworksSchema = z.array(cidr).max(MAX_NETWORKS);

const stopOrder = {
  reason: z.string().min(1).max(512),
  by: z.string().min(1).max(256).optional(),
  at: z.int().min(0),
};
const softwareVersion = z.string().regex(NAME_PATTERN, { error: `must match ${NAME_PATTERN.source}` });

/** They travel with every batch to every gate. */
const MAX_STOPPED_VERSIONS = 100;

export const controlsSchema = z.strictObject({
  revision: z.int().min(0),
  paused: z.strictObject(stopOrder).optional(),
  stoppedVersions: z
    .array(z.strictObject({ softwareVersion, ...stopOrder }))
    .max(MAX_STOPPED_VERSIONS)
    .refine((stopped) => new Set(stopped.map((one) => one.softwareVersion)).size === stopped.length, {
      error: 'names a software version twice',
    }),
});

export const registrySchema = z.strictObject({
  revision: revision.default(1),
  lab: z.boolean().default(false),
  platform_networks: platformNetworksSchema.default([]),
  upgrade: upgrade.default({}),
  images: images.optional(),
  tenants: z.array(fileTenantSchema).max(MAX_TENANTS),
});

export type FileTenant = z.output<typeof fileTenantSchema>;
export type RegistryFile = z.output<typeof registrySchema>;
/** An entry with its networks read. */
export type ParsedEntry = z.output<typeof entrySchema>;

import { z } from 'zod';

/** Evidence of one deployment, as it is stored; `docs/evidence.schema.json` is made of this. */

const at = z.iso.datetime().describe('UTC, by a clock of the platform');
const deviceNs = z
  .string()
  .regex(/^-?\d+$/)
  .describe('Nanoseconds since the epoch, by the router’s clock');
const texts = z.record(z.string(), z.string());
const count = z.int().min(0);

const reason = z.strictObject({ code: z.string(), text: z.string() });

const alarm = z.strictObject({
  id: z.string(),
  severity: z.string(),
  text: z.string(),
  resource: z.string(),
});

const standby = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('not-reported') }),
  z.strictObject({ kind: z.literal('state'), state: z.string() }),
  z.strictObject({
    kind: z.literal('present'),
    id: z.string(),
    version: z.string(),
    activation_fail_message: z.string(),
  }),
]);

const baseline = z.strictObject({
  running_version: z.string(),
  boot_time_ns: deviceNs,
  device_time_ns: deviceNs.optional(),
  taken_at: at,
  supervisors: z.enum(['single', 'together', 'individual']),
  manufacturer: z.string().optional(),
  activate_reboots: z.boolean(),
});

const snapshot = z.strictObject({
  taken_at: at,
  version: z.string(),
  boot_time_ns: deviceNs,
  standby,
  interfaces_up: z.array(z.string()).optional(),
  peers_established: z.array(z.string()).optional(),
  alarms: z.array(alarm).optional(),
  free_bytes: z.number().optional(),
});

const change = z
  .looseObject({ kind: z.string() })
  .describe('One difference between before and after; `kind` says which other members it has');

const policy = z.strictObject({
  soak_seconds: z.number(),
  recovery_seconds: z.number(),
  required_checks: z.array(z.string()),
  waivers: z.array(z.strictObject({ check: z.string(), name: z.string() })),
  rollback: z.boolean(),
});

const call = z.strictObject({
  id: z.string(),
  step: z.string(),
  attempt: z.int().min(1),
  call: z.string().describe('Full name of the method'),
  at,
  ms: count.optional(),
  outcome: z.string().describe('`not-observed`: it went out, and the worker died before it ended'),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  times: count.optional().describe('How often a read came out the same'),
  last_at: at.optional(),
});
export type EvidenceCall = z.output<typeof call>;

export const evidenceSchema = z.strictObject({
  schema_version: z.literal(1),
  tenant_id: z.string(),
  deployment_id: z.string(),
  router_id: z.string(),
  router_ip: z.string(),
  software_version: z.string(),
  workflow_id: z.string(),
  run_id: z.string(),
  trace_id: z.string().optional(),
  requested_at: at.optional(),
  requested_by: z.string().optional(),
  started_at: at,
  ended_at: at,
  outcome: z.strictObject({ state: z.string(), reason, details: texts.optional() }),
  image: z.strictObject({ sha256: z.string(), bytes: count }).optional(),
  policy: policy.optional(),
  baseline: baseline.optional(),
  postcheck: z
    .strictObject({ kind: z.string(), changes: count, faults: count, waived: count, text: z.string() })
    .optional()
    .describe('How the comparison came out: counts of diff, faults and waived'),
  before: snapshot.optional(),
  after: snapshot.optional(),
  diff: z.array(change).optional(),
  faults: z.array(change).optional(),
  waived: z.array(change).optional(),
  phases: z.array(z.strictObject({ state: z.string(), at, ms: count })),
  reboot_sent_at: at.optional(),
  rollback: z.strictObject({ baseline, reboot_sent_at: at.optional() }).optional(),
  commands: z.array(z.strictObject({ command_id: z.string(), answer: z.string(), at })),
  calls: z.array(call).describe('Every call to the router, in the order in which they began'),
});

export type EvidenceDocument = z.output<typeof evidenceSchema>;

/** JSON Schema of the document. */
export const evidenceJsonSchema = (): object => ({
  ...z.toJSONSchema(evidenceSchema),
  title: 'Evidence of one deployment',
});

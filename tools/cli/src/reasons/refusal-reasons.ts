import { type ReasonTexts } from './reason-text.js';

/** The record itself is at fault. */
export const REFUSED_AT_THE_DOOR = {
  MALFORMED: {
    happened: 'The value is neither Avro in a known framing nor JSON with `content-type: application/json`.',
    todo: 'See [topics](topics.md) and [asyncapi.yaml](asyncapi.yaml). With JSON, most often the `content-type` header is missing.',
  },
  EMPTY_VALUE: {
    happened: 'The record has no value.',
    todo: 'Send a request. Deleting by a null value has no meaning on this topic.',
  },
  OVERSIZE: {
    happened: 'Key, value and headers have more than 65,536 bytes together.',
    todo: 'A request needs a few hundred bytes: look for what else was put in.',
  },
  UNKNOWN_SCHEMA: {
    happened:
      'The record names a schema fingerprint or schema id that nobody knows, or one that cannot be read.',
    todo: 'With a schema registry: register the schema and set `SCHEMA_REGISTRY_URL` of ingest. Without: write with a released schema.',
  },
  UNKNOWN_TENANT: {
    happened: 'The tenant is not in the registry. As the end of a deployment: it was removed meanwhile.',
    todo: 'Correct `tenant_id`, or add the tenant: `./vecino tenant add`.',
  },
  INVALID_FIELD: {
    happened: 'A field breaks its grammar; the sentence names the field.',
    todo: "Correct the field. The grammar is in the schema's `doc` texts and in the AsyncAPI document.",
  },
  ROUTER_OUTSIDE_NETWORKS: {
    happened:
      "`router_ip` is not in the tenant's networks, not in canonical spelling, or of a class never dialled.",
    todo: "Correct the address, or the tenant's `networks` in the registry. Asked again before every connection, so it may also end a deployment.",
  },
  ID_REUSED: {
    happened: 'The `request_id` was used before for another router, address, version, priority or time.',
    todo: 'Send again under an id of its own. The first request is not affected. There is a dead letter and no status.',
  },
} as const satisfies ReasonTexts<'happened' | 'todo'>;

/** The request was fine, and no more is taken. */
export const NOT_ADMITTED = {
  QUEUE_FULL: {
    happened: "As many requests wait as the tenant's queue takes (by number, or by size).",
    todo: 'Send again when fewer wait. If this is usual, raise `limits.queue` in the registry.',
  },
  RATE_LIMITED: {
    happened:
      'More requests of the tenant came within 60 s than `limits.intake_per_60_s` allows. `retry_at` in the details says when the next one fits; the sentence too.',
    todo: 'Send again from then on, with a new `request_id`. If this is usual, raise the limit in the registry.',
  },
  TENANT_DRAINING: {
    happened: 'The tenant is being removed and takes no more requests.',
    todo: 'Nothing, or add the tenant again.',
  },
} as const satisfies ReasonTexts<'happened' | 'todo'>;

import { systemClock, type Clock } from '@vecino/foundation';
import { type AvroCodec, type PayloadReader } from './avro-codec.js';
import { type AvroSchema } from './avro-schema.js';
import { fingerprintsOfSchema } from './rabin-fingerprint.js';
import { type SchemaRegistryClient } from './schema-registry.js';

/** Finds the reader for what a frame names; undefined where the schema is unknown or cannot be reconciled. */
export interface WriterSchemas<T> {
  byFingerprint(fingerprint: bigint): PayloadReader<T> | undefined;
  /** At once for ids seen before. The promise fails with a `RegistryError` while the registry is away. */
  byId(id: number): PayloadReader<T> | undefined | Promise<PayloadReader<T> | undefined>;
}

/** An id the registry does not know is asked for again after this time, so that a flood of such records is not a flood of calls. */
const UNKNOWN_ID_MS = 30_000;
const MAX_CACHED_IDS = 1_000;
/** Registries give signed numbers of 32 bits, from 1 on. */
const MAX_ID = 2 ** 31 - 1;

interface CachedId<T> {
  readonly reader: PayloadReader<T> | undefined;
  readonly expiresAt: number;
}

export function createWriterSchemas<T, Init>(
  codec: AvroCodec<T, Init>,
  options: {
    readonly known: readonly AvroSchema[];
    readonly registry?: SchemaRegistryClient | undefined;
    readonly clock?: Clock | undefined;
  },
): WriterSchemas<T> {
  const { registry, clock = systemClock } = options;
  const known = new Map(
    options.known.flatMap((schema) => {
      const reader = codec.readerFor(schema);
      return fingerprintsOfSchema(schema).map((fingerprint) => [fingerprint, reader] as const);
    }),
  );
  const cached = new Map<number, CachedId<T>>();
  const asked = new Map<number, Promise<PayloadReader<T> | undefined>>();

  async function ask(from: SchemaRegistryClient, id: number): Promise<PayloadReader<T> | undefined> {
    const schema = await from.schemaOf(id);
    const reader = schema === undefined ? undefined : codec.readerFor(schema);
    const expiresAt = reader === undefined ? clock.now() + UNKNOWN_ID_MS : Infinity;
    if (cached.size >= MAX_CACHED_IDS) cached.clear();
    cached.set(id, { reader, expiresAt });
    return reader;
  }

  return {
    byFingerprint: (fingerprint) => known.get(fingerprint),
    byId(id) {
      const hit = cached.get(id);
      if (hit !== undefined && hit.expiresAt > clock.now()) return hit.reader;
      if (registry === undefined || id > MAX_ID) return undefined;
      const pending = asked.get(id) ?? ask(registry, id).finally(() => asked.delete(id));
      asked.set(id, pending);
      return pending;
    },
  };
}

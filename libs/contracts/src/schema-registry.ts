import { VecinoError } from '@vecino/foundation';
import { type AvroSchema } from './avro-schema.js';

/** A Confluent-compatible schema registry, as far as records are read and written. */
export interface SchemaRegistryClient {
  /**
   * The Avro schema of the id; undefined where the registry has no such id, does not take it for one, or it is no Avro schema.
   * Throws `RegistryError` while the registry cannot answer.
   */
  schemaOf(id: number): Promise<AvroSchema | undefined>;
  /** Registers the schema under the subject, or finds it there, and gives its id. Throws `RegistryError`. */
  idOf(subject: string, schema: AvroSchema): Promise<number>;
}

/** `REGISTRY_AWAY`: no answer, ask again later. `REGISTRY_REFUSED`: the registry says no, asking again will not help. */
export type RegistryError = VecinoError<'REGISTRY_AWAY' | 'REGISTRY_REFUSED'>;

export interface HttpSchemaRegistryOptions {
  /** Such as `http://registry:8081`; credentials in it become basic authentication. */
  readonly url: string;
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';

/** Speaks the Confluent Schema Registry API, version 7 (also served by Apicurio and Karapace). Caches nothing: its users do. */
export function createHttpSchemaRegistry(options: HttpSchemaRegistryOptions): SchemaRegistryClient {
  const request = requestTo(options);
  return {
    async schemaOf(id) {
      const response = await request('GET', `/schemas/ids/${id}`);
      // The id is the sender's word: what the registry has against it must not make the record wait for ever.
      if (!response.ok && !mayPass(response.status)) {
        await response.body?.cancel();
        return undefined;
      }
      const body = (await jsonOf(response)) as { schema?: unknown; schemaType?: string };
      if ((body.schemaType ?? 'AVRO') !== 'AVRO' || typeof body.schema !== 'string') return undefined;
      return parseSchema(body.schema);
    },
    async idOf(subject, schema) {
      const path = `/subjects/${encodeURIComponent(subject)}/versions`;
      const response = await request('POST', path, { schema: JSON.stringify(schema) });
      const { id } = (await jsonOf(response)) as { id?: unknown };
      if (!Number.isInteger(id)) throw refused(`no id for ${subject}`, response.status);
      return id as number;
    },
  };
}

type RegistryRequest = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Response>;

function requestTo({ url, timeoutMs, fetch: send = fetch }: HttpSchemaRegistryOptions): RegistryRequest {
  const { base, authorization } = splitCredentials(url);
  return async (method, path, body) => {
    const init: RequestInit = {
      method,
      headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE, ...authorization },
      signal: AbortSignal.timeout(timeoutMs ?? DEFAULT_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    try {
      return await send(`${base}${path}`, init);
    } catch (cause) {
      throw away(`no answer to ${method} ${path}`, cause);
    }
  };
}

function splitCredentials(url: string): { base: string; authorization: Record<string, string> } {
  const parsed = new URL(url);
  const { username, password } = parsed;
  parsed.username = '';
  parsed.password = '';
  const base = parsed.toString().replace(/\/+$/, '');
  if (username === '') return { base, authorization: {} };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { base, authorization: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } };
}

async function jsonOf(response: Response): Promise<unknown> {
  const { status } = response;
  if (mayPass(status)) throw away(`status ${status}`, undefined, status);
  if (!response.ok) throw refused(`status ${status}`, status);
  try {
    return await response.json();
  } catch (cause) {
    throw away('an answer that is no JSON', cause, status);
  }
}

/** A refused login may be a rotated password: the records wait, they are not at fault. */
const mayPass = (status: number): boolean =>
  status >= 500 || status === 429 || status === 408 || status === 401 || status === 403;

function parseSchema(text: string): AvroSchema | undefined {
  try {
    return JSON.parse(text) as AvroSchema;
  } catch {
    return undefined;
  }
}

const away = (what: string, cause: unknown, status?: number): RegistryError =>
  new VecinoError('REGISTRY_AWAY', `schema registry: ${what}`, {
    disposition: 'retry',
    cause,
    ...(status === undefined ? {} : { data: { status } }),
  });

const refused = (what: string, status: number): RegistryError =>
  new VecinoError('REGISTRY_REFUSED', `schema registry: ${what}`, {
    disposition: 'terminal',
    data: { status },
  });

/** What a record's `content-type` says about its value. */
export type ContentKind = 'json' | 'avro' | 'cloudevents-structured' | 'unsaid';

/** Kind of a media type, parameters aside. Types that Vecino does not know count as unsaid: the bytes then speak for themselves. */
export function contentKindOf(contentType: string | undefined): ContentKind {
  if (contentType === undefined) return 'unsaid';
  if (contentType === JSON_CONTENT_TYPE) return 'json';
  const mediaType = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (mediaType.startsWith('application/cloudevents')) return 'cloudevents-structured';
  if (mediaType === JSON_CONTENT_TYPE || /^application\/[^/]+\+json$/.test(mediaType)) return 'json';
  if (AVRO_MEDIA_TYPES.has(mediaType)) return 'avro';
  return 'unsaid';
}

export const JSON_CONTENT_TYPE = 'application/json';
export const AVRO_CONTENT_TYPE = 'application/avro';

const AVRO_MEDIA_TYPES = new Set([AVRO_CONTENT_TYPE, 'avro/binary', 'application/vnd.apache.avro']);

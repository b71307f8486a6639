const MAGIC = 'vecino-image version=';

/** First line of an image made by `writeImage`: lets a router find the version in what it received. */
export const imageHeader = (version: string): Buffer => Buffer.from(`${MAGIC}${version}\n`, 'latin1');

/** The version an image was made for; undefined for bytes that are not such an image. */
export function versionInHeader(start: Buffer): string | undefined {
  const line = start.toString('latin1').split('\n', 1)[0] ?? '';
  return line.startsWith(MAGIC) ? line.slice(MAGIC.length) : undefined;
}

/** One batch never grows beyond this when it is unpacked: a few kilobytes of zeros must not fill the memory. */
export const MAX_DECOMPRESSED_BYTES = 64 * 1024 * 1024;

export function refuseBeyondLimit(codec: string, bytes: number, limit = MAX_DECOMPRESSED_BYTES): void {
  if (bytes > limit) throw new RangeError(`${codec} batch unpacks to more than ${limit} bytes`);
}

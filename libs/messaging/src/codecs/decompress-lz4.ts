import { decompressBound, decompressFrame } from 'lz4js';
import { MAX_DECOMPRESSED_BYTES, refuseBeyondLimit } from './decompressed-size.js';

/** One LZ4 frame. The frame's own bound is an upper one and may be absurd, so it only ever lowers ours. */
export function decompressLz4(compressed: Buffer): Buffer {
  const unpacked = Buffer.alloc(Math.min(decompressBound(compressed), MAX_DECOMPRESSED_BYTES));
  const bytes = decompressFrame(compressed, unpacked);
  refuseBeyondLimit('lz4', bytes, unpacked.length);
  return unpacked.subarray(0, bytes);
}

import { uncompress } from 'snappyjs';
import { MAX_DECOMPRESSED_BYTES, refuseBeyondLimit } from './decompressed-size.js';

/**
 * The Java client writes Snappy in xerial's stream format, librdkafka as one raw block.
 *
 *     stream = magic version compatible chunk*
 *     magic  = 0x82 "SNAPPY" 0x00      version, compatible = int32
 *     chunk  = length:int32 block
 */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = XERIAL_MAGIC.length + 8;

export function decompressSnappy(compressed: Buffer): Buffer {
  if (!compressed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
    return uncompress(compressed, MAX_DECOMPRESSED_BYTES);
  }
  const blocks: Buffer[] = [];
  let total = 0;
  for (let at = XERIAL_HEADER_BYTES; at < compressed.length;) {
    const length = compressed.readInt32BE(at);
    at += 4;
    if (length < 0 || at + length > compressed.length) throw new RangeError('snappy chunk is cut off');
    const block = uncompress(compressed.subarray(at, at + length), MAX_DECOMPRESSED_BYTES);
    total += block.length;
    refuseBeyondLimit('snappy', total);
    blocks.push(block);
    at += length;
  }
  return Buffer.concat(blocks, total);
}

import { gzipSync } from 'node:zlib';

export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** A codec's number in a batch's attributes. */
export const CODEC_NUMBERS: Readonly<Record<Codec, number>> = {
  none: 0,
  gzip: 1,
  snappy: 2,
  lz4: 3,
  zstd: 4,
};

/**
 * A valid stream of the codec. Only gzip makes anything smaller: the others hold the bytes as literals, which each of
 * their formats allows and every reader must take.
 */
export function compressed(codec: Codec, bytes: Buffer): Buffer {
  switch (codec) {
    case 'none':
      return bytes;
    case 'gzip':
      return gzipSync(bytes);
    case 'snappy':
      return snappyBlock(bytes);
    case 'lz4':
      return lz4Frame(bytes);
    case 'zstd':
      return zstdFrame(bytes);
  }
}

const pieces = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

/** One raw block, as librdkafka writes it: the length, then literals of at most 64 KiB. */
function snappyBlock(bytes: Buffer): Buffer {
  const literals = pieces(bytes, 0x1_0000).flatMap((piece) => {
    const tag = Buffer.from([61 << 2, 0, 0]);
    tag.writeUInt16LE(piece.length - 1, 1);
    return [tag, piece];
  });
  return Buffer.concat([unsignedVarint(bytes.length), ...literals]);
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}

/** Independent blocks of at most 64 KiB without checksums; the last byte is the checksum of the two before. */
const LZ4_HEADER = Buffer.from('04224d18604082', 'hex');
const LZ4_UNCOMPRESSED = 0x8000_0000;

function lz4Frame(bytes: Buffer): Buffer {
  const blocks = pieces(bytes, 0x1_0000).flatMap((piece) => [
    uint32LE(LZ4_UNCOMPRESSED + piece.length),
    piece,
  ]);
  return Buffer.concat([LZ4_HEADER, ...blocks, uint32LE(0)]);
}

/** A single segment with its size in four bytes, of raw blocks of at most 128 KiB. */
const ZSTD_HEADER = Buffer.from('28b52ffda0', 'hex');
const ZSTD_BLOCK_BYTES = 0x2_0000;

function zstdFrame(bytes: Buffer): Buffer {
  const all = pieces(bytes, ZSTD_BLOCK_BYTES);
  const blocks = all.flatMap((piece, i) => {
    const isLast = i === all.length - 1;
    return [uint32LE((piece.length << 3) | (isLast ? 1 : 0)).subarray(0, 3), piece];
  });
  return Buffer.concat([ZSTD_HEADER, uint32LE(bytes.length), ...blocks]);
}

function uint32LE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { decompressLz4 } from './decompress-lz4.js';
import { decompressSnappy } from './decompress-snappy.js';
import { decompressZstd } from './decompress-zstd.js';

/** Teaches kafkajs to read what any producer may write: without this one compressed batch stops a consumer for good. We write uncompressed. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.LZ4] = readOnly('LZ4', decompressLz4);
  CompressionCodecs[CompressionTypes.Snappy] = readOnly('Snappy', decompressSnappy);
  CompressionCodecs[CompressionTypes.ZSTD] = readOnly('ZSTD', decompressZstd);
}

const readOnly = (name: string, decompress: (compressed: Buffer) => Buffer) => () => ({
  compress: () => Promise.reject(new Error(`writing ${name} is not supported`)),
  decompress: (compressed: Buffer) => Promise.resolve(decompress(compressed)),
});

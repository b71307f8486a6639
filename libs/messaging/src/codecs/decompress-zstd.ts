import { Decompress } from 'fzstd';
import { refuseBeyondLimit } from './decompressed-size.js';

export function decompressZstd(compressed: Buffer): Buffer {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream = new Decompress((chunk) => {
    total += chunk.length;
    refuseBeyondLimit('zstd', total);
    chunks.push(chunk);
  });
  stream.push(compressed, true);
  return Buffer.concat(chunks, total);
}

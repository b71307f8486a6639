import decodeMessages from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import {
  FIXTURE_CLIENTS,
  FIXTURE_CODECS,
  FIXTURE_RECORDS,
  fixtureRecord,
  readFixtureBatch,
} from '../testing/fixture-batches.js';
import { decompressLz4 } from './decompress-lz4.js';
import { registerCodecs } from './register-codecs.js';

const written = FIXTURE_CLIENTS.flatMap((client) => FIXTURE_CODECS.map((codec) => [client, codec] as const));

const size = (bytes: number): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes);
  return length;
};

describe.each(written)('a batch that %s wrote with %s', (client, codec) => {
  const batch = readFixtureBatch(client, codec);

  test('is read by kafkajs record for record', async () => {
    registerCodecs();
    const records = await decodeMessages(new Decoder(Buffer.concat([size(batch.length), batch])));
    const texts = records.map(({ key, value }) => ({ key: key?.toString(), value: value?.toString() }));
    expect(texts).toEqual(Array.from({ length: FIXTURE_RECORDS }, (_, i) => fixtureRecord(i)));
  });
});

test('an LZ4 frame that claims absurd blocks costs no more memory than the limit', () => {
  const header = Buffer.from('04224d186070', 'hex');
  const emptyBlocks = Array.from({ length: 10_000 }, () => Buffer.from('0100000000', 'hex'));
  const frame = Buffer.concat([header, Buffer.from([0]), ...emptyBlocks, size(0)]);
  expect(decompressLz4(frame).length).toBeLessThan(1024);
});

import { parseConfig } from './config.js';

test('a worker starts with the image store alone', () => {
  expect(parseConfig({ VECINO_IMAGES_DIR: '/images' })).toMatchObject({
    ok: true,
    config: { imagesDir: '/images', shutdownGraceMs: 20_000 },
  });
});

test('faults are told all at once', () => {
  const parsed = parseConfig({ VECINO_LOG_LEVEL: 'loud' });
  expect(parsed).toMatchObject({ ok: false });
  if (!parsed.ok) expect(parsed.faults).toHaveLength(2);
});

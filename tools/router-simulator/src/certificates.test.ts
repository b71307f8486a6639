import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateAuthority } from './certificate-authority.js';
import { readAuthority, writeCertificates } from './write-certificates.js';

describe('a router’s certificate', () => {
  it('is for its id and its address, and from the authority', async () => {
    const authority = await CertificateAuthority.create();
    const routerId = `Edge_1.${'x'.repeat(100)}`;
    const { certificate } = await authority.issueServer(routerId, '127.20.0.1');
    const parsed = new X509Certificate(certificate);
    expect(parsed.subjectAltName).toBe(`DNS:${routerId}, IP Address:127.20.0.1`);
    expect(parsed.verify(new X509Certificate(authority.identity.certificate).publicKey)).toBe(true);
  });
});

describe('the certificates of a laboratory', () => {
  it('are made once, and their authority goes on issuing', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vecino-certificates-'));
    try {
      const files = await writeCertificates(dir);
      const ca = readFileSync(files.ca, 'utf8');
      await writeCertificates(dir);
      expect(readFileSync(files.ca, 'utf8')).toBe(ca);
      expect(statSync(files.clientKey).mode & 0o077).toBe(0);
      const { certificate } = await (await readAuthority(dir)).issueServer('edge-1', '127.0.0.1');
      expect(new X509Certificate(certificate).verify(new X509Certificate(ca).publicKey)).toBe(true);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

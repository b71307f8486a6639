import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext, type SecureContext } from 'node:tls';
import { credentials, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';

/** PEM texts for mutual TLS with a router. */
export interface DeviceTls {
  /** Authorities whose router certificates are believed. */
  readonly ca: string | Buffer;
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface SecureChannel {
  readonly credentials: ChannelCredentials;
  readonly options: ChannelOptions;
}

// Parsing keys is the expensive part of a connection, and a worker uses one identity for all its routers.
const contexts = new WeakMap<DeviceTls, SecureContext>();

function secureContextOf(tls: DeviceTls): SecureContext {
  let context = contexts.get(tls);
  if (context === undefined) {
    context = createSecureContext({ ca: tls.ca, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' });
    contexts.set(tls, context);
  }
  return context;
}

/**
 * Credentials that accept only a certificate issued for `serverName` (a DNS or IP name among its subject alternative names),
 * whatever address is dialled: a router keeps its identity when it gets another address.
 */
export function secureChannel(tls: DeviceTls, serverName: string): SecureChannel {
  return {
    credentials: credentials.createFromSecureContext(secureContextOf(tls), {
      checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
    }),
    // SNI must not be an IP address.
    options: { 'grpc.ssl_target_name_override': isIP(serverName) ? 'router' : serverName },
  };
}

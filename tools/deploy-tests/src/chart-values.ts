/** What has to be set, and nothing else. */
export const MINIMAL = {
  kafka: { brokers: 'kafka-0:9092,kafka-1:9092' },
  temporal: { address: 'temporal-frontend:7233' },
  redis: { url: 'redis://redis:6379' },
  images: { claimName: 'images' },
  evidence: { claimName: 'evidence' },
};

export const TENANTS = [
  { id: 'pool', tier: 'basic', networks: ['10.1.0.0/16'] },
  { id: 'own-queue', tier: 'standard', networks: ['10.2.0.0/16'] },
  { id: 'acme', tier: 'premium', networks: ['10.3.0.0/16'] },
  {
    id: 'globex',
    tier: 'enterprise',
    networks: ['10.4.0.0/16', '2001:db8:4::/48'],
    device: { port: 50_051 },
  },
  { id: 'demoted', tier: 'premium', route: 'pooled', networks: ['10.5.0.0/16'] },
  { id: 'promoted', tier: 'basic', route: 'namespace', networks: ['10.6.0.0/16'] },
].map((tenant) => ({ name: tenant.id, ...tenant }));

/** All that can be set at once. */
export const FULL = {
  ...MINIMAL,
  imagePullSecrets: [{ name: 'pull' }],
  kafka: {
    brokers: 'kafka:9093',
    topicPrefix: 'prod.',
    tls: { enabled: true, secretName: 'kafka-tls', mutual: true },
    sasl: { mechanism: 'scram-sha-512', secretName: 'kafka-user' },
  },
  temporal: {
    address: 'temporal:7233',
    namespace: 'vecino',
    tls: { enabled: true, secretName: 'temporal-tls', mutual: true, serverName: 'temporal.internal' },
    apiKeySecretName: 'temporal-key',
  },
  redis: { secretName: 'redis', caSecretName: 'redis-ca' },
  schemaRegistryUrl: 'http://schemas:8081',
  telemetry: {
    otlpEndpoint: 'http://collector:4318',
    serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
    prometheusRule: {
      enabled: true,
      labels: { release: 'prometheus' },
      runbooksUrl: 'https://wiki.example/vecino/runbooks',
    },
  },
  registry: { revision: 1, tenants: TENANTS },
  routers: { tlsSecretName: 'router-tls' },
  images: { claimName: 'images', keysConfigMapName: 'image-keys' },
  ingest: {
    env: { VECINO_INGEST_GROUP: 'ingest-prod' },
    autoscaling: { enabled: true },
    nodeSelector: { zone: 'a' },
    tolerations: [{ key: 'edge', operator: 'Exists' }],
    podAnnotations: { team: 'network' },
  },
  workerShared: { shutdownGraceSeconds: 60, autoscaling: { enabled: true } },
  workerDedicated: {
    autoscaling: { enabled: true },
    alsoFor: [{ id: 'late', route: 'dedicated', networks: ['10.7.0.0/16'] }],
    perTenant: { acme: { resources: { limits: { memory: '2Gi' } } } },
  },
  networkPolicy: {
    monitoring: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    kafka: { ports: [9093], to: [{ podSelector: { matchLabels: { app: 'kafka' } } }] },
    alsoRouters: [{ cidr: '10.8.0.0/16', port: 9339 }],
  },
};

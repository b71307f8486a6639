/**
 * Every file the stack fetches, with its digest. One place to change a version.
 * The Kafka jars are what Maven resolves as the runtime dependencies of `org.apache.kafka:kafka_2.13`, plus one SLF4J binding,
 * without which the broker logs nothing.
 */
export interface PinnedFile {
  /** Path below the repository's base URL. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export const KAFKA_VERSION = '4.1.1';
export const MAVEN_CENTRAL = 'https://repo1.maven.org/maven2';

// sha256, bytes, group:artifact:version; printed by `mvn dependency:list` and `sha256sum`.
const KAFKA_TABLE = `
23028a3fd006e530bf495f551083208187cafd8f80624d048eba56442f16a50e   316573 com.dynatrace.hash4j:hash4j:0.22.0
ead60e9cac0e42b57092b9e2d087ff43536e9477d4486ba393037a8cc156cda7    78580 com.fasterxml.jackson.core:jackson-annotations:2.19.0
da8e859bac94874528116a25f20c68560e4287acbf27628711b8a4f96b028430   599926 com.fasterxml.jackson.core:jackson-core:2.19.0
ceda311f476c3b18e1d2b240c94e2dcb9c8d44e70f8afa9facab88bac4ddc03a  1678748 com.fasterxml.jackson.core:jackson-databind:2.19.0
bec1150426b0616bb488149b952b45a0dcb16d9416b017c38f6455ad9389bc68   106990 com.fasterxml.jackson.dataformat:jackson-dataformat-csv:2.19.0
46e54dcbd39d4d12cda18ec9276e7b888e08fc765ea0c77e71662306f0d4abc4    60230 com.fasterxml.jackson.dataformat:jackson-dataformat-yaml:2.19.0
04f1a3f9da8155995dd00098d6847cdb9b7af67f4a3028c94031eff017c8e3e5    36215 com.fasterxml.jackson.datatype:jackson-datatype-jdk8:2.19.0
ec411dfdf0c03f25218648ce89861630b71680e5858a9a7278ebac8e55cab3d7   906581 com.github.ben-manes.caffeine:caffeine:3.2.0
b6c3237e24b8252a5a9c3a0e1ae30ef8f323412e74bd358548b7a9e527d676df  7305999 com.github.luben:zstd-jni:1.5.6-10
7b52c72156dd7f98b3237a5b35c1d34fba381b21048c89208913ad80a45dfbd7   114335 com.google.re2j:re2j:1.8
87a3017d3f43e6ace7566fe4c3d615134c6914ff871c8d64bb32ca1d996d0545    61858 com.typesafe.scala-logging:scala-logging_2.13:3.9.5
6b7a14a6f34c10f8683f7b5e2f39df0f07b58c7dff0e468ebbc713905c46979c    82123 com.yammer.metrics:metrics-core:2.2.0
7d938c81789028045c08c065e94be75fc280527620d5bd62b519d5838532368a   246918 commons-beanutils:commons-beanutils:1.9.4
eeeae917917144a68a741d4c0dff66aa5c5c5fd85593ff217bced3fc8ca783b8   588337 commons-collections:commons-collections:3.2.2
e0b2b980a84fc6533c5ce291f1917b32c507f62bcad64198fff44368c2196a3d   196768 commons-digester:commons-digester:2.1
6b858424f518015f32bfcd1183a373f4a827d72d026b6031da0c91cf0e8f3489    71613 commons-logging:commons-logging:1.3.2
c3c14748e2d78db58df88808740711bd643b32c45ffa7b8a739f00fb467cd7d7   201424 commons-validator:commons-validator:1.9.0
df26cc58f235f477db07f753ba5a3ab243ebe5789d9f89ecf68dd62ea9a66c28    78146 net.sf.jopt-simple:jopt-simple:5.0.4
65ceb669d88f63306c680f8088bbf765bbca72d288a61a03703000076c3d3f56    90347 net.sourceforge.argparse4j:argparse4j:0.7.0
00247122a572c3d3ae4eb60a50192a5811bc0181f51923d13018600f892e821d  9766726 org.apache.kafka:kafka-clients:4.1.1
2072fc1ce7e0505149bba22a463a5909a899c6235c4fa696f15c21194a7baf60   100775 org.apache.kafka:kafka-coordinator-common:4.1.1
3d1801d2329dcf7d273796a034d61e6c7e0f851f384d0afbdd3a2e6cbd17a968    11914 org.apache.kafka:kafka-group-coordinator-api:4.1.1
3eb5a673b69d5992cfa86c5436f39adbf4ce284046a4c999ec6af0a8e31c5589   914943 org.apache.kafka:kafka-group-coordinator:4.1.1
a689665751415b6456de1ecb013042cb7ba99ac68fd8c3e8bf28e098feb43218   840858 org.apache.kafka:kafka-metadata:4.1.1
4810c93d93d1935dd54de61c5ba130f501c7fe11bc49ccd3ee05ec857818a72a   309751 org.apache.kafka:kafka-raft:4.1.1
207edecd8322cf6c13d76d84addea7fd0ec441dc8d698cf69df43210ccdc0a94   371073 org.apache.kafka:kafka-server-common:4.1.1
9f6aff422855491aad54326eca8d604163d6d3a6507cc48ffe3ce6de73caf79a   219116 org.apache.kafka:kafka-server:4.1.1
e6bec53428c77bf6579321836d482542a93575f7c08e860a26c9f2c7f6059dac   111777 org.apache.kafka:kafka-share-coordinator:4.1.1
8c0a712472185d706c6bf5ae24bf5d84a8e396fd4745c708e6146a415f7fa7f7    26987 org.apache.kafka:kafka-storage-api:4.1.1
1f85b82853eaec0143efbef7e3a4d4be8929ff83a386326431e0c2d0a557e58c   591039 org.apache.kafka:kafka-storage:4.1.1
542b08fe20cf872a2d866acdff61ea338b469219dc2ebfae727a1d9ea5737e1a     9072 org.apache.kafka:kafka-tools-api:4.1.1
a261b5730ac9e3205df7af5d45180d851e9d5f729ce1275c67511a6f51f73755    50212 org.apache.kafka:kafka-transaction-coordinator:4.1.1
e89428126cc7630a802123ba27aac4442816840b66d60670226feaff65f24fd1  2063699 org.apache.kafka:kafka_2.13:4.1.1
5b4a0a0cd0e751ded431c162442bdbdd53328d1f8bb2bae5fc1bbeee0f66d80f   348513 org.apache.logging.log4j:log4j-api:2.24.3
7eb4084596ae25bd3c61698e48e8d0ab65a9260758884ed5cbb9c6e55c44a56a  1914666 org.apache.logging.log4j:log4j-core:2.24.3
7314af50cde9c99e8eaf43eee617a23edcc6bb43036221064355094999d837ef   299502 org.bitbucket.b_c:jose4j:0.9.6
22d1d4316c4ec13a68b559e98c8256d69071593731da96136640f864fa14fad8   177206 org.hdrhistogram:HdrHistogram:2.2.2
1fad6e6be7557781e4d33729d49ae1cdc8fdda6fe477bb0cc68ce351eafdfbab     3819 org.jspecify:jspecify:1.0.0
d74a3334fb35195009b338a951f918203d6bbca3d1d359033dc33edd1cadc9ef   682804 org.lz4:lz4-java:1.8.0
2bbeef5797a241300c4f7513cd546239629ed7deda4fc0c31df90bb95f5f13ef    73718 org.pcollections:pcollections:4.0.2
1ebb2b6f9e4eb4022497c19b1e1e825019c08514f962aaac197145f88ed730f1  5926340 org.scala-lang:scala-library:2.13.16
fb49ccd9cac7464486ab993cda20a3c1569d8ef26f052e897577ad2a4970fb1d  3801119 org.scala-lang:scala-reflect:2.13.16
d3ef575e3e4979678dc01bf1dcce51021493b4d11fb7f1be8ad982877c16a1c0    41125 org.slf4j:slf4j-api:1.7.36
2f39bed943d624dfa8f4102d0571283a10870b6aa36f197a8a506f147010c10f    15333 org.slf4j:slf4j-simple:1.7.36
4c766cb3f855415ee734b2392949a0b6f12a60879334a74518deaf6270d32e36  2338496 org.xerial.snappy:snappy-java:1.1.10.7
ef779af5d29a9dde8cc70ce0341f5c6f7735e23edff9685ceaa9d35359b7bb7f   339825 org.yaml:snakeyaml:2.4
`;

export const KAFKA_JARS: readonly PinnedFile[] = parseJarTable(KAFKA_TABLE);

/** Only tests need it. What it needs itself, to write and read single records, is among Kafka's jars. */
export const AVRO_VERSION = '1.12.1';
export const AVRO_JARS: readonly PinnedFile[] = parseJarTable(
  `72600f057bfbe2efe35fa55433e7756d45667dc938934be38a6e2be368aca237 718936 org.apache.avro:avro:${AVRO_VERSION}`,
);

/** Reads lines of `sha256 bytes group:artifact:version` into repository paths. */
export function parseJarTable(table: string): PinnedFile[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [sha256, bytes, coordinates] = line.trim().split(/\s+/);
      const [group, artifact, version] = coordinates?.split(':') ?? [];
      if (!/^[0-9a-f]{64}$/.test(sha256 ?? '') || !sha256 || !group || !artifact || !version)
        throw new Error(`not a pinned jar: ${line}`);
      const path = `${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.jar`;
      return { path, sha256, bytes: Number(bytes) };
    });
}

export const TEMPORAL_CLI_VERSION = '1.5.1';
export const TEMPORAL_RELEASES = 'https://github.com/temporalio/cli/releases/download';
export const TEMPORAL_GO_PACKAGE = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;
/**
 * The release has 1.34.1. That forgets to close what a cancelled query had begun to read: from then on the database's log
 * grows without end, each step gets slower, and at last every query is refused (docs/reliability.md).
 */
export const TEMPORAL_SQLITE_VERSION = '1.44.3';
export const TEMPORAL_NEWER_MODULES: readonly string[] = [`modernc.org/sqlite@v${TEMPORAL_SQLITE_VERSION}`];

/** SHA-256 of the official release archives, by `<os>_<arch>` as Go names them. */
export const TEMPORAL_ARCHIVES: Readonly<Record<string, string>> = {
  linux_amd64: 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
  linux_arm64: 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
  darwin_amd64: 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
  darwin_arm64: 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
};

/** Path of a release archive below `TEMPORAL_RELEASES`. */
export const temporalArchivePath = (platform: string): string =>
  `v${TEMPORAL_CLI_VERSION}/temporal_cli_${TEMPORAL_CLI_VERSION}_${platform}.tar.gz`;

/** What Debian's redis-server needs beyond a minimal system; apt checks each package against its signed lists. */
export const REDIS_DEBIAN_PACKAGES: readonly string[] = [
  'redis-server',
  'redis-tools',
  'libatomic1',
  'libhiredis0.14',
  'libjemalloc2',
  'liblua5.1-0',
  'liblzf1',
  'lua-bitop',
  'lua-cjson',
];

/** Only tests need it; of its dependencies, the pages that it shows are left out. */
export const PROMETHEUS_DEBIAN_PACKAGES: readonly string[] = ['prometheus'];

/** Programs that only tests need, built with Go: what they judge must not depend on what a machine happens to have. */
export const GO_TOOLS = {
  /** The loader that Docker Compose itself is made with. */
  'compose-loader': { package: 'github.com/compose-spec/compose-go/v2/cmd', version: '2.16.2' },
  helm: { package: 'helm.sh/helm/v3/cmd/helm', version: '3.22.0' },
  kubeconform: { package: 'github.com/yannh/kubeconform/cmd/kubeconform', version: '0.8.0' },
} as const;

export type GoToolName = keyof typeof GO_TOOLS;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Asks for the upgrade of one router and follows it to its end, in Avro single-object encoding:
 *
 * <pre>java -cp 'lib/*' Upgrade.java TENANT ROUTER ADDRESS VERSION</pre>
 */
public class Upgrade {
  private static final String REQUESTS = "deployment-requests";
  /** Of the one last status of a deployment, whatever its state. */
  private static final int TERMINAL_SEQUENCE = Integer.MAX_VALUE;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** The folder with the `.avsc` files; a program of your own would bring them as resources. */
  private static final Path SCHEMAS =
      Path.of(System.getProperty("schemas", "../../libs/contracts/avro"));

  public static void main(String[] args) throws Exception {
    if (args.length != 4) {
      System.err.println("usage: Upgrade.java TENANT ROUTER ADDRESS VERSION");
      System.exit(2);
    }
    // An id of our own: it is the deployment's, and sending the request twice does not run it twice.
    String requestId = UUID.randomUUID().toString();
    send(requestId, args[0], args[1], args[2], args[3]);
    String state = follow(args[0], requestId);
    System.exit(state.equals("SUCCEEDED") ? 0 : 1);
  }

  private static void send(
      String requestId, String tenant, String router, String address, String version)
      throws Exception {
    Schema schema = schema("NetworkDeploymentRequest");
    // The builder fills in the defaults of all that is not set.
    GenericRecord request =
        new GenericRecordBuilder(schema)
            .set("tenant_id", tenant)
            .set("router_id", router)
            .set("router_ip", address)
            .set("software_version", version)
            .set("request_id", requestId)
            .set("requested_by", "the Java example")
            .build();
    byte[] value =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(request).array();
    String traceId = randomHex(16);
    String traceparent = "00-" + traceId + "-" + randomHex(8) + "-01";
    Map<String, Object> settings = Map.of("bootstrap.servers", brokers(), "acks", "all");
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      var entry = new ProducerRecord<>(REQUESTS, router, value);
      entry.headers().add("traceparent", traceparent.getBytes(UTF_8));
      producer.send(entry).get();
    }
    System.out.println("deployment " + requestId);
    System.out.println("trace " + traceId);
  }

  /** Prints each status of the deployment, and returns the state of the last. */
  private static String follow(String tenant, String deploymentId) throws Exception {
    var decoder =
        new BinaryMessageDecoder<GenericRecord>(
            GenericData.get(), schema("NetworkDeploymentStatus"));
    // For records of earlier releases: decoder.addSchema(), with what is in the folder `history`.
    String topic = "deployment-status." + tenant;
    Instant deadline = Instant.now().plus(PATIENCE);
    Map<String, Object> settings =
        Map.of("bootstrap.servers", brokers(), "allow.auto.create.topics", false);
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      // The topic comes with the tenant's first status.
      while (!consumer.listTopics().containsKey(topic) && Instant.now().isBefore(deadline)) {
        Thread.sleep(500);
      }
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      int last = -1;
      while (Instant.now().isBefore(deadline)) {
        for (var entry : consumer.poll(Duration.ofSeconds(1))) {
          if (!deploymentId.equals(entry.key())) continue;
          GenericRecord status = decoder.decode(entry.value());
          int sequence = (Integer) status.get("sequence");
          // Kafka delivers at least once: what is not above the last one seen is a repetition.
          if (sequence <= last) continue;
          last = sequence;
          System.out.println(status.get("state") + reason(status));
          if (sequence == TERMINAL_SEQUENCE) return status.get("state").toString();
        }
      }
    }
    throw new IllegalStateException(
        deploymentId + " has not ended: see the dead letters, or ./vecino explain");
  }

  private static String reason(GenericRecord status) {
    return status.get("reason") instanceof GenericRecord reason
        ? " " + reason.get("code") + " " + reason.get("text")
        : "";
  }

  private static String brokers() {
    String named = System.getenv("KAFKA_BROKERS");
    return named == null || named.isEmpty() ? "localhost:9092" : named;
  }

  private static Schema schema(String name) throws IOException {
    return new Schema.Parser().parse(SCHEMAS.resolve(name + ".avsc").toFile());
  }

  private static String randomHex(int bytes) {
    byte[] random = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}

"""Asks for the upgrade of one router and follows it to its end, in Avro single-object encoding:

    python upgrade.py TENANT ROUTER ADDRESS VERSION
"""

import io
import json
import os
import secrets
import sys
import time
import uuid
from pathlib import Path

from fastavro import parse_schema, schemaless_reader, schemaless_writer
from fastavro.schema import fingerprint, to_parsing_canonical_form
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

BROKERS = (os.environ.get("KAFKA_BROKERS") or "localhost:9092").split(",")
SCHEMAS = Path(__file__).resolve().parents[2] / "libs" / "contracts" / "avro"
REQUESTS = "deployment-requests"
# Of the one last status of a deployment, whatever its state.
TERMINAL_SEQUENCE = 2**31 - 1
PATIENCE_S = 600


class SingleObject:
    """Avro's single-object encoding: C3 01, the schema's CRC-64-AVRO (little endian), then the datum."""

    def __init__(self, name):
        schema = json.loads((SCHEMAS / f"{name}.avsc").read_text(encoding="utf-8"))
        crc = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
        self.header = b"\xc3\x01" + bytes.fromhex(crc)
        self.schema = parse_schema(schema)

    def encode(self, datum):
        output = io.BytesIO(self.header)
        output.seek(len(self.header))
        schemaless_writer(output, self.schema, datum)
        return output.getvalue()

    def decode(self, value):
        # One of another release has another header: its schema is in the folder `history`.
        if not value.startswith(self.header):
            raise ValueError(f"not of this schema: {value[:10].hex()}")
        return schemaless_reader(io.BytesIO(value[len(self.header) :]), self.schema)


def send(tenant, router, address, version):
    """Sends the request, and returns the id that the deployment gets from it."""
    # An id of our own: sending the request twice does not run it twice.
    request_id = str(uuid.uuid4())
    trace_id = secrets.token_hex(16)
    request = {
        "tenant_id": tenant,
        "router_id": router,
        "router_ip": address,
        "software_version": version,
        "request_id": request_id,
        "requested_by": "the Python example",
    }
    traceparent = f"00-{trace_id}-{secrets.token_hex(8)}-01"
    producer = KafkaProducer(bootstrap_servers=BROKERS, acks="all")
    producer.send(
        REQUESTS,
        key=router.encode(),
        value=SingleObject("NetworkDeploymentRequest").encode(request),
        headers=[("traceparent", traceparent.encode())],
    ).get(timeout=30)
    producer.close()
    print("deployment", request_id, flush=True)
    print("trace", trace_id, flush=True)
    return request_id


def follow(tenant, deployment_id):
    """Prints each status of the deployment, and returns its last."""
    codec = SingleObject("NetworkDeploymentStatus")
    topic = f"deployment-status.{tenant}"
    deadline = time.monotonic() + PATIENCE_S
    consumer = KafkaConsumer(
        bootstrap_servers=BROKERS, enable_auto_commit=False, allow_auto_create_topics=False
    )
    # The topic comes with the tenant's first status.
    while topic not in consumer.topics():
        if time.monotonic() > deadline:
            sys.exit(f"{deployment_id} has no status: see the dead letters")
        time.sleep(0.5)
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    last = -1
    while time.monotonic() < deadline:
        for record in consumer.poll(timeout_ms=1000).get(partition, []):
            if record.key != deployment_id.encode():
                continue
            status = codec.decode(record.value)
            # Kafka delivers at least once: what is not above the last one seen is a repetition.
            if status["sequence"] <= last:
                continue
            last = status["sequence"]
            reason = status["reason"]
            print(status["state"], *((reason["code"], reason["text"]) if reason else ()), flush=True)
            if last == TERMINAL_SEQUENCE:
                consumer.close()
                return status
    sys.exit(f"{deployment_id} has not ended: see ./vecino explain")


def main(arguments):
    if len(arguments) != 4:
        print("usage: upgrade.py TENANT ROUTER ADDRESS VERSION", file=sys.stderr)
        return 2
    tenant = arguments[0]
    terminal = follow(tenant, send(*arguments))
    return 0 if terminal["state"] == "SUCCEEDED" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

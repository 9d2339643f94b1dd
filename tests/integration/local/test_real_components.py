"""The broker and the database that everything runs on."""

import psycopg
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer


def test_postgresql_is_a_real_server_of_the_version_we_name(database_url: str) -> None:
    with psycopg.connect(f"{database_url}/postgres") as connection:
        version = connection.info.server_version

    assert version // 10_000 == 18


def test_text_is_stored_in_any_script_and_has_upper_and_lower_case(database_url: str) -> None:
    with psycopg.connect(f"{database_url}/postgres") as connection:
        row = connection.execute("SELECT lower('ÉTÉ ਪੰਜਾਬ 签名'), upper('été')").fetchone()

    assert row == ("été ਪੰਜਾਬ 签名", "ÉTÉ")


def test_a_message_goes_through_the_broker(kafka: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    admin.create_topics({"spoken": {"num_partitions": 1, "replication_factor": 1}})
    producer = KafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True)
    consumer = KafkaConsumer("spoken", bootstrap_servers=kafka, auto_offset_reset="earliest", group_id="listeners")

    producer.send("spoken", b"status for all").get(timeout=30)
    heard = next(consumer)

    assert heard.value == b"status for all"
    producer.close()
    consumer.close()
    admin.close()

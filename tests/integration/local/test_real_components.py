"""The broker and the database that everything runs on."""

from pathlib import Path

import psycopg
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from deploy.local.data_folder import DataFolder
from deploy.local.ports import free_ports
from deploy.local.postgres import address, is_ready, new_password, postgres
from tests.fixtures.stack import running


def test_postgresql_is_a_real_server_of_the_version_we_name(database_url: str) -> None:
    with psycopg.connect(f"{database_url}/postgres") as connection:
        version = connection.info.server_version

    assert version // 10_000 == 18


def test_a_cluster_may_be_kept_where_the_servers_account_may_not_go(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    folder = DataFolder(closed / "data")
    folder.prepare()
    port, password = free_ports().postgres, new_password()

    with running(postgres(folder.postgres, port, password), folder.logs):
        answered = is_ready(address(port, password))
    kept = folder.postgres.resolve()
    folder.forget()

    assert answered
    assert not kept.exists()


def test_a_password_is_needed(database_url: str) -> None:
    somebody_else = database_url.replace("groundswell:", "groundswell:not-", 1)

    assert is_ready(database_url)
    assert not is_ready(somebody_else)


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

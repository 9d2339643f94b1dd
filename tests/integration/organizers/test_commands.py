"""`groundswell organizer …` and `groundswell erase`, as an operator types them: each a process of its own."""

import os
import pty
import subprocess
import sys

import pytest

from services.organizers.domain.account import Role
from services.organizers.domain.audit import Deed
from shared.domain_events.organizers import SupporterErased
from tests.fixtures.services import posted
from tests.integration.organizers.house import EMAIL, NAME, PASSWORD, House


def groundswell(*words: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the console script; what it printed and its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "shared.command_line", *words],
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **settings},
        check=False,
    )


def test_an_organizer_who_was_added_can_sign_in(house: House) -> None:
    added = groundswell(
        "organizer",
        "add",
        "--email",
        EMAIL,
        "--name",
        NAME,
        "--role",
        "owner",
        "--password-stdin",
        typed=f"{PASSWORD}\n",
    )

    assert (added.returncode, added.stderr) == (0, "")
    assert added.stdout == "added; they can sign in at /console/sign-in (role: owner)\n"
    browser = house.browser()
    assert browser.sign_in().status_code == 303
    assert browser.get("/console/audit").status_code == 200


def test_at_a_terminal_the_password_is_asked_for_and_not_shown(house: House) -> None:
    words = ["organizer", "add", "--email", EMAIL, "--name", NAME]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "shared.command_line", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
    )
    os.close(theirs)

    shown = b""
    for question in (b"Password:", b"Repeat for confirmation:"):
        while question not in shown:
            shown += os.read(ours, 1024)
        os.write(ours, f"{PASSWORD}\n".encode())
    while b"added" not in shown:
        shown += os.read(ours, 1024)
    code = process.wait(timeout=120)
    os.close(ours)

    assert code == 0
    assert PASSWORD.encode() not in shown
    assert house.browser().sign_in().status_code == 303


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("wee words", "too short: use at least 12 characters"),
        ("password2026!", "too easy to guess"),
        ("Amrit.2026.2026", "too easy to guess"),
        ("abababababababab", "repeats itself"),
        ("", "too short"),
    ],
)
def test_a_password_that_is_no_good_is_refused_in_one_line(house: House, password: str, said: str) -> None:
    refused = groundswell(
        "organizer", "add", "--email", EMAIL, "--name", NAME, "--password-stdin", typed=f"{password}\n"
    )

    assert refused.returncode == 1
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert password == "" or password not in refused.stderr
    assert house.accounts.all() == []


def test_what_cannot_be_read_is_said_without_repeating_it(house: House) -> None:
    wrong_email = groundswell("organizer", "add", "--email", "amrit", "--name", NAME, "--password-stdin")
    no_name = groundswell("organizer", "add", "--email", EMAIL, "--name", "  ", "--password-stdin", typed=PASSWORD)
    no_terminal = groundswell("organizer", "add", "--email", EMAIL, "--name", NAME)

    assert (wrong_email.returncode, no_name.returncode, no_terminal.returncode) == (2, 2, 2)
    assert "this is not an e-mail address such as name@example.org" in wrong_email.stderr
    assert "write 1 to 100 characters" in no_name.stderr
    assert "give --password-stdin" in no_terminal.stderr
    assert house.accounts.all() == []


def test_one_mailbox_has_one_account(house: House) -> None:
    house.add()

    again = groundswell(
        "organizer", "add", "--email", "Amrit+2@Example.org", "--name", NAME, "--password-stdin", typed=PASSWORD
    )

    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "Error: there is an organizer with this e-mail address already\n"
    assert len(house.accounts.all()) == 1
    assert len(house.known_keys()) == 1


def test_the_list_shows_who_is_who(house: House) -> None:
    id_ = house.add(role=Role.OWNER)
    house.add("jo@example.org", name="Jo Tremblay")

    listed = groundswell("organizer", "list")

    assert listed.returncode == 0
    owner, organizer = listed.stdout.splitlines()
    assert owner == f"owner      {NAME} <{EMAIL}>  {id_}"
    assert organizer.startswith("organizer  Jo Tremblay <jo@example.org>")


def test_whoever_is_removed_is_out_at_once_and_leaves_no_key(house: House) -> None:
    house.add()
    browser = house.browser()
    browser.sign_in()

    removed = groundswell("organizer", "remove", "--email", EMAIL)

    assert removed.returncode == 0
    assert "within twelve hours" in removed.stdout
    assert browser.get("/console").status_code == 302
    assert house.browser().sign_in().status_code == 401
    assert house.known_keys() == set()
    assert groundswell("organizer", "remove", "--email", EMAIL).stderr == (
        "Error: there is no organizer with this e-mail address; see `groundswell organizer list`\n"
    )


def test_the_last_owner_stays(house: House) -> None:
    house.add(role=Role.OWNER)
    house.add("jo@example.org")

    refused = groundswell("organizer", "remove", "--email", EMAIL)
    house.add("second@example.org", Role.OWNER)
    removed = groundswell("organizer", "remove", "--email", EMAIL)

    assert (refused.returncode, refused.stderr) == (1, "Error: this is the last owner; add another one first\n")
    assert removed.returncode == 0


def test_another_password_ends_the_old_one_and_every_session(house: House) -> None:
    house.add()
    browser = house.browser()
    browser.sign_in()

    reset = groundswell(
        "organizer", "reset-password", "--email", EMAIL, "--password-stdin", typed="seven geese over water\n"
    )

    assert reset.returncode == 0
    assert browser.get("/console").status_code == 302
    assert house.browser().sign_in().status_code == 401
    assert house.browser().sign_in(password="seven geese over water").status_code == 303
    assert Deed.PASSWORD_RESET in house.deeds()


def test_erasing_destroys_the_key_before_the_command_ends_and_answers_alike_for_everybody(house: House) -> None:
    (known,) = house.erase.supporter_ids("mei.chen@example.org", None)
    house.backbone.vault.seal(known, {"name": "Mei Chen"}, "test")

    of_known = groundswell("erase", "--email", "Mei.Chen@example.org")
    of_unknown = groundswell("erase", "--phone", "(416) 555-0199")

    assert (of_known.returncode, of_unknown.returncode) == (0, 0)
    assert of_known.stdout == of_unknown.stdout
    assert of_known.stdout.startswith("done: ")
    assert house.known_keys() == set()
    erased = [event.supporter_id for event in posted(house.backbone) if isinstance(event, SupporterErased)]
    assert erased == [known, *house.erase.supporter_ids(None, "+14165550199")]


def test_erasing_asks_where_nothing_is_given_so_that_no_address_need_be_in_the_history(house: House) -> None:
    asked = groundswell("erase", typed="mei.chen@example.org\n\n")

    assert asked.returncode == 0
    erased = [event.supporter_id for event in posted(house.backbone) if isinstance(event, SupporterErased)]
    assert erased == house.erase.supporter_ids("mei.chen@example.org", None)


def test_erasing_nobody_is_a_mistake(house: House) -> None:
    nobody = groundswell("erase", typed="\n\n")

    assert nobody.returncode == 2
    assert "give an e-mail address, a telephone number, or both" in nobody.stderr
    assert posted(house.backbone) == []


def test_a_database_that_is_away_is_one_line() -> None:
    away = groundswell("organizer", "list", GROUNDSWELL_DATABASE_URL="postgresql://groundswell@127.0.0.1:1")

    assert away.returncode == 1
    assert away.stderr.startswith("Error: the database does not answer")
    assert len(away.stderr.splitlines()) == 1

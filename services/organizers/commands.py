"""What an operator's terminal may ask: `groundswell organizer …` and `groundswell erase`."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import click
from sqlalchemy.exc import ProgrammingError

from services.organizers.domain.account import (
    AccountProblem,
    EmailIsTaken,
    LastOwner,
    NoSuchOrganizer,
    PasswordIsWeak,
    Person,
    Role,
)
from services.organizers.domain.audit import TERMINAL
from services.organizers.use_cases.erase import Erase
from services.organizers.use_cases.look_after_accounts import LookAfterAccounts
from shared.database import DatabaseIsAway
from shared.privacy.addresses import AddressIsInvalid, email_address, phone_number

LONGEST_NAME = 100
_SAID: dict[type[AccountProblem], str] = {
    EmailIsTaken: "there is an organizer with this e-mail address already",
    NoSuchOrganizer: "there is no organizer with this e-mail address; see `groundswell organizer list`",
    LastOwner: "this is the last owner; add another one first",
}
# Does whatever job is due; whether there was one.
Work = Callable[[], bool]


class _Read(click.ParamType[str]):
    """A parameter that is read into its one canonical form."""

    def __init__(self, name: str, read: Callable[[str], str], example: str) -> None:
        self.name = name
        self._read = read
        self._example = example

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The canonical form; or one line that says what is wrong, without repeating what was typed."""
        try:
            return self._read(value)
        except AddressIsInvalid:
            self.fail(f"this is not {self._example}", param, ctx)


EMAIL = _Read("email", email_address, "an e-mail address such as name@example.org")
PHONE = _Read("phone", phone_number, "a telephone number such as 416 555 0123")


def organizer_commands(accounts: LookAfterAccounts) -> click.Group:
    """`groundswell organizer add / list / remove / reset-password`."""

    @click.group("organizer")
    def organizer() -> None:
        """Add, list and remove organizers, and give them another password."""

    @organizer.command()
    @click.option("--email", type=EMAIL, required=True, help="What they sign in with.")
    @click.option("--name", required=True, help="What they are called in the console.")
    @click.option("--role", type=click.Choice([role.value for role in Role]), default="organizer", show_default=True)
    @click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
    def add(email: str, name: str, role: str, password_stdin: bool) -> None:
        """Add an organizer; asks for the password at the terminal."""
        person = Person(name=_checked_name(name), email=email)
        with _in_one_line():
            accounts.add(person, Role(role), _password(password_stdin), TERMINAL)
        click.echo(f"added; they can sign in at /console/sign-in (role: {role})")

    @organizer.command("list")
    def list_() -> None:
        """List the organizers: role, name, e-mail address, id."""
        with _in_one_line():
            for account, person in accounts.all():
                who = f"{person.name} <{person.email}>" if person else "(half removed; remove it again)"
                click.echo(f"{account.role.value:<9}  {who}  {account.id}")

    @organizer.command()
    @click.option("--email", type=EMAIL, required=True)
    def remove(email: str) -> None:
        """Remove an organizer for good and end their sessions."""
        with _in_one_line():
            accounts.remove(email, TERMINAL)
        click.echo("removed; a session of theirs that runs elsewhere ends within twelve hours")

    @organizer.command("reset-password")
    @click.option("--email", type=EMAIL, required=True)
    @click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
    def reset_password(email: str, password_stdin: bool) -> None:
        """Give an organizer another password and end their sessions."""
        with _in_one_line():
            accounts.reset_password(email, _password(password_stdin), TERMINAL)
        click.echo("the password is changed; their sessions are ended")

    return organizer


def erase_command(erase: Erase, work: Work) -> click.Command:
    """`groundswell erase`."""

    @click.command("erase")
    @click.option("--email", type=EMAIL, help="Their e-mail address.")
    @click.option("--phone", type=PHONE, help="Their telephone number.")
    def erase_(email: str | None, phone: str | None) -> None:
        """Erase a supporter for good, by e-mail address, telephone number or both; asks where neither is given.

        Whoever signed with both is known by the address, so give both where you know both. The answer is the same
        whether or not anybody was known.
        """
        if not email and not phone:
            email, phone = _asked("E-mail address", EMAIL), _asked("Telephone number", PHONE)
        supporter_ids = erase.supporter_ids(email, phone)
        if not supporter_ids:
            raise click.UsageError("give an e-mail address, a telephone number, or both")
        with _in_one_line():
            erase.ask(supporter_ids, TERMINAL)
            while not erase.is_done(supporter_ids) and work():
                pass
            done = erase.is_done(supporter_ids)
        click.echo(
            "done: whatever was known of them can no longer be opened; every service drops it when it hears of it"
            if done
            else "noted: a running `groundswell worker` carries it out"
        )

    return erase_


def commands(accounts: LookAfterAccounts, erase: Erase, work: Work) -> Mapping[str, click.Command]:
    """Every command, by the name it has after `groundswell`."""
    return {"organizer": organizer_commands(accounts), "erase": erase_command(erase, work)}


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask at: give --password-stdin")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _asked(what: str, kind: _Read) -> str | None:
    answer: str = click.prompt(f"{what} (empty for none)", default="", show_default=False)
    return kind.convert(answer, None, None) if answer.strip() else None


def _checked_name(name: str) -> str:
    text = " ".join(name.split())
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise click.BadParameter(f"write 1 to {LONGEST_NAME} characters", param_hint="--name")
    return text


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Say what is wrong in one line, and end with exit code 1."""
    try:
        yield
    except PasswordIsWeak as error:
        raise click.ClickException(str(error)) from None
    except AccountProblem as error:
        raise click.ClickException(_SAID[type(error)]) from None
    except DatabaseIsAway:
        raise click.ClickException(
            "the database does not answer; see GROUNDSWELL_DATABASE_URL and `groundswell doctor`"
        ) from None
    except ProgrammingError:
        raise click.ClickException("the database is not set up: run `groundswell migrate`") from None

"""Keep signatures that were given at the same moment: sealed, stored and posted together."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.signatures.domain.signature import Signature
from services.signatures.storage.signatures import Signatures
from shared.database import Database
from shared.domain_events.envelope import Sealed
from shared.domain_events.signatures import Consents, SignatureAdded
from shared.outbox.outbox import outbox_row
from shared.privacy.vault import Vault

SEALED_AS = "signature"


@dataclass(frozen=True)
class Signed:
    """A signature and the trace of the request in which it was given."""

    signature: Signature
    traceparent: str


def keep_signatures(signed: Sequence[Signed], database: Database, vault: Vault) -> list[bool]:
    """Keep signatures in one transaction; for each, whether its petition took signatures.

    Raises with nothing kept where a single one cannot be kept.
    """
    signatures = [one.signature for one in signed]
    at_rest, in_events = _seal(signatures, vault)
    told = [
        outbox_row(_added(one.signature, sealed), one.traceparent)
        for one, sealed in zip(signed, in_events, strict=True)
    ]
    with database.statement() as connection:
        taking = Signatures(connection).add(list(zip(signatures, at_rest, told, strict=True)))
    return [signature.petition_id in taking for signature in signatures]


def _seal(signatures: Sequence[Signature], vault: Vault) -> tuple[list[str], list[str]]:
    """Who signed, sealed to be stored and sealed to be posted; the vault is asked once for all."""
    people = [(signature.supporter_id, signature.signer.to_seal()) for signature in signatures]
    contexts = (SEALED_AS, SignatureAdded.type)
    sealed = vault.seal_each([(one, fields, context) for context in contexts for one, fields in people])
    return sealed[: len(people)], sealed[len(people) :]


def _added(signature: Signature, sealed: str) -> SignatureAdded:
    return SignatureAdded(
        signature_id=str(signature.id),
        petition=signature.petition,
        campaign=signature.campaign,
        supporter=Sealed(id=signature.supporter_id, sealed=sealed),
        language=signature.language,
        consents=Consents(**vars(signature.consents)),
        has_email=signature.signer.email is not None,
        has_phone=signature.signer.phone is not None,
        signed_at=signature.signed_at,
        source=signature.source.value,
    )

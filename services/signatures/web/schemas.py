"""What the form and the API take of somebody who signs."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.signatures.domain.consent_wording import CURRENT, VERSIONS
from services.signatures.domain.signature import Consents, Signer, Source
from services.signatures.use_cases.sign import Signing
from shared.web.languages import request_language, translatable
from shared.web.schemas import Email, Language, PersonName, Phone, PostalCode

CHANNELS = ("email", "text", "call")
_UNREACHABLE = translatable("Write an e-mail address or a telephone number.")
_WITHOUT_WORDING = translatable("Say which version of the wording was shown, and in which language.")


class YesOrNo(fields.Boolean):
    """JSON's true or false. No word and no number is either: a consent has to be beyond doubt."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def _consent(description: str) -> fields.Boolean:
    return YesOrNo(load_default=False, metadata={"description": description})


class SignerSchema(Schema):
    """Who signs: a name, a postal code, and an e-mail address or a telephone number or both."""

    name = PersonName(metadata={"description": "What they are called."})
    email = Email(load_default=None, allow_none=True, metadata={"description": "Needed where there is no phone."})
    phone = Phone(load_default=None, allow_none=True, metadata={"description": "Needed where there is no email."})
    postal_code = PostalCode(required=True, metadata={"description": "Tells their riding. Canadian."})
    language = Language(
        load_default=None,
        allow_none=True,
        metadata={"description": "What they are written to in, en or fr; else the request's language."},
    )

    @validates_schema(skip_on_field_errors=False)
    def check_is_somebody(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a signer who cannot be told from others."""
        if "email" in values and not values["email"] and "phone" in values and not values["phone"]:
            raise ValidationError({"email": [_UNREACHABLE]})


class SigningForm(SignerSchema):
    """The form on a petition's page. A box that is not ticked is not sent."""

    consent_email = fields.Boolean(load_default=False)
    consent_text = fields.Boolean(load_default=False)
    consent_call = fields.Boolean(load_default=False)
    # What stood beside the boxes; the page sends it along.
    wording = fields.String(required=True, validate=validate.OneOf(VERSIONS))
    wording_language = Language(required=True)


class ConsentsSchema(Schema):
    """What they agreed to, each by a box of its own that was not ticked beforehand."""

    email = _consent("To be e-mailed.")
    text = _consent("To be texted.")
    call = _consent("To be telephoned.")
    wording = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(VERSIONS),
        metadata={"description": "The version of the words beside the boxes, from `GET /consent-wordings`."},
    )
    language = Language(
        load_default=None, allow_none=True, metadata={"description": "The language of the words beside the boxes."}
    )

    @validates_schema
    def check_wording(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a consent without the words that were agreed to: it would be worth nothing."""
        if any(values[channel] for channel in CHANNELS) and not (values["wording"] and values["language"]):
            raise ValidationError([_WITHOUT_WORDING], "wording")


class SignatureSchema(SignerSchema):
    """A signature through the API."""

    consents = fields.Nested(ConsentsSchema, load_default=None, allow_none=True)


class TotalSchema(Schema):
    """How many have signed."""

    petition = fields.String(required=True, metadata={"description": "The petition's slug."})
    total = fields.Integer(required=True, metadata={"description": "How many people have signed it."})
    counted_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When the last of them was added to the total; null where nobody signed yet."},
    )


class ConsentWordingSchema(Schema):
    """The words beside the boxes, in one language."""

    version = fields.String(required=True, metadata={"description": "To be sent back as `wording`."})
    language = fields.String(
        required=True, metadata={"description": "To be sent back as the `language` of the consents."}
    )
    email = fields.String(required=True, metadata={"description": "What is agreed to by ticking e-mail."})
    text = fields.String(required=True, metadata={"description": "What is agreed to by ticking texts."})
    call = fields.String(required=True, metadata={"description": "What is agreed to by ticking calls."})


class SignedSchema(Schema):
    """What is answered to everybody who signs, the first time and the second."""

    petition = fields.String(required=True, metadata={"description": "The petition's slug."})
    status = fields.String(required=True, metadata={"description": "Always signed."})


def signing_on_page(values: dict[str, Any]) -> Signing:
    """What the page's form says."""
    consents = Consents(
        **{channel: values[f"consent_{channel}"] for channel in CHANNELS},
        wording=values["wording"],
        language=values["wording_language"],
    )
    return _signing(values, consents, Source.PAGE)


def signing_by_api(values: dict[str, Any]) -> Signing:
    """What a request says."""
    given = values["consents"] or {}
    consents = Consents(
        **{channel: given.get(channel, False) for channel in CHANNELS},
        wording=given.get("wording") or CURRENT,
        language=given.get("language") or values["language"] or request_language(),
    )
    return _signing(values, consents, Source.API)


def _signing(values: dict[str, Any], consents: Consents, source: Source) -> Signing:
    signer = Signer(
        name=values["name"], postal_code=values["postal_code"], email=values["email"], phone=values["phone"]
    )
    return Signing(signer=signer, language=values["language"] or request_language(), consents=consents, source=source)

"""What the page's form and the API take of somebody who is coming."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from shared.web.languages import translatable
from shared.web.schemas import Email, Language, PersonName, Phone


class GuestSchema(Schema):
    """Somebody who is coming: a name, and an e-mail address or a telephone number or both."""

    name = PersonName(metadata={"description": "What they are called."})
    email = Email(load_default=None, allow_none=True)
    phone = Phone(load_default=None, allow_none=True)
    language = Language(load_default=None, allow_none=True, metadata={"description": "en or fr; else the request's."})

    @validates_schema(skip_on_field_errors=False)
    def check_reachable(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a guest who could not be told of a change."""
        if "email" in values and not values["email"] and "phone" in values and not values["phone"]:
            raise ValidationError({"email": [translatable("Write an e-mail address or a telephone number.")]})


class ComingSchema(Schema):
    """What is answered to everybody who says that they are coming, the first time and the second."""

    gathering = fields.String(required=True, metadata={"description": "The gathering's slug."})
    status = fields.String(required=True, metadata={"description": "Always coming."})

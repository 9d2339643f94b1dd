"""What the page behind a call-me link takes."""

from marshmallow import Schema

from shared.web.schemas import Phone, Slug


class CallMeSchema(Schema):
    """The button that rings, with what had to be asked before it."""

    phone = Phone()
    riding = Slug()

"""The limits of what is served: the least that Flask can do with the same request, under gunicorn.

gunicorn --worker-class gthread --workers 2 --threads 16 tests.load.bare:app
"""

from typing import Any

from flask import Flask, request

app = Flask(__name__)


@app.get("/readyz")
def readyz() -> str:
    """Ready."""
    return "ready\n"


@app.post("/json")
def take_json() -> tuple[Any, int]:
    """Read JSON, answer JSON."""
    given = request.get_json()
    return {"petition": given["postal_code"], "status": "signed"}, 201


@app.post("/form")
def take_form() -> tuple[str, int]:
    """Read a form."""
    return request.form["MessageSid"], 200


@app.get("/count.json")
def count() -> Any:
    """Answer JSON."""
    return {"petition": "renew-work-permits", "total": 12_345, "counted_at": "2026-11-24T12:00:00+00:00"}

"""The time zones of Canada, each with the cities by which an organizer knows it."""

from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

CITIES = {
    "America/St_Johns": "St. John’s, Corner Brook",
    "America/Halifax": "Halifax, Charlottetown",
    "America/Glace_Bay": "Sydney",
    "America/Moncton": "Moncton, Fredericton",
    "America/Goose_Bay": "Happy Valley-Goose Bay",
    "America/Blanc-Sablon": "Blanc-Sablon",
    "America/Toronto": "Toronto, Ottawa, Montréal, Québec",
    "America/Iqaluit": "Iqaluit",
    "America/Atikokan": "Atikokan",
    "America/Winnipeg": "Winnipeg",
    "America/Resolute": "Resolute",
    "America/Rankin_Inlet": "Rankin Inlet",
    "America/Regina": "Regina, Saskatoon",
    "America/Swift_Current": "Swift Current",
    "America/Edmonton": "Edmonton, Calgary, Yellowknife",
    "America/Cambridge_Bay": "Cambridge Bay",
    "America/Inuvik": "Inuvik",
    "America/Creston": "Creston",
    "America/Dawson_Creek": "Dawson Creek",
    "America/Fort_Nelson": "Fort Nelson",
    "America/Whitehorse": "Whitehorse",
    "America/Dawson": "Dawson",
    "America/Vancouver": "Vancouver, Victoria",
}
# Most gatherings are there, and it comes first in nobody's alphabet.
USUAL = "America/Toronto"


def zone_choices(language: str) -> list[tuple[str, str]]:
    """What a form offers, from east to west."""
    return [(zone, f"{cities} ({_name(zone, language)})") for zone, cities in CITIES.items()]


def _name(zone: str, language: str) -> str:
    return get_timezone_name(ZoneInfo(zone), zone_variant="generic", locale=f"{language}_CA")

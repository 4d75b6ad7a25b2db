"""Days as people write them."""

import datetime
import re
import unicodedata

_FORMS = tuple(
    re.compile(form)
    for form in (
        r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})",
        r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})",
        r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})",
        r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日",
    )
)


def loose_date(text: str) -> str:
    """The day that 2023-3-1, 2023/3/1, 2023.3.1 or 2023年3月1日 means, as YYYY-MM-DD; "" for anything else.

    Wide digits and white space within are looked over.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    if found is None or not exists(*map(int, found.groups())):
        return ""
    year, month, day = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}"


def exists(year: int, month: int, day: int) -> bool:
    """Whether the calendar has this day."""
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True

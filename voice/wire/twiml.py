"""What a telephone number's webhook answers Twilio: connect the call to us, or say we are busy.

After Twilio's documentation, pages "TwiML Voice: <Connect>", "<Stream>" and "<Reject>". A stream's
address may hold no query string, so whatever the socket must know (a token, the caller's number)
travels as ``<Parameter>`` and comes back in the start message.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs
from xml.etree.ElementTree import Element, SubElement, tostring


def twiml(url: str, parameters: Mapping[str, str]) -> str:
    """Connect the caller and the websocket at ``url`` both ways, until one of them hangs up."""
    response = Element("Response")
    stream = SubElement(SubElement(response, "Connect"), "Stream", url=_allowed(url))
    for name, value in parameters.items():
        SubElement(stream, "Parameter", name=_allowed(name), value=_allowed(value))
    return _document(response)


def busy_twiml() -> str:
    """Let the caller hear the busy tone; the call is not answered, so it costs them nothing."""
    response = Element("Response")
    SubElement(response, "Reject", reason="busy")
    return _document(response)


def read_caller(form: bytes) -> str:
    """The caller's number in a webhook's form; empty where there is none."""
    try:
        fields = parse_qs(form.decode(errors="replace"), max_num_fields=1_000)
    except ValueError:
        return ""
    return fields.get("From", [""])[0]


def stream_url(headers: Mapping[str, str], scheme: str, host: str) -> str:
    """Where Twilio finds our socket: at the place that its webhook was sent to.

    Proxies in front of us say in ``X-Forwarded-*`` what that was; each one further in appends its
    own, so the first is the one that was reached.
    """

    def forwarded(header: str, otherwise: str) -> str:
        return headers.get(header, otherwise).split(",")[0].strip()

    secure = forwarded("x-forwarded-proto", scheme) == "https"
    return f"{'wss' if secure else 'ws'}://{forwarded('x-forwarded-host', host)}/twilio"


def _document(response: Element) -> str:
    body = tostring(response, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>{body}'


def _allowed(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold even escaped; a webhook's form may."""
    return "".join(char for char in text if char in "\t\n\r" or _is_xml(ord(char)))


def _is_xml(code: int) -> bool:
    return 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code >= 0x10000

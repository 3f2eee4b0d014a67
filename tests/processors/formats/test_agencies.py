"""Items in the shapes that agencies send, made from public documentation; their texts are invented.

AP: NITF 3.4 with a document type. Reuters: NewsML-G2 in a news message, with a catalog of its own.
AFP: NewsML 1.2 with NITF inside, in Arabic. An Arabic agency: NewsML-G2 with plain text in
windows-1256, embargoed. dpa: ninjs 2. AAP: Superdesk. TT: ninjs 3. NTB: NITF in Latin-1, embargoed
by a bare day.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from processors.body import judged_body
from processors.formats import decode
from processors.policy import Limits
from tests.processors.formats.records import record
from tests.processors.formats.schema import faults, needs_iptc, published

AGENCIES = Path(__file__).parent / "agencies"
EXPECTED: dict[str, dict[str, Any]] = {
    "ap.xml": {
        "format": "nitf", "uri": "d1f5c0ffee", "version": "2", "source": "The Associated Press",
        "title": "Harbor cranes stand still again", "published": "2026-11-22T14:05:12Z",
        "embargoed_until": None, "by": "By RUTH EXAMPLE AP Invented Writer", "urgency": 4,
        "located": "PORT SAMPLE (AP)", "copyrightHolder": "AP",
        "paragraphs": [
            "PORT SAMPLE (AP) — The cranes of the invented harbor stood still on Sunday for the second time this month.",
            "“Nobody told the union anything,” said Lee Placeholder, who works there.",
            "A crane.", "What comes next", "Talks on Monday", "A vote on Tuesday",
        ],
    },
    "reuters.xml": {
        "format": "newsml-g2", "uri": "tag:reuters.com,2026:newsml_KXN00INVENT",
        "predecessor": "tag:reuters.com,2026:newsml_KXN00BEFORE", "version": "1795000001",
        "source": "reuters.com", "language": "en", "edNote": "Adds quote in paragraph 2",
        "by": "Pat Nobody", "located": "SAMPLEVILLE", "slugline": "GRAIN-INVENTED/",
        "subjects": [{"uri": "http://schemes.example/n2/GRAIN"},
                     {"name": "agriculture", "uri": "http://cv.iptc.org/newscodes/mediatopic/20000210"}],
        "organisations": [{"name": "Sample Mills", "literal": "Sample Mills"}],
        "altIds": [{"role": "USN", "value": "KXN00INVENT"}],
        "paragraphs": [
            "Grain prices rose on Sunday after rain that nobody had forecast, traders said.",
            '"It rained & rained," said one of them.',
        ],
    },
    "afp.xml": {
        "format": "newsml-1", "uri": "urn:newsml:afp.com:20261122T135002Z:TX-NIC-INV01:2",
        "version": "2", "source": "AFP", "language": "ar", "title": "افتتاح مكتبة خيالية في مدينة المثال",
        "published": "2026-11-22T14:10:00+00:00", "places": [{"name": "مدينة المثال"}],
        "paragraphs": [
            "افتتحت في مدينة المثال الأحد مكتبة لا وجود لها إلا في هذا النص.",
            "وقال مديرها إن «رفوفها خالية حتى الآن».",
        ],
    },
    "spa.xml": {
        "format": "newsml-g2", "uri": "urn:newsml:agency.example:20261122:2210001",
        "source": "وكالة المثال", "language": "ar", "embargoed_until": "2026-11-23T09:00:00+03:00",
        "body_type": "text/plain",
        "paragraphs": [
            "مدينة المثال 12 جمادى الآخرة 1448 هـ الموافق 22 نوفمبر 2026 م",
            "انطلق اليوم مهرجان التمور الذي\nلا يقام في أي مكان.",
            "// انتهى //",
        ],
    },
    "dpa.json": {
        "format": "ninjs-2", "uri": "urn:newsml:dpa.com:20090101:261122-99-000001", "version": "3",
        "source": "dpa", "language": "de", "title": "Erfundene Brücke bleibt gesperrt",
        "headlines": [{"role": "kicker", "value": "Verkehr"}],
        "places": [{"name": "Musterstadt", "geoJSON": {"type": "Point", "coordinates": [13.4, 52.5]}}],
        "paragraphs": [
            "Musterstadt (dpa) - Die erfundene Brücke bleibt bis Montag gesperrt.",
            "«Es tut uns leid», sagte niemand.",
        ],
    },
    "aap.json": {
        "format": "superdesk", "uri": "tag:aap.example:2026:newsml_invented-1", "version": "4",
        "predecessor": "tag:aap.example:2026:newsml_invented-0", "source": "AAP",
        "embargoed_until": "2026-11-22T06:00:00+00:00", "by": "Jo Example in Nowhere",
        "genres": [{"name": "Article (news)", "literal": "Article"}],
        "paragraphs": ["The ferry to nowhere ran late on Sunday.", "The pier.", "Nobody was on it."],
    },
    "tt.json": {
        "format": "ninjs-3", "uri": "http://tt.example/media/text/261122-uppdiktat-1",
        "source": "TT", "profile": "PUBL", "representationType": "full",
        "people": [{"name": "Eva Exempel", "rel": "about"}],
        "rightsInfo": {"langId": "http://www.w3.org/ns/odrl/2/", "linkedRights": "https://tt.example/rights"},
        "paragraphs": ["Uppdiktad övning ställs in", "Den uppdiktade övningen ställs in, säger ingen."],
    },
    "ntb.xml": {
        "format": "nitf", "uri": "NTBoppdiktet1_3", "source": "NTB", "language": "no",
        "published": None, "embargoed_until": "2026-11-24T23:59:59-12:00", "pub_status": "usable",
        "people": [{"name": "Kari Eksempel"}], "places": [{"name": "Ingensteds"}],
        "paragraphs": [
            "Fergen til ingensteds er forsinket i dag også.", "- Vi beklager, sier rederiet på øya.",
            "Avgang 08.00", "Ankomst ukjent",
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_item_in_the_shape_of_an_agency(name):
    article = decode(record((AGENCIES / name).read_bytes()), Limits())
    paragraphs = [span.text for span in judged_body(article, Limits()).spans]
    seen = {"paragraphs": paragraphs, **article.extra}
    for field, value in EXPECTED[name].items():
        assert seen.get(field, getattr(article, field, None)) == value, field


@needs_iptc
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_agencies_send_comes_out_valid(name):
    article = decode(record((AGENCIES / name).read_bytes()), Limits())
    assert faults(published(article)) == []


def test_every_fixture_is_expected():
    assert {path.name for path in AGENCIES.iterdir()} == set(EXPECTED)

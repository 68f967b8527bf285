"""The API described: the OpenAPI document, and the page that tells people the same."""

import re

from tests.web.markup import read, words
from tests.web.parish import Parish


def endpoints(parish: Parish) -> set[tuple[str, str]]:
    rules = [r for r in parish.app.url_map.iter_rules() if r.endpoint.startswith("api.")]
    return {
        (method, re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in set(rule.methods or ()) - {"HEAD", "OPTIONS"}
    }


def test_the_document_describes_every_endpoint_with_its_scope_and_is_open_to_anybody(parish):
    document = parish.app.test_client().get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    described = {
        (method.upper(), path): operation["security"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    assert described.keys() == endpoints(parish)
    scopes = {scope for (each,) in described.values() for scope in each["token"]}
    assert scopes <= {"read", "write", "statistics"}


def test_every_refusal_is_described_as_a_problem(parish):
    document = parish.app.test_client().get("/api/v1/openapi.json").json
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    contents = [each["content"] for each in document["components"]["responses"].values()]
    assert contents == [problem] * len(contents)
    for path, item in document["paths"].items():
        for method in item.keys() - {"parameters"}:
            statuses = item[method]["responses"].keys()
            assert statuses >= {"401", "403", "429", "500"}, (method, path)


def test_the_page_tells_of_every_endpoint_and_each_of_its_links_leads_somewhere(parish):
    page = read(parish.client("nina").get("/api/v1/").text)
    told = {words(code) for code in page.iter("code")}
    assert told >= {f"{method} {path}" for method, path in endpoints(parish)}
    links = [a.attrib["href"] for a in page.iter("a")]
    places = {element.attrib.get("id") for element in page.iter()}
    assert {link[1:] for link in links if link.startswith("#")} <= places
    assert "/" in links, "the menu is there"


def test_the_page_is_in_the_readers_language_and_says_what_is_in_english(parish):
    client = parish.client()
    page = read(client.get("/api/v1/").text)
    assert (page.attrib["lang"], words(next(page.iter("h1")))) == ("sv", "För andra program (API)")
    assert [e.attrib["lang"] for e in page.iter("div") if "lang" in e.attrib] == ["en"]
    client.post("/sprak", data=parish.token(client) | {"language": "en"})
    assert read(client.get("/api/v1/").text).attrib["lang"] == "en"

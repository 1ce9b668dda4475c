use std::collections::BTreeSet;
use std::fs;

use super::*;
use crate::wire::{Request, client, site};

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members
                .get("$ref")
                .and_then(Value::as_str)
                .map(String::from);
            let below = members.values().flat_map(references);
            own.into_iter().chain(below).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_description_that_lies_there_is_of_these_types() {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/../edge-worker/openapi.json");
    let there = fs::read_to_string(place).unwrap_or_default();
    assert!(
        there == format!("{:#}\n", document()),
        "run `cargo xtask openapi`"
    );
}

#[test]
fn each_call_stands_at_its_address_once() {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let calls = paths.values().map(|path| path.as_object().unwrap().len());
    assert_eq!(calls.sum::<usize>(), Operation::ALL.len());
    let ids = paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values());
    let ids: BTreeSet<_> = ids
        .map(|call| call["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), Operation::ALL.len());
}

#[test]
fn each_reference_has_its_schema_and_each_schema_a_reference() {
    let document = document();
    let named: BTreeSet<_> = references(&document).into_iter().collect();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let there = schemas
        .keys()
        .map(|name| format!("#/components/schemas/{name}"));
    assert_eq!(named, there.collect());
}

#[test]
fn each_refusal_of_a_call_has_its_status_and_each_status_a_call() {
    let document = document();
    let mut named = BTreeSet::new();
    for call in document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
    {
        for (status, response) in call["responses"].as_object().unwrap() {
            let schema = &response["content"]["application/problem+json"]["schema"];
            for code in schema["properties"]["code"]["enum"]
                .as_array()
                .into_iter()
                .flatten()
            {
                named.insert((
                    status.parse::<u16>().unwrap(),
                    code.as_str().unwrap().to_string(),
                ));
            }
        }
    }
    let table = REFUSALS
        .iter()
        .map(|(status, code)| (*status, (*code).to_string()));
    assert_eq!(named, table.collect());
}

#[test]
fn what_a_request_may_have_is_what_its_schema_has() {
    fn members<T: Request + JsonSchema>() {
        let mut schemas = Schemas::new();
        schemas.of_request::<T>();
        let all = schemas.into_json();
        let schema = all.get(&*T::schema_name()).unwrap();
        let described: BTreeSet<_> = schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        match T::MEMBERS {
            Some(members) => {
                assert_eq!(described, members.iter().copied().collect());
                assert_eq!(schema["additionalProperties"], false);
            }
            None => assert!(schema.get("additionalProperties").is_none()),
        }
    }
    members::<site::TicketRequest>();
    members::<site::SiteverifyRequest>();
    members::<site::UserRequest>();
    members::<client::Choice>();
    members::<client::FactorChoice>();
    members::<client::Answer>();
}

#[test]
fn rusts_links_are_no_words_for_others() {
    for (words, plain) in [
        ("A [`Method`]'s word.", "A `Method`'s word."),
        ("[`Pass`](crate::Pass), [`x`]", "`Pass`, `x`"),
        (
            "[RFC 9457](https://x.example)",
            "[RFC 9457](https://x.example)",
        ),
        ("an open [`", "an open [`"),
    ] {
        assert_eq!(without_links(words), plain);
    }
}

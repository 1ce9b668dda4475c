//! The API's description ([OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.1)): the rows of
//! [`Operation`] with their bodies, which are the wire's own types, and their refusals.
//!
//! Its sentences are the types' documentation. Only tools and tests have this room.
//!
//! ```
//! let document = threegate_core::wire::openapi::document();
//! assert_eq!(document["openapi"], "3.1.1");
//! assert!(document["paths"]["/v1/siteverify"]["post"].is_object());
//! ```

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::schema::{DEVICE, NAME};
use super::{Caller, Operation, Problem, client, site};

mod calls;
mod refusals;

pub use refusals::REFUSALS;

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    for operation in Operation::ALL {
        let call = calls::describe(*operation, Call::new(*operation, &mut schemas));
        let path = paths.entry(operation.path()).or_insert_with(|| json!({}));
        put(path, &operation.method().to_lowercase(), call.into_json());
    }
    let mut document = json!({
        "openapi": "3.1.1",
        "info": {
            "title": "threegate",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A second factor for forums: the worker's two APIs.",
            "description": "The site API is called by the site's server, the client API (`/v1/client`) by the widget in a page. Times are whole seconds since 1970. The wire only grows: pass over members that you do not know.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{
            "url": "{endpoint}",
            "description": "Where the worker answers.",
            "variables": { "endpoint": { "default": "https://your-worker.example" } },
        }],
        "tags": [
            { "name": "site", "description": "For the site's server." },
            { "name": "client", "description": "For the widget. The page's origin must be the ticket's, and no answer may be stored." },
        ],
        "paths": paths,
        "components": {
            "schemas": schemas.into_json(),
            "securitySchemes": security_schemes(),
        },
    });
    plain_words(&mut document);
    document
}

/// A call as it is being described.
pub(super) struct Call<'a> {
    operation: Operation,
    schemas: &'a mut Schemas,
    request: Option<Value>,
    body_is_required: bool,
    responses: BTreeMap<u16, Value>,
    refusals: Vec<&'static str>,
    secret_is_optional: bool,
    /// It may come twice.
    is_once: bool,
}

impl<'a> Call<'a> {
    fn new(operation: Operation, schemas: &'a mut Schemas) -> Self {
        let refusals: &[_] = match operation.caller() {
            Caller::Site | Caller::Admin | Caller::Status => &["secret_invalid"],
            Caller::Page => &["ticket_invalid", "ticket_expired", "origin_mismatch"],
        };
        let mut refusals = refusals.to_vec();
        refusals.extend(["internal_error", "misconfigured", "overloaded"]);
        Self {
            operation,
            schemas,
            request: None,
            body_is_required: true,
            responses: BTreeMap::new(),
            refusals,
            secret_is_optional: false,
            is_once: false,
        }
    }

    /// The body is JSON.
    fn takes<T: JsonSchema>(mut self) -> Self {
        let schema = self.schemas.of_request::<T>();
        self.request = Some(json!({ "application/json": { "schema": schema } }));
        self.refusals.extend(["bad_request", "too_large"]);
        self
    }

    /// The body is JSON or a form, and what is wrong with it is said in the answer.
    fn takes_form_too<T: JsonSchema>(mut self) -> Self {
        let schema = self.schemas.of_request::<T>();
        self.request = Some(json!({
            "application/json": { "schema": schema },
            "application/x-www-form-urlencoded": { "schema": schema },
        }));
        self
    }

    /// The body may be left out.
    fn takes_maybe<T: JsonSchema>(mut self) -> Self {
        self.body_is_required = false;
        self.takes::<T>()
    }

    /// The secret may also be in the body; a wrong one is an answer like others.
    fn or_secret_in_body(mut self) -> Self {
        self.secret_is_optional = true;
        self.refusals.clear();
        self.refusals.extend(["misconfigured"]);
        self
    }

    /// A good answer.
    fn answers<T: JsonSchema>(self, status: u16, words: &str) -> Self {
        let schema = self.schemas.of_answer::<T>();
        self.answers_with(status, words, &schema)
    }

    /// A good answer of one of some kinds.
    fn answers_any<const N: usize>(
        self,
        status: u16,
        words: &str,
        kinds: [fn(&mut Schemas) -> Value; N],
    ) -> Self {
        let kinds = kinds.map(|of| of(self.schemas)).to_vec();
        self.answers_with(status, words, &json!({ "anyOf": kinds }))
    }

    fn answers_with(mut self, status: u16, words: &str, schema: &Value) -> Self {
        let response = json!({
            "description": words,
            "headers": { "Cache-Control": cache_control() },
            "content": { "application/json": { "schema": schema } },
        });
        self.responses.insert(status, response);
        self
    }

    /// A good answer without a body.
    fn answers_without_body(mut self, status: u16, words: &str) -> Self {
        self.responses
            .insert(status, json!({ "description": words }));
        self
    }

    /// It may come twice, with a key, and has one effect.
    fn once(mut self) -> Self {
        self.is_once = true;
        self.refuses(&[
            "idempotency_in_progress",
            "idempotency_key_invalid",
            "idempotency_key_reused",
        ])
    }

    /// Codes of problems besides those that all such calls have.
    fn refuses(mut self, codes: &[&'static str]) -> Self {
        self.refusals.extend(codes);
        self
    }

    fn into_json(mut self) -> Value {
        let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for code in &self.refusals {
            let codes = by_status.entry(refusals::status(code)).or_default();
            if !codes.contains(code) {
                codes.push(code);
            }
        }
        let problem = self.schemas.of_answer::<Problem>();
        for (status, mut codes) in by_status {
            codes.sort_unstable();
            self.responses
                .insert(status, refusal(status, &codes, &problem));
        }
        let responses = self.responses.into_iter();
        let responses: Map<_, _> = responses
            .map(|(status, it)| (status.to_string(), it))
            .collect();
        let (tag, scheme) = match self.operation.caller() {
            Caller::Site => ("site", "siteSecret"),
            Caller::Admin => ("site", "adminSecret"),
            Caller::Status => ("site", "statusSecret"),
            Caller::Page => ("client", "ticket"),
        };
        let mut security = Vec::from([json!({ scheme: [] })]);
        if self.secret_is_optional {
            security.push(json!({}));
        }
        let (name, summary) = self.operation.words();
        let mut call = json!({
            "operationId": camel_case(name),
            "summary": summary.trim(),
            "tags": [tag],
            "security": security,
            "parameters": parameters(self.operation, self.is_once),
            "responses": responses,
        });
        if let Some(content) = self.request {
            let body = json!({ "required": self.body_is_required, "content": content });
            put(&mut call, "requestBody", body);
        }
        call
    }
}

fn refusal(status: u16, codes: &[&str], problem: &Value) -> Value {
    let mut schema = problem.clone();
    let narrowed = json!({ "status": { "const": status }, "code": { "enum": codes } });
    put(&mut schema, "properties", narrowed);
    let list: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
    let mut headers = json!({ "Cache-Control": cache_control() });
    if status == 429 {
        let seconds = json!({
            "description": "Seconds until `retry_at`.",
            "required": true,
            "schema": { "type": "string", "pattern": "^[0-9]+$" },
        });
        put(&mut headers, "Retry-After", seconds);
    }
    json!({
        "description": format!("A problem: {}.", list.join(", ")),
        "headers": headers,
        "content": { "application/problem+json": { "schema": schema } },
    })
}

fn cache_control() -> Value {
    json!({ "description": "Nobody may keep an answer.", "required": true, "schema": { "const": "no-store" } })
}

fn parameters(operation: Operation, is_once: bool) -> Vec<Value> {
    let mut parameters = Vec::new();
    if let Some((_, rest)) = operation.path().split_once('{') {
        let (name, _) = rest.split_once('}').unwrap_or((rest, ""));
        parameters.push(json!({
            "name": name,
            "in": "path",
            "required": true,
            "description": format!("The name of the {name}. No secret."),
            "schema": { "type": "string", "pattern": if name == "device" { DEVICE } else { NAME } },
        }));
    }
    if is_once {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": false,
            "description": "The same request with the same key, within a day, has one effect and one answer.",
            "schema": { "type": "string", "pattern": "^[!#-\\[\\]-~]([ !#-\\[\\]-~]{0,253}[!#-\\[\\]-~])?$" },
        }));
    }
    parameters
}

fn security_schemes() -> Value {
    let bearer = |words: &str| json!({ "type": "http", "scheme": "bearer", "description": words });
    json!({
        "siteSecret": bearer("The setting SITE_SECRET."),
        "adminSecret": bearer("The setting ADMIN_SECRET."),
        "statusSecret": bearer("The setting STATUS_SECRET."),
        "ticket": bearer("The ticket that `POST /v1/tickets` answered, as the element got it. With it goes the header `Origin`, which must be the ticket's; a browser sends it by itself."),
    })
}

/// The wire's types. A request says what may be sent, an answer what may come.
pub(super) struct Schemas {
    requests: SchemaGenerator,
    answers: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.meta_schema = None;
            settings.definitions_path = "/components/schemas".into();
        });
        Self {
            requests: settings.clone().for_deserialize().into_generator(),
            answers: settings.for_serialize().into_generator(),
        }
    }

    fn of_request<T: JsonSchema>(&mut self) -> Value {
        self.requests.subschema_for::<T>().to_value()
    }

    fn of_answer<T: JsonSchema>(&mut self) -> Value {
        self.answers.subschema_for::<T>().to_value()
    }

    fn into_json(mut self) -> Map<String, Value> {
        let mut all = self.answers.take_definitions(true);
        all.values_mut().for_each(without_null);
        all.extend(self.requests.take_definitions(true));
        all
    }
}

/// A member of an answer that may be missing is left out, and never `null`.
fn without_null(schema: &mut Value) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| {
        let names = required.as_array().into_iter().flatten();
        names.filter_map(Value::as_str).any(|known| known == name)
    };
    let members = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, member) in members.into_iter().flatten() {
        if is_required(name) {
            continue;
        }
        if let Some(Value::Array(types)) = member.get_mut("type") {
            types.retain(|it| it != "null");
        }
        if let Some(Value::Array(kinds)) = member.get_mut("anyOf") {
            kinds.retain(|it| it != &json!({ "type": "null" }));
        }
    }
}

/// Rust's links between items mean nothing to other readers: only their words stay.
fn plain_words(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(words) if name == "description" || name == "summary" => {
                        *words = without_links(words);
                    }
                    member => plain_words(member),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(plain_words),
        _ => {}
    }
}

fn without_links(words: &str) -> String {
    let mut plain = String::new();
    let mut rest = words;
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) = link.split_once("`]") else {
            break;
        };
        let target = after.strip_prefix('(').and_then(|it| it.split_once(')'));
        plain.push_str(&format!("{before}`{name}`"));
        rest = target.map_or(after, |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

fn camel_case(name: &str) -> String {
    let (first, rest) = name.split_at_checked(1).unwrap_or((name, ""));
    format!("{}{rest}", first.to_lowercase())
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.into(), value);
    }
}

#[cfg(test)]
mod tests;

//! The pages' HTML. Everything that comes from outside goes through [`escaped`].
use std::fmt::Write as _;

use super::{qr, words};
use crate::identity::Id;
use crate::state::{Direction, Entry, Phone, State};

/// All phones; `text` is passed on to the one that is chosen.
pub(super) fn list(state: &State, text: &str) -> String {
    let query = if text.is_empty() {
        String::new()
    } else {
        let query = serde_urlencoded::to_string([("text", text)]);
        format!("?{}", query.unwrap_or_default())
    };
    let mut items = String::new();
    for (id, phone) in &state.house.phones {
        let _written = write!(
            items,
            "<li><a href=\"/phones/{id}{}\">{} <span class=\"id\">{id}</span></a></li>",
            escaped(&query),
            escaped(&phone.name)
        );
    }
    let body = format!(
        "<header><h1>Phones</h1><p>Simulated. Each writes to <span class=\"id\">{}</span>.</p>\
         </header><ul class=\"phones\">{items}</ul>",
        state.house.gateway.id
    );
    document("Phones", &body)
}

/// One phone; `text` stands in the answer box.
pub(super) fn phone(state: &State, id: Id, phone: &Phone, text: &str) -> String {
    let name = escaped(&phone.name);
    let gateway = state.house.gateway.id;
    let code = qr::svg(
        &id.qr_payload(&phone.private_key),
        &format!("ID QR code of {id}"),
    );
    // Who comes with a text comes to send it, not to show the code.
    let open = if text.is_empty() { " open" } else { "" };
    let body = format!(
        "<header><p><a href=\"/phones\">All phones</a></p><h1>{name}</h1>\
         <p>Threema ID <span class=\"id\">{id}</span></p></header>\
         <details class=\"code\"{open}><summary>ID QR code</summary>{code}</details>\
         <form method=\"post\" action=\"/phones/{id}/text\" class=\"answer\">\
         <label for=\"text\">Message to {gateway}</label>\
         <div><input id=\"text\" name=\"text\" value=\"{text}\" autocomplete=\"off\" required>\
         <button>Send</button></div></form>\
         <section aria-labelledby=\"thread\"><h2 id=\"thread\">Messages with \
         <span class=\"id\">{gateway}</span>, newest first</h2>\
         <div id=\"messages\" role=\"log\" data-source=\"/phones/{id}/messages\">{messages}</div>\
         <noscript><p><a href=\"/phones/{id}\">Show new messages</a></p></noscript></section>\
         <script src=\"/assets/phones.js\" defer></script>",
        messages = messages(state, id),
        text = escaped(text),
    );
    document(&phone.name, &body)
}

/// The messages of a phone, newest first.
pub(super) fn messages(state: &State, id: Id) -> String {
    let thread = state.thread(id);
    if thread.is_empty() {
        return "<p class=\"quiet\">No messages yet.</p>".to_owned();
    }
    let items: String = thread
        .iter()
        .rev()
        .map(|entry| item(state, id, entry))
        .collect();
    format!("<ol reversed>{items}</ol>")
}

pub(super) fn problem(text: &str) -> String {
    let body = format!(
        "<header><h1>Not here</h1><p>{}</p></header><p><a href=\"/phones\">All phones</a></p>",
        escaped(text)
    );
    document("Not here", &body)
}

fn item(state: &State, id: Id, entry: &Entry) -> String {
    let (class, who) = match entry.direction {
        Direction::In => ("in", "Received"),
        Direction::Out => ("out", "Sent"),
    };
    let said = escaped(&words::message(&entry.message));
    let mut notes = format!("{who} {}", words::clock(entry.at));
    let mut deliveries = state.deliveries.iter();
    let delivery = deliveries.find(|delivery| Some(delivery.number) == entry.delivery);
    if let Some(delivery) = delivery {
        let _written = write!(notes, " · {}", words::delivery(delivery));
    }
    let thumbs = if entry.direction == Direction::In {
        thumbs(id, entry)
    } else {
        String::new()
    };
    format!(
        "<li class=\"{class}\"><p class=\"said\">{said}</p><p class=\"quiet\">{} · \
         <span class=\"id\">{}</span></p>{thumbs}</li>",
        escaped(&notes),
        entry.message_id
    )
}

fn thumbs(id: Id, entry: &Entry) -> String {
    let button = |value: &str, thumb: &str, name: &str| {
        format!("<button name=\"answer\" value=\"{value}\" aria-label=\"{name}\">{thumb}</button>")
    };
    format!(
        "<form method=\"post\" action=\"/phones/{id}/thumb\" class=\"thumbs\">\
         <input type=\"hidden\" name=\"message_id\" value=\"{}\">\
         <span>As receipt {}{}</span><span>As reaction {}{}</span></form>",
        entry.message_id,
        button("up-receipt", "👍", "Thumbs-up as receipt"),
        button("down-receipt", "👎", "Thumbs-down as receipt"),
        button("up-reaction", "👍", "Thumbs-up as reaction"),
        button("down-reaction", "👎", "Thumbs-down as reaction"),
    )
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <link rel=\"icon\" href=\"/assets/phone.svg\"><title>{}</title>\
         <link rel=\"stylesheet\" href=\"/assets/phones.css\"></head>\
         <body><main>{body}</main></body></html>",
        escaped(title)
    )
}

/// Text as text, in an element or in a quoted attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

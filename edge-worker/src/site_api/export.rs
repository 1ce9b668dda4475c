//! `GET /v1/export` and `POST /v1/import`: leaving, backing up, restoring.

use threegate_core::Error as Cause;
use threegate_core::form;
use threegate_core::user::ObjectName;
use threegate_core::wire::export::ExportPage;
use threegate_core::wire::site::{ImportRequest, Imported};
use worker::Response;

use super::users::{Told, erasing, release};
use crate::edge::Edge;
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::site::{self, Page};
use crate::user::{self, Exported, Question};
use crate::{http, internal};

/// Users on a page, at most: the free plan lets a request ask fifty objects.
const PER_PAGE: u64 = 40;

/// Each user's object seals its own part, so nothing here has seen a secret.
pub(crate) async fn export(edge: &Edge<'_>) -> Result<Response, Error> {
    super::admin(edge)?;
    if edge.config.export_key.is_none() {
        return Err(Error::refused(Cause::ExportKeyMissing, edge.now));
    }
    let after = cursor(&edge.request.inner().url())?;
    let question = site::Question::Page {
        after,
        limit: PER_PAGE,
    };
    let mut told = site::ask(edge.env, &question).await?;
    let Page { objects } = internal::message(&told.bytes().await?)?;
    let mut users = Vec::with_capacity(objects.len());
    for name in &objects {
        let object =
            ObjectName::parse(name).map_err(|_| Error::internal("a listed user has no object"))?;
        let mut told = user::ask(edge.env, object, Question::Export).await?;
        if told.status_code() != 200 {
            return Err(Error::overloaded());
        }
        let exported: Exported = internal::message(&told.bytes().await?)?;
        users.extend(exported.sealed);
    }
    let full = u64::try_from(objects.len()).unwrap_or(0) >= PER_PAGE;
    let cursor = objects.last().filter(|_| full).cloned();
    http::answer(200, &ExportPage { users, cursor })
}

fn cursor(address: &str) -> Result<String, Error> {
    let (_, query) = address.split_once('?').unwrap_or((address, ""));
    let mut cursor = String::new();
    for pair in form::pairs(query) {
        match pair {
            Ok((name, value)) if name == "cursor" => cursor = value.into(),
            _ => {
                return Err(Error::bad_request("There is `cursor`, and nothing else."));
            }
        }
    }
    Ok(cursor)
}

/// Puts what an export has of users in place of what they have here.
pub(crate) async fn import(edge: &Edge<'_>) -> Result<Response, Error> {
    let once = super::admin(edge)?;
    let ImportRequest { users } = http::json(edge.body()?)?;
    let mut imported = 0_u64;
    for document in users {
        let Whose(user) = internal::message(document.as_bytes())
            .map_err(|_| Error::bad_request("`users`: that is no opened export."))?;
        let object = super::object(edge, &user)?;
        // Their Threema IDs are let go first: the export may not have them. Those that it has come back
        // with their first proof.
        let known = erasing(edge, object, Question::Contacts, once.clone()).await?;
        if let Told::Now(known) = known {
            release(edge, object, &known.contacts).await?;
            let question = Question::Restore { document };
            let told = user::ask_once(edge.env, object, question, once.clone()).await?;
            if told.status_code() != 200 {
                return Ok(told);
            }
        }
        imported = imported.saturating_add(1);
    }
    http::answer(200, &Imported { imported })
}

/// The user of a document.
struct Whose(String);

impl Message for Whose {
    fn read(from: Given<'_>) -> Option<Self> {
        from.text("user").map(Self)
    }
}

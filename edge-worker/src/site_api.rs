//! The site API: the calls of the site's own server.

use threegate_core::idempotency::Once;
use threegate_core::key::SharedSecret;
use threegate_core::user::{ObjectName, UserId};

use crate::counts::{self, Count};
use crate::edge::Edge;
use crate::problem::Error;
use crate::{http, idempotency};

mod check;
mod export;
mod messages;
mod siteverify;
mod status;
mod tickets;
mod users;

pub(crate) use check::check;
pub(crate) use export::{export, import};
pub(crate) use messages::messages;
pub(crate) use siteverify::siteverify;
pub(crate) use status::status;
pub(crate) use tickets::tickets;
pub(crate) use users::{delete, get, remove_factor, reset, take_over};

const SITE: &str = "SITE_SECRET";
const ADMIN: &str = "ADMIN_SECRET";

/// Lets the site's server in, and reads the key of a request that may come twice.
fn site(edge: &Edge<'_>) -> Result<Option<Once>, Error> {
    authorise(edge, SITE, &edge.config.site_secret)?;
    idempotency::of(edge, SITE)
}

/// Lets the site's team in, and reads the key of a request that may come twice.
fn admin(edge: &Edge<'_>) -> Result<Option<Once>, Error> {
    authorise(edge, ADMIN, &edge.config.admin_secret)?;
    idempotency::of(edge, ADMIN)
}

fn authorise(edge: &Edge<'_>, setting: &'static str, secret: &SharedSecret) -> Result<(), Error> {
    let presented = http::bearer(edge.request).unwrap_or_default();
    if secret.matches(&presented) {
        return Ok(());
    }
    counts::add(Count::SecretsRefused);
    Err(Error::secret_invalid(setting))
}

/// The object of the user whom the site names.
fn object(edge: &Edge<'_>, user: &str) -> Result<ObjectName, Error> {
    let user = UserId::parse(user).map_err(|cause| Error::refused(cause, edge.now))?;
    Ok(user.object(&edge.config.naming))
}

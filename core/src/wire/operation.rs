//! Every call that the worker answers, in one table.
//!
//! The worker's router is a `match` on [`Operation`], so a row without a handler does not compile, and
//! neither does a handler without a row. The API's description is made from the same rows.
//!
//! Two addresses are not here: the Gateway's callback, of which every part is a secret, and the
//! preflights (`OPTIONS`) of browsers.

use alloc::string::String;
use alloc::vec::Vec;

/// Whose secret opens a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// The site's server, with `SITE_SECRET`.
    Site,
    /// The site's team, with `ADMIN_SECRET`.
    Admin,
    /// Whoever watches the deployment, with `STATUS_SECRET`.
    Status,
    /// A page, with its ticket, from the ticket's origin.
    Page,
}

macro_rules! operations {
    ($($(#[doc = $summary:literal])+ $name:ident: $method:literal $path:literal by $caller:ident;)+) => {
        /// A call. Each row says what it is for, its method, its address, and who may make it.
        ///
        /// Exhaustive, so that a router which forgets a row does not compile.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Operation {
            $($(#[doc = $summary])+ $name,)+
        }

        impl Operation {
            /// Every row.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The HTTP method.
            #[must_use]
            pub const fn method(self) -> &'static str {
                match self { $(Self::$name => $method,)+ }
            }

            /// The address. `{…}` stands for one segment, the name of a challenge or a factor.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)+ }
            }

            /// Who may make the call.
            #[must_use]
            pub const fn caller(self) -> Caller {
                match self { $(Self::$name => Caller::$caller,)+ }
            }

            /// The row's name, and what it is for.
            #[cfg(feature = "schema")]
            pub(super) const fn words(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => (stringify!($name), concat!($($summary),+)),)+ }
            }
        }
    };
}

operations! {
    /// Asks whether a user needs a second factor, and for leave to let a browser act for that user.
    MakeTicket: "POST" "/v1/tickets" by Site;
    /// Redeems the pass that came back with the page's form, in Turnstile's words. `success` is the answer.
    Siteverify: "POST" "/v1/siteverify" by Site;
    /// Checks a code that was typed into the site's own form. It works once.
    Check: "POST" "/v1/check" by Site;
    /// What a user has enrolled.
    GetUser: "POST" "/v1/users:get" by Admin;
    /// Takes a factor away from a user, as the user could.
    TakeFactorAway: "POST" "/v1/users:remove-factor" by Admin;
    /// Takes over the authenticators that a user has in another system.
    TakeOver: "POST" "/v1/users:import" by Admin;
    /// Users with all that they have, a page at a time, sealed for EXPORT_KEY.
    Export: "GET" "/v1/export" by Admin;
    /// Restores users from an opened export, in place of what they have here.
    Import: "POST" "/v1/import" by Admin;
    /// Lets every trace of a user go.
    DeleteUser: "POST" "/v1/users:delete" by Admin;
    /// Removes everything that a user has here: the way back for who lost everything.
    ResetUser: "POST" "/v1/users:reset" by Admin;
    /// Sends an end-to-end encrypted message to a user's Threema ID, or to anybody's, once.
    SendMessage: "POST" "/v1/messages" by Admin;
    /// What is set up, what is wrong with it, and what was counted.
    Status: "GET" "/v1/status" by Status;

    /// What to show.
    View: "GET" "/v1/client" by Page;
    /// A WebSocket that says when to look again. Its subprotocols are `threegate.v1` and the ticket.
    Socket: "GET" "/v1/client/socket" by Page;
    /// Opens an attempt to prove a factor.
    OpenChallenge: "POST" "/v1/client/challenges" by Page;
    /// Gives up an attempt.
    AbandonChallenge: "DELETE" "/v1/client/challenges/{challenge}" by Page;
    /// Answers with the code as it was typed.
    AnswerChallenge: "POST" "/v1/client/challenges/{challenge}/answer" by Page;
    /// Sends the code of an open attempt again.
    ResendChallenge: "POST" "/v1/client/challenges/{challenge}/resend" by Page;
    /// Begins to enrol a factor.
    BeginFactor: "POST" "/v1/client/factors" by Page;
    /// Confirms a factor by its first code.
    ConfirmFactor: "POST" "/v1/client/factors/{factor}/confirm" by Page;
    /// Names a factor.
    RenameFactor: "PATCH" "/v1/client/factors/{factor}" by Page;
    /// Removes a factor. With the last one the recovery codes go.
    RemoveFactor: "DELETE" "/v1/client/factors/{factor}" by Page;
    /// Finds a token again whose button was pressed too often, by two codes in a row.
    ResyncFactor: "POST" "/v1/client/factors/{factor}/resync" by Page;
    /// Chooses the method that the user is asked for first.
    ChooseDefault: "PUT" "/v1/client/default" by Page;
    /// Forgets a browser that was remembered.
    RevokeDevice: "DELETE" "/v1/client/devices/{device}" by Page;
    /// Forgets all browsers that were remembered.
    RevokeDevices: "DELETE" "/v1/client/devices" by Page;
    /// Makes new recovery codes, which end the old ones. They are shown once.
    MakeRecoveryCodes: "POST" "/v1/client/recovery-codes" by Page;
    /// The user says that the recovery codes are kept.
    KeepRecoveryCodes: "POST" "/v1/client/recovery-codes/kept" by Page;
    /// The pass for the page's form. It can be fetched again until it is redeemed.
    FetchPass: "POST" "/v1/client/pass" by Page;
}

impl Operation {
    /// The call at an address as it was sent, and the segment that stands for `{…}` (empty if there is
    /// none).
    #[must_use]
    pub fn find<'a>(method: &str, path: &'a str) -> Option<(Self, &'a str)> {
        let mut here = Self::at(path);
        here.find(|(operation, _)| operation.method() == method)
    }

    /// The methods of an address, as the header `Allow` lists them; none if there is no such address.
    #[must_use]
    pub fn allowed(path: &str) -> Option<String> {
        let methods: Vec<_> = Self::at(path).map(|(it, _)| it.method()).collect();
        (!methods.is_empty()).then(|| methods.join(", "))
    }

    fn at(path: &str) -> impl Iterator<Item = (Self, &str)> {
        let all = Self::ALL.iter();
        all.filter_map(move |operation| Some((*operation, operation.segment(path)?)))
    }

    fn segment(self, path: &str) -> Option<&str> {
        let Some((before, rest)) = self.path().split_once('{') else {
            return (self.path() == path).then_some("");
        };
        let (_, after) = rest.split_once('}')?;
        let segment = path.strip_prefix(before)?.strip_suffix(after)?;
        (!segment.is_empty() && !segment.contains('/')).then_some(segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_found_at_its_own_address_and_is_the_only_one_with_its_method_there() {
        for operation in Operation::ALL {
            let path = operation.path();
            let name = path.contains('{').then_some("x");
            let sent = match path.split_once('{') {
                Some((before, rest)) => {
                    std::format!("{before}x{}", rest.split_once('}').unwrap().1)
                }
                None => path.into(),
            };
            let found = Operation::find(operation.method(), &sent);
            assert_eq!(found, Some((*operation, name.unwrap_or_default())));
            let same = |other: &&Operation| {
                other.segment(&sent).is_some() && other.method() == operation.method()
            };
            assert_eq!(Operation::ALL.iter().filter(same).count(), 1, "{path}");
        }
    }

    #[test]
    fn an_address_has_one_name_in_it_at_most() {
        for operation in Operation::ALL {
            assert!(operation.path().matches('{').count() <= 1, "{operation:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_not_found() {
        for path in [
            "",
            "/",
            "/v1",
            "/v1/tickets/",
            "/v1/tickets/x",
            "//v1/tickets",
            "/v1/client/",
            "/v1/client/challenges/",
            "/v1/client/challenges//answer",
            "/v1/client/challenges/a/b/answer",
            "/v1/client/challenges/a/answer/",
            "/v1/client/challenges/answer/answer/answer",
        ] {
            for method in ["GET", "POST", "DELETE"] {
                assert_eq!(Operation::find(method, path), None, "{method} {path}");
            }
            assert_eq!(Operation::allowed(path), None, "{path}");
        }
    }

    #[test]
    fn an_address_knows_its_methods() {
        assert_eq!(Operation::allowed("/v1/status").as_deref(), Some("GET"));
        assert_eq!(
            Operation::allowed("/v1/client/pass").as_deref(),
            Some("POST")
        );
        let of_a_challenge = Operation::allowed("/v1/client/challenges/x");
        assert_eq!(of_a_challenge.as_deref(), Some("DELETE"));
    }
}

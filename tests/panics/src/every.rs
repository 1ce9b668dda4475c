//! A wasm with all of core. Compiled with `-C link-dead-code` and linked with `--export-all`, as
//! `cargo xtask panics` does, it has every function that is no template, called or not; and those that are
//! templates for what is named here.
#![cfg(target_arch = "wasm32")]

use std::hint::black_box;
use std::vec::IntoIter;

use threegate_core::challenge::{self, Answered, Challenge, Judgement, answer};
use threegate_core::event::Event;
use threegate_core::key::Keyring;
use threegate_core::otp::migration::Import;
use threegate_core::otp::{Generator, KeyUri, Secret};
use threegate_core::policy::{Policy, in_force};
use threegate_core::qr::{Symbol, SymbolError};
use threegate_core::threema::gateway::Gateway;
use threegate_core::threema::payload::Identity;
use threegate_core::threema::reply::{self, Aim};
use threegate_core::threema::{ReplyCode, ReplyLink, ThreemaId, tap};
use threegate_core::throttle::Throttle;
use threegate_core::ticket::Enrolled;
use threegate_core::token::{self, Device, Genuine, Pass, Ticket, Token};
use threegate_core::user::ObjectName;
use threegate_core::wire::client::{self, View};
use threegate_core::wire::{Fields, Malformed, Request, known, site};
use threegate_core::{Error, Method, UnixTime};

/// Any body.
pub struct Body;

impl Fields for Body {
    fn has(&self, name: &str) -> bool {
        black_box(name).is_empty()
    }
    fn text(&self, name: &str) -> Option<String> {
        black_box(Some(name.to_owned()))
    }
    fn integer(&self, _: &str) -> Option<u64> {
        black_box(None)
    }
    fn flag(&self, _: &str) -> Option<bool> {
        black_box(None)
    }
    fn object(&self, _: &str) -> Option<Self> {
        black_box(None)
    }
    fn texts(&self, _: &str) -> Option<Vec<String>> {
        black_box(None)
    }
    fn objects(&self, _: &str) -> Option<Vec<Self>> {
        black_box(None)
    }
}

fn request<R: Request>() {
    black_box::<fn(&Body) -> Result<R, Malformed>>(R::read);
}

fn read<T>(read: fn(&Body) -> Option<T>) {
    black_box(read);
}

fn kind<K: token::Kind>() {
    black_box::<fn(&Keyring, ObjectName, [u8; 16], UnixTime) -> Token<K>>(token::mint);
    black_box::<fn(&str, &Keyring, UnixTime) -> Result<Genuine<K>, Error>>(token::check);
    black_box::<fn(&str, &Keyring, ObjectName, UnixTime) -> Result<Genuine<K>, Error>>(
        token::check_for,
    );
}

/// What is generic in core, each with a type that its callers use.
pub fn every_template() {
    request::<client::Answer>();
    request::<client::Choice>();
    request::<client::Codes>();
    request::<client::FactorChoice>();
    request::<client::NewName>();
    request::<client::PassWanted>();
    request::<site::CheckRequest>();
    request::<site::FactorRemoval>();
    request::<site::ImportRequest>();
    request::<site::MessageRequest>();
    request::<site::SiteverifyRequest>();
    request::<site::TakeOver>();
    request::<site::TicketRequest>();
    request::<site::UserRequest>();

    read(View::read);
    read(client::Recovery::read);
    read(client::ChallengeOpened::read);
    read(client::ThreemaCodeBegun::read);
    read(client::ChallengeEnded::read);
    read(client::EnrollmentBegun::read);
    read(client::ThreemaBegun::read);
    read(client::FactorConfirmed::read);
    read(client::RecoveryCodes::read);
    read(client::PassGiven::read);
    black_box::<fn(View, &Body) -> View>(View::with_lists);
    black_box::<fn(Option<&[&str]>, IntoIter<&'static str>) -> Result<(), Malformed>>(known);

    kind::<Ticket>();
    kind::<Pass>();
    kind::<Device>();

    black_box::<
        fn(
            Throttle,
            Option<Challenge>,
            UnixTime,
            fn() -> Result<Judgement<Generator>, Error>,
        ) -> Result<Answered<Generator>, Error>,
    >(answer);
    black_box::<fn(Throttle, &Answered<Generator>) -> Option<Event>>(Event::of_answer);
    black_box::<fn(IntoIter<(u64, bool)>) -> Vec<u64>>(challenge::displaced);
    black_box::<fn(Aim, IntoIter<(u64, bool)>) -> Vec<u64>>(reply::displaced);
    black_box::<fn(IntoIter<Judgement>) -> Judgement<Vec<()>>>(Judgement::over);
    black_box::<fn(Judgement<u64>, fn(u64) -> String) -> Judgement<String>>(Judgement::map);
    black_box::<fn(IntoIter<u64>) -> Option<u64>>(tap::Tap::only);
    black_box::<fn(fn(&str) -> Option<String>) -> Result<Policy, Vec<_>>>(Policy::parse);
    black_box::<fn(&KeyUri) -> Result<Symbol, SymbolError>>(Symbol::new);
    black_box::<fn(&Identity) -> Result<Symbol, SymbolError>>(Symbol::new);
    black_box::<fn(&ReplyLink) -> Result<Symbol, SymbolError>>(Symbol::new);
}

/// What answers an iterator is only compiled for whoever takes from it.
pub fn every_iterator(
    import: &Import,
    enrolled: Enrolled,
    gateway: &Gateway,
    throttle: Throttle,
    text: &str,
) {
    each(import.missing());
    each(enrolled.usable(&Method::ALL, throttle));
    each(Secret::strangers(text));
    each(ReplyCode::draw(black_box(&[0; reply::RANDOM])));
    each(in_force(|name| black_box(Some(name.to_owned()))));
    if let Ok(id) = ThreemaId::parse(text) {
        let body = text.as_bytes();
        let _ = black_box(gateway.public_key(id).answer(200, body));
        let _ = black_box(gateway.capabilities(id).answer(200, body));
        let _ = black_box(gateway.credits().answer(200, body));
    }
}

fn each(items: impl Iterator) {
    for item in items {
        black_box(item);
    }
}

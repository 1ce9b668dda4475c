//! Authenticator codes: made, checked once, and the links that bring their secrets into apps.

use super::given::{Given, moment, secret, text as text_of};
use super::made::{number, object, random};
use super::thrown::Thrown;
use js_sys::{Array, Uint8Array};
use threegate_core::otp::migration::{Import, MigrationError, Part, Unreadable};
use threegate_core::otp::{
    Code, Counter, CounterVerdict, Foreign, Issuer, KeyUri, Kind, Label, LookAhead, PreparedTotp,
    ResyncWindow, Secret, Step, Verdict, Window,
};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::{Zeroize, Zeroizing};

/// A new secret in base32.
#[wasm_bindgen(js_name = newSecret)]
pub fn new_secret() -> Result<String, JsValue> {
    let mut bytes = random::<{ Secret::RECOMMENDED }>()?;
    let secret = Secret::from_bytes(&bytes).map_err(Thrown::of);
    bytes.zeroize();
    Ok(secret?.to_base32().to_string())
}

/// A secret in groups of four, to be read and typed by people.
#[wasm_bindgen(js_name = formatSecret)]
pub fn format_secret(value: &JsValue) -> Result<String, JsValue> {
    Ok(secret(value)?.to_groups().to_string())
}

/// A secret's bytes.
#[wasm_bindgen(js_name = secretBytes)]
pub fn secret_bytes(value: &JsValue) -> Result<Uint8Array, JsValue> {
    Ok(Uint8Array::from(secret(value)?.as_bytes()))
}

/// The code that an app shows.
#[wasm_bindgen]
pub fn totp(parameters: &JsValue, at: &JsValue) -> Result<String, JsValue> {
    let given = Given::new(parameters)?;
    let (totp, secret) = (given.totp()?, given.secret()?);
    let code = totp.code(&secret, totp.step(moment(at)?));
    Ok(code.to_digits().to_string())
}

/// The code that a token shows.
#[wasm_bindgen]
pub fn hotp(parameters: &JsValue) -> Result<String, JsValue> {
    let given = Given::new(parameters)?;
    let counter = Counter(given.number("counter").map_err(Thrown::from)?);
    let code = given.hotp()?.code(&given.secret()?, counter);
    Ok(code.to_digits().to_string())
}

/// Judges an app's code.
#[wasm_bindgen]
pub fn check(parameters: &JsValue) -> Result<JsValue, JsValue> {
    let given = Given::new(parameters)?;
    judge(&given.totp()?.prepare(&given.secret()?), &given)
}

/// The same for an app that is ready.
pub(super) fn judge(app: &PreparedTotp, given: &Given) -> Result<JsValue, JsValue> {
    let typed = given.text("code").map_err(Thrown::from)?;
    // Whoever forgets it would take each code twice.
    if !given.says("last") {
        return Err(
            Thrown::argument("`last` is missing; it is null before the first code.").into(),
        );
    }
    let last = given.maybe_number("last").map_err(Thrown::from)?.map(Step);
    let (window, now) = (window(given)?, given.moment("at")?);
    let Ok(code) = app.totp().parse(&typed) else {
        return Ok(verdict("malformed"));
    };
    Ok(match app.check(&code, now, window, last) {
        Verdict::Accepted { step, drift } => object([
            ("verdict", "accepted".into()),
            ("step", number(step.0)),
            ("drift", f64::from(i32::try_from(drift).unwrap_or(0)).into()),
        ]),
        Verdict::Used => verdict("used"),
        Verdict::Wrong => verdict("wrong"),
    })
}

/// Judges a token's code.
#[wasm_bindgen(js_name = checkHotp)]
pub fn check_hotp(parameters: &JsValue) -> Result<JsValue, JsValue> {
    let given = Given::new(parameters)?;
    let (hotp, secret) = (given.hotp()?, given.secret()?);
    let typed = given.text("code").map_err(Thrown::from)?;
    let next = Counter(given.number("next").map_err(Thrown::from)?);
    let ahead = match given.maybe_byte("ahead").map_err(Thrown::from)? {
        Some(ahead) => LookAhead::new(ahead).map_err(Thrown::of)?,
        None => LookAhead::default(),
    };
    Ok(Code::parse(&typed, hotp.digits).map_or_else(
        |_| verdict("malformed"),
        |code| counted(hotp.check(&secret, &code, next, ahead)),
    ))
}

/// Finds a token again by two codes in a row.
#[wasm_bindgen(js_name = resyncHotp)]
pub fn resync_hotp(parameters: &JsValue) -> Result<JsValue, JsValue> {
    let given = Given::new(parameters)?;
    let (hotp, secret) = (given.hotp()?, given.secret()?);
    let typed = given.texts("codes").map_err(Thrown::from)?;
    let next = Counter(given.number("next").map_err(Thrown::from)?);
    let [first, second] = typed.as_slice() else {
        return Err(Thrown::argument("Two texts are expected for `codes`.").into());
    };
    let parse = |typed: &str| Code::parse(typed, hotp.digits).ok();
    let (Some(first), Some(second)) = (parse(first), parse(second)) else {
        return Ok(verdict("malformed"));
    };
    let window = ResyncWindow::default();
    Ok(counted(hotp.resync(
        &secret,
        [&first, &second],
        next,
        window,
    )))
}

/// The link that brings a secret into an app.
#[wasm_bindgen(js_name = keyUri)]
pub fn key_uri(parameters: &JsValue) -> Result<String, JsValue> {
    let given = Given::new(parameters)?;
    let secret = given.secret()?;
    let (issuer, account) = (given.text("issuer"), given.text("account"));
    let issuer = Issuer::parse(&issuer.map_err(Thrown::from)?).map_err(Thrown::of)?;
    let account = Label::parse(&account.map_err(Thrown::from)?).map_err(Thrown::of)?;
    let uri = match given.maybe_text("type").map_err(Thrown::from)?.as_deref() {
        None | Some("totp") => KeyUri::totp(&given.totp()?, &secret, &issuer, &account),
        Some("hotp") => {
            let next = Counter(given.number("counter").map_err(Thrown::from)?);
            KeyUri::hotp(&given.hotp()?, &secret, next, &issuer, &account)
        }
        Some(_) => return Err(Thrown::argument("`type` is \"totp\" or \"hotp\".").into()),
    };
    Ok(uri.as_str().to_owned())
}

/// All that a link says, whoever wrote it.
#[wasm_bindgen(js_name = parseKeyUri)]
pub fn parse_key_uri(text: &JsValue) -> Result<JsValue, JsValue> {
    let text = Zeroizing::new(text_of(text)?);
    Ok(key(&KeyUri::read(&text).map_err(Thrown::of)?))
}

/// What an app exports, in as many links as its symbols were.
#[wasm_bindgen(js_name = parseMigration)]
pub fn parse_migration(links: &JsValue) -> Result<JsValue, JsValue> {
    let links = Array::is_array(links).then(|| Array::from(links));
    let links = links.ok_or_else(|| Thrown::argument("A list of links is expected."))?;
    let mut read: Option<Import> = None;
    for link in links.iter() {
        let link = Zeroizing::new(text_of(&link)?);
        let part = Part::parse(&link).map_err(Thrown::of)?;
        let Some(import) = &mut read else {
            read = Some(Import::begin(part));
            continue;
        };
        match import.add(part) {
            // A camera sees the same symbol more than once.
            Ok(()) | Err(MigrationError::Repeated) => {}
            Err(cause) => return Err(Thrown::of(cause).into()),
        }
    }
    let import = read.ok_or_else(|| Thrown::argument("At least one link is expected."))?;
    let missing: Array = import.missing().map(JsValue::from).collect();
    let accounts = import.accounts().map_or_else(
        |_| Array::new(),
        |accounts| accounts.map(migrated).collect(),
    );
    Ok(object([
        ("missing", missing.into()),
        ("accounts", accounts.into()),
    ]))
}

fn migrated(account: &Result<Foreign, Unreadable>) -> JsValue {
    match account {
        Ok(read) => key(read),
        Err(unreadable) => object([
            (
                "issuer",
                name(unreadable.issuer.as_ref().map(Issuer::as_str)),
            ),
            (
                "account",
                name(unreadable.account.as_ref().map(Label::as_str)),
            ),
            (
                "error",
                threegate_core::Error::from(unreadable.cause).code().into(),
            ),
        ]),
    }
}

fn key(read: &Foreign) -> JsValue {
    let (kind, period, counter) = match read.kind {
        Kind::Totp(totp) => ("totp", totp.period.as_secs().into(), JsValue::UNDEFINED),
        Kind::Hotp(_, next) => ("hotp", JsValue::UNDEFINED, number(next.0)),
    };
    object([
        ("type", kind.into()),
        ("secret", read.secret.to_base32().as_str().into()),
        ("issuer", name(read.issuer.as_ref().map(Issuer::as_str))),
        ("account", name(read.account.as_ref().map(Label::as_str))),
        ("algorithm", read.kind.algorithm().as_str().into()),
        ("digits", read.kind.digits().count().into()),
        ("period", period),
        ("counter", counter),
    ])
}

fn name(name: Option<&str>) -> JsValue {
    name.map_or(JsValue::NULL, JsValue::from_str)
}

/// Steps besides the present one: a number for both sides, or each by its name.
fn window(given: &Given) -> Result<Window, Thrown> {
    let (past, future) = match given.object("window") {
        Some(sides) => (sides.maybe_byte("past")?, sides.maybe_byte("future")?),
        None => match given.maybe_byte("window")? {
            Some(both) => (Some(both), Some(both)),
            None => return Ok(Window::default()),
        },
    };
    Window::new(past.unwrap_or(0), future.unwrap_or(0)).map_err(Thrown::of)
}

fn verdict(word: &str) -> JsValue {
    object([("verdict", word.into())])
}

fn counted(judged: CounterVerdict) -> JsValue {
    match judged {
        CounterVerdict::Accepted { next, skipped } => object([
            ("verdict", "accepted".into()),
            ("next", number(next.0)),
            ("skipped", number(skipped)),
        ]),
        CounterVerdict::Wrong => verdict("wrong"),
    }
}

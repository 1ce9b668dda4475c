//! otplib, in Node: codes, checks, links.

use serde_json::{Value, json};
use threegate_core::otp::{
    Algorithm, Code, Counter, CounterVerdict, Issuer, KeyUri, Label, LookAhead, Step, Verdict,
    Window,
};

use crate::comparison::{Agreement, Compared, Comparison, Difference, same};
use crate::made::{self, App};
use crate::node::Node;
use crate::random::Random;

/// The largest number that JavaScript counts to without a gap.
const SAFE: u64 = (1 << 53) - 1;

/// The code of a moment, and of a counter.
pub(crate) struct Codes(pub(crate) Node);

impl Comparison for Codes {
    fn case(&mut self, random: &mut Random) -> Compared {
        let app = App::any(random)?;
        let at = made::time(random, SAFE);
        let clock = json!({ "ask": "code", "epoch": at.as_secs() });
        let theirs = self.0.answer(&with(&app, clock))?;
        let ours = app.totp.code(&app.secret, app.totp.step(at));
        same(|| app.show(at), json!(*ours.to_digits()), theirs)?;

        let counter = json!({ "ask": "code", "strategy": "hotp", "counter": at.as_secs() });
        let theirs = self.0.answer(&with(&app, counter))?;
        let ours = app.hotp().code(&app.secret, Counter(at.as_secs()));
        same(|| app.show(at), json!(*ours.to_digits()), theirs)?;
        Ok(Agreement::Same)
    }
}

/// What a check says about a right code, a nearly right one, and any.
pub(crate) struct Checks(pub(crate) Node);

impl Comparison for Checks {
    fn case(&mut self, random: &mut Random) -> Compared {
        let app = App::any(random)?;
        self.by_the_counter(random, &app)?;
        self.by_the_clock(random, &app)
    }
}

impl Checks {
    fn by_the_clock(&mut self, random: &mut Random, app: &App) -> Compared {
        let at = made::time(random, SAFE - 100_000);
        let Step(present) = app.totp.step(at);
        let [past, future] = [(); 2].map(|()| random.evenly(0..=Window::MAX));
        let period = u64::from(app.totp.period.as_secs());
        let around = present.saturating_sub(22)..=present + 22;
        let (step, after) = (random.within(around.clone()), random.within(around));
        let typed = if random.is_one_in(8) {
            made::code(random, app.totp.digits)
        } else {
            app.totp
                .code(&app.secret, Step(step))
                .to_digits()
                .to_string()
        };
        let last = Some(after).filter(|_| random.is_one_in(2));
        let mut question = json!({
            "ask": "check",
            "token": typed,
            "epoch": at.as_secs(),
            "epochTolerance": [u64::from(past) * period, u64::from(future) * period],
        });
        set(&mut question, "afterTimeStep", last.map(Value::from));
        let theirs = self.0.ask(&with(app, question))?;

        let code = Code::parse(&typed, app.totp.digits)?;
        let window = Window::new(past, future)?;
        let ours = app
            .totp
            .check(&app.secret, &code, at, window, last.map(Step));
        let shown = || format!("{} {typed} {past} {future} {last:?}", app.show(at));
        let theirs = match theirs {
            // Our last step may be of another window.
            Err(_) if last.is_some_and(|last| last > present + u64::from(future)) => {
                let accepted = matches!(ours, Verdict::Accepted { .. });
                same(shown, accepted, false)?;
                return Ok(Agreement::Documented(
                    "otplib refuses a last step beyond the window",
                ));
            }
            theirs => theirs.map_err(|cause| Difference(format!("{cause} {}", shown())))?,
        };
        let found = theirs.get("timeStep").and_then(Value::as_u64);
        let drift = theirs.get("delta").and_then(Value::as_i64);
        match (ours, found) {
            (Verdict::Accepted { step, .. }, Some(found))
                if found < step.0 && app.totp.code(&app.secret, Step(found)) == code =>
            {
                Ok(Agreement::Documented(
                    "of two steps with one code the later is taken",
                ))
            }
            (Verdict::Accepted { step, drift: ours }, _) => {
                same(shown, (Some(step.0), Some(ours)), (found, drift))?;
                Ok(Agreement::Same)
            }
            _ => same(shown, None, found).map(|()| Agreement::Same),
        }
    }

    fn by_the_counter(&mut self, random: &mut Random, app: &App) -> Result<(), Difference> {
        let next = match random.evenly(0..=2) {
            0 => random.within(0..=60),
            1 => SAFE - 200,
            _ => random.within(0..=SAFE - 200),
        };
        let entered = random.within(next.saturating_sub(3)..=next + 53);
        let ahead = random.evenly(0..=LookAhead::MAX);
        let code = app.hotp().code(&app.secret, Counter(entered));
        let theirs = self.0.answer(&with(
            app,
            json!({
                "ask": "check",
                "strategy": "hotp",
                "token": *code.to_digits(),
                "counter": next,
                "counterTolerance": [0, ahead],
            }),
        ))?;
        let look_ahead = LookAhead::new(ahead)?;
        let ours = match app
            .hotp()
            .check(&app.secret, &code, Counter(next), look_ahead)
        {
            CounterVerdict::Accepted { skipped, .. } => Some(skipped),
            CounterVerdict::Wrong => None,
        };
        let theirs = theirs.get("delta").and_then(Value::as_u64);
        let shown = || format!("{app:?} next {next} entered {entered} ahead {ahead}");
        same(shown, ours, theirs)
    }
}

/// Our link read by otplib, and its link read by us.
pub(crate) struct Links(pub(crate) Node);

impl Comparison for Links {
    fn case(&mut self, random: &mut Random) -> Compared {
        let app = App::any(random)?;
        let next = random.is_one_in(3).then(|| random.within(0..=SAFE));
        let (issuer, account) = (made::issuer(random)?, made::label(random)?);
        let first = self.ours_read_by_them(&app, next, &issuer, &account)?;
        let second = self.theirs_read_by_us(&app, next, &issuer, &account)?;
        Ok(match (first, second) {
            (Agreement::Same, second) => second,
            (first, _) => first,
        })
    }
}

impl Links {
    fn ours_read_by_them(
        &mut self,
        app: &App,
        next: Option<u64>,
        issuer: &Issuer,
        account: &Label,
    ) -> Compared {
        let ours = match next {
            Some(next) => KeyUri::hotp(&app.hotp(), &app.secret, Counter(next), issuer, account),
            None => KeyUri::totp(&app.totp, &app.secret, issuer, account),
        };
        let uri = ours.as_str();
        let read = match self.0.ask(&json!({ "ask": "read", "uri": uri }))? {
            Err(_) if uri.len() > 2048 => {
                return Ok(Agreement::Documented(
                    "otplib reads no link above 2048 characters",
                ));
            }
            read => read.map_err(|cause| Difference(format!("{cause}: {uri}")))?,
        };
        let mut params = json!({ "secret": *app.secret.to_base32(), "issuer": issuer.as_str() });
        let totp = app.totp;
        let unusual = totp.algorithm != Algorithm::default();
        set(
            &mut params,
            "algorithm",
            unusual.then(|| name(totp.algorithm)),
        );
        let digits = totp.digits.count();
        set(&mut params, "digits", (digits != 6).then(|| json!(digits)));
        let period = totp.period.as_secs();
        let period = (period != 30 && next.is_none()).then(|| json!(period));
        set(&mut params, "period", period);
        set(&mut params, "counter", next.map(Value::from));
        let expected = json!({
            "type": if next.is_some() { "hotp" } else { "totp" },
            "label": format!("{}:{}", issuer.as_str(), account.as_str()),
            "params": params,
        });
        same(|| uri.to_owned(), expected, read)?;
        Ok(Agreement::Same)
    }

    fn theirs_read_by_us(
        &mut self,
        app: &App,
        next: Option<u64>,
        issuer: &Issuer,
        account: &Label,
    ) -> Compared {
        let mut options = json!({
            "ask": "write",
            "secret": *app.secret.to_base32(),
            "issuer": issuer.as_str(),
            "label": account.as_str(),
            "algorithm": name(app.totp.algorithm),
            "digits": app.totp.digits.count(),
        });
        match next {
            Some(next) => {
                set(&mut options, "strategy", Some(json!("hotp")));
                set(&mut options, "counter", Some(json!(next)));
            }
            None => set(
                &mut options,
                "period",
                Some(json!(app.totp.period.as_secs())),
            ),
        }
        let theirs = self.0.answer(&options)?;
        let uri = theirs.as_str().unwrap_or_default();
        let refused = |error| Difference(format!("{error}: {uri}"));
        let read = KeyUri::read(uri).map_err(refused)?;
        let shown = || uri.to_owned();
        same(shown, read.secret.as_bytes(), app.secret.as_bytes())?;
        same(shown, read.kind, app.kind(next))?;
        same(shown, read.issuer.as_ref(), Some(issuer))?;
        same(shown, read.account.as_ref(), Some(account))?;
        Ok(Agreement::Same)
    }
}

/// The question, with how the codes are made.
fn with(app: &App, mut question: Value) -> Value {
    let secret = data_encoding::HEXLOWER.encode(app.secret.as_bytes());
    set(&mut question, "secret", Some(json!(secret)));
    set(&mut question, "algorithm", Some(name(app.totp.algorithm)));
    set(
        &mut question,
        "digits",
        Some(json!(app.totp.digits.count())),
    );
    set(
        &mut question,
        "period",
        Some(json!(app.totp.period.as_secs())),
    );
    question
}

fn name(algorithm: Algorithm) -> Value {
    json!(algorithm.as_str().to_ascii_lowercase())
}

fn set(object: &mut Value, member: &str, value: Option<Value>) {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(member.to_owned(), value);
    }
}

//! totp-rs: codes, checks, links.

use threegate_core::otp::{
    Algorithm, Code, Counter, CounterVerdict, Issuer, KeyUri, Kind, Label, LookAhead, Period,
    ResyncWindow, Step, Totp, Verdict, Window,
};

use crate::comparison::{Agreement, Compared, Difference, same};
use crate::made::{self, App};
use crate::random::Random;

/// The code of a moment, and of a counter: a TOTP whose step is a second counts seconds.
pub(crate) fn codes(random: &mut Random) -> Compared {
    let app = App::any(random)?;
    let at = made::time(random, u64::MAX);
    let theirs = builder(&app, app.totp.period, 0)
        .build()?
        .generate(at.as_secs());
    let ours = app.totp.code(&app.secret, app.totp.step(at));
    same(
        || app.show(at),
        ours.to_digits().as_str(),
        theirs.to_string(),
    )?;

    let theirs = builder(&app, Period::from_secs(1)?, 0).build()?;
    let counter = at.as_secs();
    let ours = app.hotp().code(&app.secret, Counter(counter));
    let theirs = theirs.generate(counter).to_string();
    same(|| app.show(at), ours.to_digits().as_str(), theirs)?;
    Ok(Agreement::Same)
}

/// What a check says about a right code, a nearly right one, and any.
pub(crate) fn checks(random: &mut Random) -> Compared {
    let app = App::any(random)?;
    let totp = by_the_clock(random, &app)?;
    by_the_counter(random, &app)?;
    Ok(totp)
}

fn by_the_clock(random: &mut Random, app: &App) -> Compared {
    // totp-rs multiplies steps with their length, and panics above 64 bits.
    let at = made::time(random, u64::MAX - 100_000);
    let Step(present) = app.totp.step(at);
    let (past, future) = (
        random.evenly(0..=Window::MAX),
        random.evenly(0..=Window::MAX),
    );
    let theirs = builder(app, app.totp.period, u16::from(past)).build()?;
    let period = u64::from(app.totp.period.as_secs());
    let code_of = |step: u64| theirs.generate(step * period).to_string();
    let typed = if random.is_one_in(8) {
        made::code(random, app.totp.digits)
    } else {
        let around = present.saturating_sub(22)..=present + 22;
        code_of(random.within(around))
    };
    let last = match random.evenly(0..=3) {
        0 | 1 => None,
        _ => Some(Step(
            random.within(present.saturating_sub(25)..=present + 25),
        )),
    };
    let code = Code::parse(&typed, app.totp.digits)?;
    let check = |window, last| app.totp.check(&app.secret, &code, at, window, last);
    let shown = || format!("{} code {typed} {past} {future} {last:?}", app.show(at));

    // By totp-rs's codes: which steps have this one, and which of those are new.
    let window = present.saturating_sub(u64::from(past))..=present + u64::from(future);
    let right: Vec<u64> = window.filter(|step| code_of(*step) == typed).collect();
    let fresh = right
        .iter()
        .rfind(|step| last.is_none_or(|Step(last)| **step > last));
    let expected = match fresh {
        Some(step) => Verdict::Accepted {
            step: Step(*step),
            drift: step.checked_signed_diff(present).unwrap_or(i64::MAX),
        },
        None if right.is_empty() => Verdict::Wrong,
        None => Verdict::Used,
    };
    same(shown, check(Window::new(past, future)?, last), expected)?;

    // By totp-rs's own check, which knows one width for both sides and remembers nothing.
    let ours = match check(Window::new(past, past)?, None) {
        Verdict::Accepted { step, .. } => Some(step.0),
        _ => None,
    };
    let found = theirs.check(&typed, at.as_secs());
    match (ours, found) {
        (Some(ours), Some(found)) if found < ours && code_of(ours) == code_of(found) => Ok(
            Agreement::Documented("of two steps with one code the later is taken"),
        ),
        _ => same(shown, ours, found).map(|()| Agreement::Same),
    }
}

fn by_the_counter(random: &mut Random, app: &App) -> Result<(), Difference> {
    let theirs = builder(app, Period::from_secs(1)?, 0).build()?;
    let code_of = |counter: u64| theirs.generate(counter).to_string();
    let next = match random.evenly(0..=2) {
        0 => random.within(0..=60),
        1 => u64::MAX - random.within(0..=60),
        _ => random.number(),
    };
    let before_and_after = next.saturating_sub(3)..=next.saturating_add(53);
    let entered = random.within(before_and_after);
    let ahead = random.evenly(0..=LookAhead::MAX);
    let (hotp, digits) = (app.hotp(), app.totp.digits);
    let shown = || format!("{app:?} next {next} entered {entered} ahead {ahead}");
    let accepted = |counter: u64, spent: u64| CounterVerdict::Accepted {
        next: Counter(counter + spent),
        skipped: counter - next,
    };

    // The last counter is never taken: none would come next.
    let typed = code_of(entered);
    let mut ahead_of = next..=next.saturating_add(u64::from(ahead)).min(u64::MAX - 1);
    let right = ahead_of.find(|counter| code_of(*counter) == typed);
    let expected = right.map_or(CounterVerdict::Wrong, |counter| accepted(counter, 1));
    let code = Code::parse(&typed, digits)?;
    let ours = hotp.check(&app.secret, &code, Counter(next), LookAhead::new(ahead)?);
    same(shown, ours, expected)?;

    // Two codes in a row.
    let window = u16::from(random.evenly(1..=60));
    let (first, second) = (typed, code_of(entered.saturating_add(1)));
    let mut within = next..=next.saturating_add(u64::from(window) - 1).min(u64::MAX - 2);
    let right = within.find(|at| code_of(*at) == first && code_of(*at + 1) == second);
    let expected = right.map_or(CounterVerdict::Wrong, |counter| accepted(counter, 2));
    let codes = [
        &Code::parse(&first, digits)?,
        &Code::parse(&second, digits)?,
    ];
    let window = ResyncWindow::new(window)?;
    let ours = hotp.resync(&app.secret, codes, Counter(next), window);
    same(shown, ours, expected)
}

/// Our link read by totp-rs, and its link read by us.
pub(crate) fn links(random: &mut Random) -> Compared {
    let app = App::any(random)?;
    let (issuer, account) = (made::issuer(random)?, made::label(random)?);
    let ours = KeyUri::totp(&app.totp, &app.secret, &issuer, &account);
    let shown = || format!("{:?} in {}", (&issuer, &account), ours.as_str());
    let colon = account.as_str().contains(':');
    let read = match totp_rs::Totp::from_url(ours.as_str()) {
        Err(totp_rs::TotpError::InvalidAccountName { .. }) if colon => {
            return Ok(Agreement::Documented(
                "totp-rs reads no account with a colon in its name",
            ));
        }
        read => read.map_err(|error| Difference(format!("{error} {}", shown())))?,
    };
    let expected = builder(&app, app.totp.period, 1).build()?;
    same(shown, issuer.as_str(), read.issuer().unwrap_or_default())?;
    same(shown, account.as_str(), read.account_name())?;
    same(shown, app.secret.as_bytes(), read.secret().as_bytes())?;
    same(
        shown,
        (expected.algorithm(), expected.digits(), expected.step()),
        (read.algorithm(), read.digits(), read.step()),
    )?;
    theirs_read_by_us(random, &app)
}

fn theirs_read_by_us(random: &mut Random, app: &App) -> Compared {
    let no_colon = |text: String| text.replace(':', "");
    let issuer = Some(no_colon(random.text(0..=66))).filter(|_| !random.is_one_in(4));
    let account = Some(no_colon(random.text(1..=66))).filter(|name| !name.is_empty());
    let account = account.unwrap_or_else(|| "alice".to_owned());
    let theirs = builder(app, app.totp.period, 1)
        .with_issuer(issuer.as_deref())
        .with_account_name(account.as_str())
        .build()?
        .to_url()?;
    let shown = || format!("{:?} in {theirs}", (&issuer, &account));
    let read = match KeyUri::read(&theirs) {
        Err(_) if theirs.len() > 2300 => {
            return Ok(Agreement::Documented(
                "a link longer than any of ours is not read",
            ));
        }
        read => read.map_err(|error| Difference(format!("{error} {}", shown())))?,
    };
    same(shown, read.secret.as_bytes(), app.secret.as_bytes())?;
    same(shown, read.kind, Kind::Totp(app.totp))?;
    // A name that an app could not show is none.
    let expected = issuer.as_deref().and_then(|name| Issuer::parse(name).ok());
    same(shown, &read.issuer, &expected)?;
    same(shown, read.account, Label::parse(&account).ok())?;

    // With nothing but defaults, both write the same, letter by letter.
    if let (Some(issuer), Ok(account)) = (expected, Label::parse(&account))
        && app.totp == Totp::default()
        && issuer.as_str() == read.issuer.as_ref().map_or("", Issuer::as_str)
    {
        let again = builder(app, app.totp.period, 1)
            .with_issuer(Some(issuer.as_str()))
            .with_account_name(account.as_str());
        if !account.as_str().contains(':') {
            let ours = KeyUri::totp(&app.totp, &app.secret, &issuer, &account);
            same(shown, ours.as_str(), again.build()?.to_url()?)?;
        }
    }
    Ok(Agreement::Same)
}

fn builder(app: &App, period: Period, skew: u16) -> totp_rs::Builder {
    totp_rs::Builder::new()
        .with_algorithm(match app.totp.algorithm {
            Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
            Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
            Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
        })
        .with_digits(app.totp.digits.count())
        .with_skew(skew)
        .with_step_duration(u64::from(period.as_secs()))
        .with_secret(app.secret.as_bytes())
}

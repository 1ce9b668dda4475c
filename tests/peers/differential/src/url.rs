//! The crates of the URL Standard: links, forms, origins.

use form_urlencoded::Serializer;
use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};
use threegate_core::form;
use threegate_core::origin::Origin;
use threegate_core::otp::{Counter, KeyUri};
use url::Url;

use crate::comparison::{Agreement, Compared, Difference, same};
use crate::made::{self, App};
use crate::random::Random;

type Pairs = Vec<(String, String)>;

/// Our link taken apart by `url`, and one put together by it read by us.
pub(crate) fn links(random: &mut Random) -> Compared {
    let app = App::any(random)?;
    let next = random.is_one_in(3).then(|| random.number());
    let (issuer, account) = (made::issuer(random)?, made::label(random)?);
    let ours = match next {
        Some(next) => KeyUri::hotp(&app.hotp(), &app.secret, Counter(next), &issuer, &account),
        None => KeyUri::totp(&app.totp, &app.secret, &issuer, &account),
    };
    let uri = ours.as_str();
    let shown = || uri.to_owned();
    let url = Url::parse(uri)?;
    let kind = if next.is_some() { "hotp" } else { "totp" };
    same(
        shown,
        (url.scheme(), url.host_str()),
        ("otpauth", Some(kind)),
    )?;
    same(shown, (url.fragment(), url.port()), (None, None))?;
    let decoded = |text| percent_decode_str(text).decode_utf8();
    let (before, after) = url.path().split_once(':').unwrap_or_default();
    let before = decoded(before.strip_prefix('/').unwrap_or(before))?;
    same(
        shown,
        (issuer.as_str(), account.as_str()),
        (&before, &decoded(after)?),
    )?;
    let secret = app.secret.to_base32().to_string();
    let mut expected = vec![
        ("secret", secret.clone()),
        ("issuer", issuer.as_str().to_owned()),
    ];
    let totp = app.totp;
    if totp.algorithm.as_str() != "SHA1" {
        expected.push(("algorithm", totp.algorithm.as_str().to_owned()));
    }
    if totp.digits.count() != 6 {
        expected.push(("digits", totp.digits.count().to_string()));
    }
    match next {
        Some(next) => expected.push(("counter", next.to_string())),
        None if totp.period.as_secs() == 30 => {}
        None => expected.push(("period", totp.period.as_secs().to_string())),
    }
    let expected = expected
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    same(
        shown,
        expected.collect::<Pairs>(),
        url.query_pairs().into_owned().collect::<Pairs>(),
    )?;

    // The same told in other ways.
    let sets = [NON_ALPHANUMERIC, &FEW, CONTROLS_AND_MARKS];
    let (first, second) = (random.pick(sets), random.pick(sets));
    let first = utf8_percent_encode(issuer.as_str(), first).to_string();
    let second = utf8_percent_encode(account.as_str(), second).to_string();
    let colon = random.pick([":", "%3A", "%3a"]);
    let mut other = Url::parse(&format!("otpauth://{kind}/{first}{colon}{second}"))?;
    other
        .query_pairs_mut()
        .append_pair("issuer", issuer.as_str())
        .append_pair("image", &random.text(0..=20))
        .append_pair("algorithm", totp.algorithm.as_str())
        .append_pair("digits", &totp.digits.count().to_string())
        .append_pair("secret", &secret);
    match next {
        Some(next) => other
            .query_pairs_mut()
            .append_pair("counter", &next.to_string()),
        None => other
            .query_pairs_mut()
            .append_pair("period", &totp.period.as_secs().to_string()),
    };
    let shown = || other.as_str().to_owned();
    let read = match KeyUri::read(other.as_str()) {
        Err(_) if other.as_str().len() > 2300 => {
            return Ok(Agreement::Documented(
                "a link longer than any of ours is not read",
            ));
        }
        read => read.map_err(|error| Difference(format!("{error}: {other}")))?,
    };
    same(shown, read.secret.as_bytes(), app.secret.as_bytes())?;
    same(shown, read.kind, app.kind(next))?;
    same(shown, read.issuer, Some(issuer))?;
    same(shown, read.account, Some(account))?;
    Ok(Agreement::Same)
}

/// All that must be written otherwise in a label, and no more.
const FEW: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'%')
    .add(b'?')
    .add(b'#')
    .add(b':')
    .add(b'/');
const CONTROLS_AND_MARKS: &AsciiSet = &FEW.add(b'"').add(b'<').add(b'>').add(b'\\').add(b'&');

/// What another writes is read, and what is broken is refused, where others guess.
pub(crate) fn forms(random: &mut Random) -> Compared {
    let pairs: Pairs = (0..random.length(0..=8))
        .map(|_| (random.text(0..=12), random.text(0..=40)))
        .collect();
    let written = Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let shown = || written.clone();
    same(shown, read(&written), Ok(pairs.clone()))?;
    same(shown, serde_urlencoded::to_string(&pairs)?, written.clone())?;

    let mut soup = if random.is_one_in(3) {
        random.text(0..=40)
    } else {
        written
    };
    for _ in 0..random.length(0..=4) {
        let places: Vec<_> = soup.char_indices().map(|(place, _)| place).collect();
        let place = random.length(0..=u16::try_from(places.len())?);
        let part = random.pick([
            "%",
            "%4",
            "%zz",
            "%C3",
            "%c3%A4",
            "&",
            "=",
            "+",
            "%00",
            "%ED%A0%80",
            "é",
        ]);
        soup.insert_str(places.get(place).copied().unwrap_or(soup.len()), part);
    }
    let shown = || soup.clone();
    let theirs: Pairs = form_urlencoded::parse(soup.as_bytes())
        .into_owned()
        .collect();
    let other = serde_urlencoded::from_str::<Pairs>(&soup);
    same(shown, other.ok().as_ref(), Some(&theirs))?;
    match read(&soup) {
        Ok(ours) => same(shown, ours, theirs).map(|()| Agreement::Same),
        Err(form::Broken) if has_broken_escape(&soup) => Ok(Agreement::Documented(
            "an escape without two digits is refused, not kept",
        )),
        Err(form::Broken) if format!("{theirs:?}").contains('\u{fffd}') => Ok(
            Agreement::Documented("what is not UTF-8 is refused, not replaced"),
        ),
        Err(form::Broken) => same(shown, None, Some(theirs)).map(|()| Agreement::Same),
    }
}

fn read(form: &str) -> Result<Pairs, form::Broken> {
    form::pairs(form)
        .map(|pair| pair.map(|(name, value)| (name.into_owned(), value.into_owned())))
        .collect()
}

fn has_broken_escape(text: &str) -> bool {
    text.split('%').skip(1).any(|rest| {
        let digits = rest.bytes().take(2).filter(u8::is_ascii_hexdigit);
        digits.count() < 2
    })
}

/// Every origin that a browser writes is taken, with its host.
pub(crate) fn origins(random: &mut Random) -> Compared {
    let scheme = random.pick(["https", "https", "https", "http", "HTTPS", "ftp"]);
    let host = match random.evenly(0..=5) {
        0 => random.text(1..=12),
        1 => {
            let [a, b, c, d] = random.array::<4>();
            format!("{a}.{b}.{c}.{d}")
        }
        2 => {
            let mut bytes = random.array::<16>();
            bytes.fill_with(|| {
                if random.is_one_in(2) {
                    0
                } else {
                    random.byte()
                }
            });
            format!("[{}]", std::net::Ipv6Addr::from(bytes))
        }
        3 => random
            .pick([
                "localhost",
                "127.0.0.1",
                "[::1]",
                "LOCALHOST",
                "0x7f.1",
                "2130706433",
            ])
            .to_owned(),
        4 => random
            .pick([
                "forum.example",
                "Bücher.example",
                "a_b.example",
                "x--y.example.",
                "münchen.de",
            ])
            .to_owned(),
        _ => format!("{}.example", random.text(1..=8)),
    };
    let port = match random.evenly(0..=3) {
        0 => String::new(),
        1 => random
            .pick([":443", ":80", ":", ":0443", ":8080", ":0", ":65535"])
            .to_owned(),
        _ => format!(":{}", random.within(1..=65535)),
    };
    let Ok(url) = Url::parse(&format!("{scheme}://{host}{port}/page")) else {
        return Ok(Agreement::Same);
    };
    let text = url.origin().ascii_serialization();
    let host = url.host_str().unwrap_or_default();
    let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let meant = url.scheme() == "https" || (url.scheme() == "http" && local);
    match Origin::parse(&text) {
        Ok(origin) => same(
            || text.clone(),
            (origin.as_str(), origin.hostname(), true),
            (text.as_str(), host, meant),
        )
        .map(|()| Agreement::Same),
        Err(_) if !meant => Ok(Agreement::Same),
        Err(_) if url.port() == Some(0) => Ok(Agreement::Documented("nothing listens at port 0")),
        Err(_)
            if !host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._[:]".contains(&byte)) =>
        {
            Ok(Agreement::Documented(
                "a host with marks that no name of the DNS has is none",
            ))
        }
        Err(error) => Err(Difference(format!("{error}: {text}"))),
    }
}

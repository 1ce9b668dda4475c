//! The screens on which things are changed.

use super::level::level;
use super::node::{Binding, Node, html};
use super::ways::name as way;
use super::{aside, button, lead, named, note, press, screen, sign, title};
use crate::screen::field::{Field, Phase};
use crate::screen::manage::{Complaint, Doing, Manage, Notice, Page};
use crate::screen::{Action, Frame};
use crate::words::{Word, Words};
use threegate_core::Method;
use threegate_core::wire::client::{ListedDevice, ListedFactor, Recovery};

pub(super) fn manage(manage: &Manage, frame: &Frame, words: &Words) -> Node {
    let of = |place: usize| manage.factor(place);
    let body = match &manage.page {
        Page::Overview => None,
        Page::Factor(place) => of(*place).map(|one| factor(one, manage, frame, words)),
        Page::Name { place, typed } => of(*place).map(|one| rename(one, typed, manage, words)),
        Page::Resync { first, field, .. } => Some(resync(first.is_some(), field, manage, words)),
        Page::Remove(place) => of(*place).map(|one| remove(one, manage, frame, words)),
        Page::NewCodes => Some(question(
            "new-codes",
            [
                words.text(Word::NewCodesTitle).into(),
                words.text(Word::NewCodesText).into(),
            ],
            None,
            [Word::NewCodesYes, Word::ManageBack],
            manage,
            words,
        )),
    };
    body.unwrap_or_else(|| overview(manage, frame, words))
}

/// What was done, for those who listen.
pub(super) const fn notice(notice: Notice) -> Word {
    match notice {
        Notice::Renamed => Word::NoticeRenamed,
        Notice::Preferred => Word::NoticePreferred,
        Notice::Resynced => Word::NoticeResynced,
        Notice::Removed => Word::NoticeRemoved,
        Notice::Codes => Word::NoticeCodes,
        Notice::Forgotten => Word::NoticeForgotten,
        Notice::AllForgotten => Word::NoticeAllForgotten,
        Notice::Gone => Word::NoticeGone,
    }
}

fn overview(manage: &Manage, frame: &Frame, words: &Words) -> Node {
    let none = manage.factors.is_empty();
    let text = if none {
        Word::ManageNone
    } else {
        Word::ManageLead
    };
    let factors = manage.factors.iter().enumerate();
    let factors = factors.map(|(place, one)| row(place, one, manage, frame, words));
    let ways = (!none).then(|| {
        section(
            Word::ManageWays,
            [html("ul").class("choices").with(factors)],
            words,
        )
    });
    let codes = frame.recovery.filter(|_| !none);
    screen("overview")
        .set_if(manage.busy, "aria-busy", "true")
        .with([title(words.text(Word::ManageTitle))])
        .with(said(manage, words))
        .with((none || said(manage, words).is_none()).then(|| lead(named(words, text, frame))))
        .with(ways)
        .with(codes.map(|codes| recovery(codes, manage, words)))
        .with((!manage.devices.is_empty()).then(|| devices(manage, words)))
}

fn section(heading: Word, content: impl IntoIterator<Item = Node>, words: &Words) -> Node {
    html("section")
        .class("part")
        .with([html("h3").class("heading").text(words.text(heading))])
        .with(content)
}

/// A factor in the list.
fn row(place: usize, factor: &ListedFactor, manage: &Manage, frame: &Frame, words: &Words) -> Node {
    let line = |text: String| html("span").class("muted").text(text);
    let own = factor.name.as_ref().map(|_| kind(factor, words));
    let others = manage.factors.iter().any(|one| one.method != factor.method);
    let first = (others && Manage::first(frame) == Some(factor.method)).then(|| {
        html("span")
            .class("badge")
            .text(words.text(Word::ManageFirst))
    });
    let used = dated(Word::ManageUsed, factor.last_used_at, true, words);
    let doing = Binding::Press(Action::Manage(Doing::Factor(place)));
    html("li").with([press("", doing)
        .class("choice")
        .part("choice")
        .set_if(manage.busy, "aria-disabled", "true")
        .with([html("span")
            .class("about")
            .with([html("span").class("name").text(called(factor, words))])
            .with(own.map(line))
            .with([line(used)])
            .with(first)])
        .with([sign("icon onward", ONWARD)])])
}

/// What the user calls it, or what it is.
fn called(factor: &ListedFactor, words: &Words) -> String {
    factor.name.clone().unwrap_or_else(|| kind(factor, words))
}

/// What it is; of a Threema ID, which one.
fn kind(factor: &ListedFactor, words: &Words) -> String {
    let kind = words.text(way(factor.method));
    match &factor.threema_id {
        Some(id) => [kind, " · ", id].concat(),
        None => kind.into(),
    }
}

fn dated(word: Word, moment: u64, time: bool, words: &Words) -> String {
    words.fill(word, &[("date", &words.date(moment, time))])
}

fn recovery(codes: Recovery, manage: &Manage, words: &Words) -> Node {
    let word = if codes.is_low() {
        Word::ManageCodesFew
    } else {
        Word::ManageCodesLeft
    };
    let left = lead(words.fill(word, &[("left", &codes.left.to_string())]));
    let lost = (!codes.kept).then(|| lead(words.text(Word::ManageCodesNotKept)));
    let renew = act(Word::ManageNewCodes, Doing::NewCodes, manage, words);
    section(Word::ManageCodes, [left], words)
        .with(lost)
        .with([renew])
}

fn devices(manage: &Manage, words: &Words) -> Node {
    let all = manage.devices.iter().enumerate();
    let rows = all.map(|(place, one)| device(place, one, manage, words));
    let more = manage.devices.len() > 1;
    let all = more.then(|| act(Word::ManageForgetAll, Doing::ForgetAll, manage, words));
    let about = lead(words.text(Word::ManageDevicesLead));
    let list = html("ul").class("rows").with(rows);
    section(Word::ManageDevices, [about, list], words).with(all)
}

fn device(place: usize, device: &ListedDevice, manage: &Manage, words: &Words) -> Node {
    let dates = [
        ("date", &*words.date(device.created_at, false)),
        ("until", &words.date(device.expires_at, false)),
    ];
    let remembered = words.fill(Word::ManageDevice, &dates);
    let used = dated(Word::ManageDeviceUsed, device.last_used_at, true, words);
    // Which one, for those who hear only the button.
    let which = html("span")
        .class("hidden")
        .text([" (", &used, ")"].concat());
    let forget = html("span").text(words.text(Word::ManageForget));
    let doing = Binding::Press(Action::Manage(Doing::Forget(place)));
    html("li").class("device").with([
        html("span").class("about").with([
            html("span").text(used),
            html("span").class("muted").text(remembered),
        ]),
        press("", doing)
            .class("quiet")
            .part("secondary")
            .set_if(manage.busy, "aria-disabled", "true")
            .with([forget, which]),
    ])
}

/// One factor, and what can be done with it.
fn factor(factor: &ListedFactor, manage: &Manage, frame: &Frame, words: &Words) -> Node {
    let own = factor
        .name
        .as_ref()
        .map(|_| words.text(way(factor.method)).into());
    let id = factor.threema_id.as_ref();
    let id = id.map(|id| words.fill(Word::ManageId, &[("id", id)]));
    let added = dated(Word::ManageAdded, factor.created_at, false, words);
    let used = dated(Word::ManageUsed, factor.last_used_at, true, words);
    let facts = [own, id, Some(added), Some(used)];
    let facts = facts.into_iter().flatten();
    let can = |doing, word, may: bool| may.then(|| act(word, doing, manage, words));
    let prefers = Manage::may_prefer(factor.method, frame);
    let counts = factor.method == Method::Hotp;
    let heading = match &factor.name {
        Some(name) => name,
        None => words.text(way(factor.method)),
    };
    screen("factor")
        .set_if(manage.busy, "aria-busy", "true")
        .with([title(heading)])
        .with([html("ul")
            .class("facts")
            .with(facts.map(|fact| html("li").text(fact)))])
        .with(factor.level.map(|one| level(one, words)))
        .with(said(manage, words))
        .with([html("div")
            .class("acts")
            .with(can(Doing::Rename, Word::ManageRename, true))
            .with(can(Doing::Prefer, Word::ManagePrefer, prefers))
            .with(can(Doing::Resync, Word::ManageResync, counts))
            .with(
                can(Doing::Remove, Word::ManageRemove, true).map(|act| act.class("quiet danger")),
            )])
        .with([back(Word::ManageBack, words)])
}

fn rename(factor: &ListedFactor, typed: &str, manage: &Manage, words: &Words) -> Node {
    let wrong = manage.complaint.is_some();
    let text = match manage.complaint {
        Some(why) => complaint(why),
        None => Word::NameLead,
    };
    let input = html("input")
        .class("input text")
        .part("input")
        .set("id", "name")
        .set("type", "text")
        .set("data-focus", "field")
        .set("maxlength", "64")
        .set("autocomplete", "off")
        .set("required", "")
        .set("aria-describedby", "note")
        // What it has been called so far; what is typed is the field's own.
        .set("value", factor.name.as_deref().unwrap_or_default())
        .set("placeholder", words.text(way(factor.method)))
        .set_if(
            manage.complaint == Some(Complaint::Name),
            "aria-invalid",
            "true",
        )
        .set_if(manage.busy, "readonly", "")
        .on(Binding::Typed);
    let empty = typed.trim().is_empty();
    screen("rename")
        .with([
            title(words.text(Word::NameTitle)),
            form(
                manage.busy,
                [
                    note(words.text(text).into(), wrong),
                    label("name", Word::NameLabel, words),
                    input,
                    button(words.text(Word::NameSave), empty, manage.busy),
                ],
            ),
        ])
        .with([back(Word::WaysBack, words)])
}

fn resync(next: bool, field: &Field, manage: &Manage, words: &Words) -> Node {
    let said = wrong_with(manage);
    let wrong = said.is_some();
    let lead = if next {
        Word::ResyncNext
    } else {
        Word::ResyncLead
    };
    let text = said.unwrap_or(lead);
    let (key, named) = if next {
        ("resync-next", Word::ResyncLabelNext)
    } else {
        ("resync", Word::ResyncLabel)
    };
    let still = field.phase != Phase::Ready || manage.busy;
    let input = html("input")
        .class("input")
        .part("input")
        .set("id", "code")
        .set("type", "text")
        .set("data-focus", "field")
        .set("maxlength", "32")
        .set("inputmode", "numeric")
        .set("autocomplete", "one-time-code")
        .set("required", "")
        .set("aria-describedby", "note")
        .set_if(wrong, "aria-invalid", "true")
        .set_if(still, "readonly", "")
        .on(Binding::Typed);
    let onward = if next { Word::Submit } else { Word::Continue };
    screen(key)
        .with([
            title(words.text(Word::ResyncTitle)),
            form(
                manage.busy,
                [
                    note(words.text(text).into(), wrong),
                    label("code", named, words),
                    input,
                    button(words.text(onward), false, still),
                ],
            ),
        ])
        .with([back(Word::WaysBack, words)])
}

fn remove(factor: &ListedFactor, manage: &Manage, frame: &Frame, words: &Words) -> Node {
    let name = called(factor, words);
    let last = manage.factors.len() < 2;
    let text = if last {
        Word::RemoveLast
    } else {
        Word::RemoveText
    };
    let forgotten = !last && !manage.devices.is_empty();
    question(
        "remove",
        [
            words.fill(Word::RemoveTitle, &[("name", &name)]),
            named(words, text, frame),
        ],
        forgotten.then(|| lead(words.text(Word::RemoveDevices))),
        [Word::RemoveYes, Word::RemoveNo],
        manage,
        words,
    )
}

/// Is it really to be done? The button says what; the way back is beside it.
fn question(
    key: &'static str,
    [heading, text]: [String; 2],
    more: Option<Node>,
    [yes, no]: [Word; 2],
    manage: &Manage,
    words: &Words,
) -> Node {
    screen(key)
        .with([title(&heading), lead(text)])
        .with(more)
        .with(said(manage, words))
        .with([
            form(manage.busy, [button(words.text(yes), false, manage.busy)]).class(
                if yes == Word::RemoveYes {
                    "form step danger"
                } else {
                    "form step"
                },
            ),
            back(no, words),
        ])
}

/// What was done last, or is wrong with it.
fn said(manage: &Manage, words: &Words) -> Option<Node> {
    let (word, class) = match (manage.complaint, manage.notice) {
        (Some(why), _) => (complaint(why), "lead error"),
        (None, Some(done)) => (notice(done), "lead notice"),
        (None, None) => return None,
    };
    Some(lead(words.text(word)).class(class))
}

/// What is said when something is wrong.
pub(super) fn complained<'a>(manage: &Manage, words: &'a Words) -> &'a str {
    wrong_with(manage).map_or("", |word| words.text(word))
}

fn wrong_with(manage: &Manage) -> Option<Word> {
    if let Some(why) = manage.complaint {
        return Some(complaint(why));
    }
    let Page::Resync { field, .. } = &manage.page else {
        return None;
    };
    Some(match field.complaint? {
        crate::screen::field::Complaint::Malformed => Word::CodeMalformed,
        _ => Word::ResyncWrong,
    })
}

const fn complaint(why: Complaint) -> Word {
    match why {
        Complaint::Name => Word::NameWrong,
        Complaint::Unavailable => Word::Unavailable,
        Complaint::Unreachable => Word::ErrorUnreachable,
    }
}

fn form(busy: bool, content: impl IntoIterator<Item = Node>) -> Node {
    html("form")
        .class("form")
        .set("novalidate", "")
        .set_if(busy, "aria-busy", "true")
        .on(Binding::Submit)
        .with(content)
}

fn label(of: &str, word: Word, words: &Words) -> Node {
    html("label")
        .class("label")
        .part("label")
        .set("for", of)
        .text(words.text(word))
}

fn act(word: Word, doing: Doing, manage: &Manage, words: &Words) -> Node {
    press(words.text(word), Binding::Press(Action::Manage(doing)))
        .class("quiet")
        .part("secondary")
        .set_if(manage.busy, "aria-disabled", "true")
}

fn back(word: Word, words: &Words) -> Node {
    aside(words.text(word), Action::Back)
}

const ONWARD: &str = "M9.5 6l6 6l-6 6";

#[cfg(test)]
mod tests;

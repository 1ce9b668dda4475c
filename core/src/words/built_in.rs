//! The words that are built in. The code comes first, so that a notification shows it.

use super::{Language, Message};

pub(super) const fn template(message: Message, language: Language) -> &'static str {
    match language {
        Language::English => english(message),
        Language::German => german(message),
        Language::French => french(message),
    }
}

const fn english(message: Message) -> &'static str {
    match message {
        Message::Code => {
            "🔑 *{code}* is your code for {site}\n\
             Account: {label}\n\
             Browser: {device}\n\
             IP address: {ip}\n\
             It works once, for {minutes} min. Give it to nobody.\n\
             Not you? Somebody knows your password: change it."
        }
        Message::CodeShort => SHORT,
        Message::Enroll => {
            "🔑 *{code}* connects this Threema ID with {site}\n\
             Account: {label}\n\
             Type it into the page within {minutes} min. These messages are not end-to-end encrypted.\n\
             Not you? Do nothing, and nothing is connected."
        }
        Message::Tap => {
            "🔐 Log in to {site}?\n\
             Account: {label}\n\
             Browser: {device}\n\
             IP address: {ip}\n\
             👍 if it is you, 👎 if not. This ends in {minutes} min."
        }
    }
}

const fn german(message: Message) -> &'static str {
    match message {
        Message::Code => {
            "🔑 *{code}* ist dein Code für {site}\n\
             Konto: {label}\n\
             Browser: {device}\n\
             IP-Adresse: {ip}\n\
             Er gilt einmal, {minutes} min lang. Gib ihn niemandem.\n\
             Nicht du? Dann kennt jemand dein Passwort: Ändere es."
        }
        Message::CodeShort => SHORT,
        Message::Enroll => {
            "🔑 *{code}* verbindet diese Threema-ID mit {site}\n\
             Konto: {label}\n\
             Gib ihn in {minutes} min auf der Seite ein. Diese Nachrichten sind nicht Ende-zu-Ende-verschlüsselt.\n\
             Nicht du? Tu nichts, dann wird nichts verbunden."
        }
        Message::Tap => {
            "🔐 Bei {site} anmelden?\n\
             Konto: {label}\n\
             Browser: {device}\n\
             IP-Adresse: {ip}\n\
             👍, wenn du es bist, 👎, wenn nicht. Das endet in {minutes} min."
        }
    }
}

const fn french(message: Message) -> &'static str {
    match message {
        Message::Code => {
            "🔑 *{code}* est votre code pour {site}\n\
             Compte : {label}\n\
             Navigateur : {device}\n\
             Adresse IP : {ip}\n\
             Il sert une fois, pendant {minutes} min. Ne le donnez à personne.\n\
             Pas vous ? Quelqu’un a votre mot de passe : changez-le."
        }
        Message::CodeShort => SHORT,
        Message::Enroll => {
            "🔑 *{code}* relie cet identifiant Threema à {site}\n\
             Compte : {label}\n\
             Saisissez-le sur la page dans les {minutes} min. Ces messages ne sont pas chiffrés de bout en bout.\n\
             Pas vous ? Ne faites rien, et rien ne sera relié."
        }
        Message::Tap => {
            "🔐 Se connecter à {site} ?\n\
             Compte : {label}\n\
             Navigateur : {device}\n\
             Adresse IP : {ip}\n\
             👍 si c’est vous, 👎 sinon. Ceci prend fin dans {minutes} min."
        }
    }
}

const SHORT: &str = "🔑 {code} · {site} · {minutes} min\n{ip}";

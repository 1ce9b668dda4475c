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
        Message::SignedIn => {
            "✅ You logged in to {site}\n\
             Account: {label}\n\
             Browser: {device}\n\
             IP address: {ip}\n\
             Not you? Change your password and tell the site."
        }
        Message::Tap => {
            "🔐 Log in to {site}?\n\
             Account: {label}\n\
             Browser: {device}\n\
             IP address: {ip}\n\
             👍 if it is you, 👎 if not. This ends in {minutes} min."
        }
        Message::TapDeclined => {
            "👎 {site}: declined, nobody was let in. You are not asked again for {minutes} min.\n\
             Account: {label}\n\
             Not you? Somebody knows your password: change it.\n\
             A mistake? The page has another way to log in."
        }
        Message::Test => "✅ {site}: messages arrive.",
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
        Message::SignedIn => {
            "✅ Du hast dich bei {site} angemeldet\n\
             Konto: {label}\n\
             Browser: {device}\n\
             IP-Adresse: {ip}\n\
             Nicht du? Ändere dein Passwort und sag es der Seite."
        }
        Message::Tap => {
            "🔐 Bei {site} anmelden?\n\
             Konto: {label}\n\
             Browser: {device}\n\
             IP-Adresse: {ip}\n\
             👍, wenn du es bist, 👎, wenn nicht. Das endet in {minutes} min."
        }
        Message::TapDeclined => {
            "👎 {site}: abgelehnt, niemand kam hinein. Du wirst {minutes} min lang nicht gefragt.\n\
             Konto: {label}\n\
             Nicht du? Dann kennt jemand dein Passwort: Ändere es.\n\
             Ein Versehen? Die Seite hat einen anderen Weg zur Anmeldung."
        }
        Message::Test => "✅ {site}: Nachrichten kommen an.",
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
        Message::SignedIn => {
            "✅ Vous êtes connecté à {site}\n\
             Compte : {label}\n\
             Navigateur : {device}\n\
             Adresse IP : {ip}\n\
             Pas vous ? Changez votre mot de passe et prévenez le site."
        }
        Message::Tap => {
            "🔐 Se connecter à {site} ?\n\
             Compte : {label}\n\
             Navigateur : {device}\n\
             Adresse IP : {ip}\n\
             👍 si c’est vous, 👎 sinon. Ceci prend fin dans {minutes} min."
        }
        Message::TapDeclined => {
            "👎 {site} : refusé, personne n’est entré. Plus de question pendant {minutes} min.\n\
             Compte : {label}\n\
             Pas vous ? Quelqu’un a votre mot de passe : changez-le.\n\
             Une erreur ? La page a une autre façon de se connecter."
        }
        Message::Test => "✅ {site} : les messages arrivent.",
    }
}

const SHORT: &str = "🔑 {code} · {site} · {minutes} min\n{ip}";

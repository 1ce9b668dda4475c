//! Threats: what an attacker does, what answers it, and what is left for whom.
//!
//! What answers a threat is in this crate and has its tests; where a type can see to it that a caller
//! does not leave it out, it does. What is left is what no crate can do for you: *developer* is whoever
//! writes the program around this one, *site* the team that runs it, *member* who logs in.
//!
//! | threat | what answers it | what is left, and whose it is |
//! | --- | --- | --- |
//! | [Replay](#replay): a code or message is used again | no check without the last accepted step; a [`Window`](crate::replay::Window) and a [name](crate::replay::name) for each message; challenges and passes end once | storing in one transaction: developer |
//! | [Re-cut](#re-cut): a captured callback is cut anew at its fields' borders | exact lengths before the MAC, in [`Callback::parse`] | nothing known |
//! | [Relay](#relay): a false page passes everything on, live | **nothing here**. Some things make it dearer | passkeys, short sessions, a notice after a login: site; a look at the address: member |
//! | [Phishing](#phishing) for later use | codes die within minutes and work once; replies are worth nothing to who sees them | recovery codes live until they are used: member |
//! | [Clock](#clock): a clock is wrong, or made so | a [window](crate::otp::Window) with the drift it saw; expiry by the time of receipt | an honest clock: site; that it never runs back: developer |
//! | [Enumeration](#enumeration): who is enrolled, who has Threema? | nothing is told without a genuine [token](crate::token::check); look-ups are [counted](crate::ticket::LookUps) | no second step before the password was right: site |
//! | [Key change](#key-change): another key under an enrolled Threema ID | the key is [pinned](crate::threema::Pinned), a difference is an error | the first look at the directory; a real new phone: site |
//! | [A made key](#a-made-key): a public key that draws something out of ours | no key of small order is taken, and no other sees more of ours than any | nothing known |
//! | [Guessing](#guessing) of codes | one count a user, waits that double, an end at 100: [`Throttle`] | limits for passwords, and across users: site |
//! | [Bombing](#bombing) with prompts, messages or storage | [`Prompts`], [caps on sending](crate::threema::sending), ceilings on all that is kept | never to approve what one did not ask for: member |
//! | [Changes by a thief](#changes-by-a-thief) of the password | [`Ticket::may_change`]: a factor must be proved first | the same rule for e-mail address and password: site |
//! | [Lost storage](#lost-storage) switches the second step off | [`admit`]: what was expected and is missing is an error | to keep the bit that says so: site |
//! | [A stolen store](#a-stolen-store) | secrets [sealed](crate::vault), tokens and recovery codes hashed | the keys beside it: site |
//! | [The page itself](#the-page-itself) is taken over | **nothing here** | script policy, updates: site |
//!
//! # Replay
//!
//! *Somebody saw a code over a shoulder, or recorded a request, and sends it once more; or the
//! network does.*
//!
//! - A TOTP code: [`Totp::check`] wants the `last` accepted step, and says [`Verdict::Used`] for a
//!   code of that step or an earlier one (RFC 6238, section 5.2). There is no function that checks
//!   without. If two steps in the window happen to share a code, the later one is taken, so that it
//!   does not work twice.
//! - An HOTP code: [`Hotp::check`] looks at nothing before the `next` counter (RFC 4226, 7.2).
//! - A recovery code: [`Set::redeem`](crate::recovery::Set::redeem) uses it up.
//! - A challenge ends once; [`Effect::Prove`](crate::challenge::Effect::Prove) comes at most once in its
//!   life, whatever events come in whatever order. A [`Pass`](crate::ticket::Pass) is redeemed once.
//! - A Gateway message: its date must be in the [`Window`](crate::replay::Window), and until the window
//!   has passed its [`name`](crate::replay::name) is remembered. After that the date alone refuses it.
//!   The sender chooses the date and can look younger by as much as `ahead`;
//!   [`keep_until`](crate::replay::Window::keep_until) counts that in.
//! - A remembered browser's token works once: a copied one is [`Shown::Replayed`](crate::device::Shown),
//!   and the browser is forgotten.
//!
//! ```
//! use threegate_core::{Error, UnixTime, replay::Window};
//!
//! let (sent, window) = (UnixTime::from_secs(1_800_000_000), Window::default());
//! let keep_until = window.keep_until(sent, sent);
//! assert_eq!(window.judge(sent, sent), Ok(()));
//! assert_eq!(window.judge(sent, keep_until), Err(Error::MessageOld)); // no memory needed any more
//! ```
//!
//! **Left.** *Developer*: what a verdict says to store must be stored in the transaction that lets the
//! member in. Two servers that both read "last step 100" both accept step 101: a row lock, a unique key
//! or one writer a user prevents that, and no crate can. An eventually consistent store is good as a
//! filter in front, never as the memory.
//!
//! # Re-cut
//!
//! *The callback's MAC is over six fields written one behind the other, without anything between them.
//! Whoever holds one genuine body moves a border, and has another message ID or date under the same
//! MAC. A memory of message IDs does not know it.*
//!
//! [`Callback::parse`] takes each field in its one length and alphabet, and each once: eight characters
//! of sender and addressee, 16 hexadecimal digits of message ID, ten digits of date, 48 of nonce. So
//! there is one way only to cut a body. The type order does the rest: fields cannot be seen before
//! [`Callback::authenticate`] has made an [`Authentic`] of them. The nickname is outside the MAC, and is
//! not kept. Source: Threema Gateway, "Receiving messages".
//!
//! **Left.** If the API secret leaks, its holder makes MACs as he likes, and can bring an old box under
//! a new message ID. He still cannot make a new box, which takes the sender's private key: an old reply
//! holds a code that nobody awaits, an old thumb names a message that was answered. *Site*: exchange the
//! secret; [`Callback::authenticate`] takes the old one beside the new one for as long as that lasts.
//!
//! # Relay
//!
//! *A false page looks like the site's. It passes on at once whatever the member types, shows what the
//! site shows, and ends up with the member's session.*
//!
//! **No method of this crate resists it**: not TOTP, not a code sent by Threema, not a reply, not a thumb.
//! None of them knows which page it is used on. A reply is end-to-end encrypted and proves who sent it;
//! it does not prove that they look at the true page. What does is a credential that the browser binds
//! to the origin: a passkey (WebAuthn). If your members can have one, offer it.
//!
//! What makes a relay dearer, and seen:
//!
//! - The attacker must be there at the moment: nothing that is collected works [later](#phishing).
//! - Codes and questions by Threema name the site, the browser and the address that ask
//!   ([`Values`](crate::words::Values)). In a relay these are the attacker's. Members who look can tell.
//! - No text holds a link (a site's own words with one are refused, see
//!   [`TemplateError::Link`](crate::words::TemplateError::Link)), and neither does an account's
//!   [`Label`](crate::otp::Label) or [`Issuer`](crate::otp::Issuer): nobody learns to reach the login from
//!   a message.
//! - A thumb-down after a thumb-up takes back the pass, or tells the site that has let somebody in:
//!   [`Event::LoginDisputed`](crate::event::Event::LoginDisputed).
//! - What was relayed logs in once, for one purpose. It cannot enrol a factor
//!   ([below](#changes-by-a-thief)), and a trusted browser is off unless the site turns it on.
//!
//! **Left.** *Site*: passkeys beside this; a notice of each new login by another channel; sessions that
//! end; a fresh proof before anything that cannot be undone. *Member*: to type the site's address
//! oneself, and to read what Threema says.
//!
//! # Phishing
//!
//! *A false page collects a password and a code, to use them later or to sell them.*
//!
//! - A TOTP code is over after its window: 90 seconds at most with [`Window::ONE`], and at once if the
//!   member uses it first. A sent code dies with its challenge, by default after three minutes, and after three
//!   wrong tries ([`SENT_CODE_TRIES`](crate::challenge::SENT_CODE_TRIES)).
//! - A reply code is no secret. It counts from one Threema ID only, as text in a box that only this ID's
//!   private key closes.
//! - A pass is bound to the user, the ticket and the purpose; one that was earned by enrolling never
//!   verifies a login.
//! - What people hold before a camera is often not what was asked for: an ID export, a restore link, a
//!   web-session code. [`payload::read`](crate::threema::payload::read) names it as a
//!   [secret](crate::threema::payload::Unusable::is_secret) and keeps no part of it.
//!
//! **Left.** A recovery code works until it is used, and a TOTP secret for ever: whoever photographs the
//! QR code at enrolment has a copy of the factor. *Member*: to give a recovery code to no page but the
//! login. *Site*: to tell members when one was used, and to act on
//! [`Event::RecoveryCodesLow`](crate::event::Event::RecoveryCodesLow).
//!
//! # Clock
//!
//! *A server's clock is wrong, or is set wrongly on purpose; a phone's is off.*
//!
//! - A phone that is off by a step is in the window; [`Verdict::Accepted`] tells the drift, so that a
//!   member can be warned before it is out. A wider [`Window`](crate::otp::Window) is one more code that a
//!   guess may hit, and is capped.
//! - A code that was once accepted stays used when the clock is set back, since steps are compared, not
//!   times.
//! - Messages: a date [too old](crate::Error::MessageOld) or [too early](crate::Error::MessageEarly) is
//!   refused. When a challenge ends is judged by our clock at the receipt, never by the sender's date.
//! - Arithmetic on [`UnixTime`](crate::UnixTime) saturates: no date makes it wrap or panic.
//!
//! **Left.** *Site*: whoever sets the server's clock decides which codes are in time, so take it from an
//! authenticated source. *Developer*: pass in `max(stored, now)` where you store a time with the user, as
//! clocks of several machines differ:
//!
//! ```
//! use threegate_core::UnixTime;
//!
//! let (stored, clock) = (UnixTime::from_secs(1_000), UnixTime::from_secs(990)); // it ran back
//! let now = clock.max(stored);
//! assert_eq!(now, stored);
//! ```
//!
//! # Enumeration
//!
//! *Somebody asks who has an account, who has a second factor, whose Threema ID belongs to which
//! address.*
//!
//! - Nothing is looked up for a token before [`token::check`](crate::token::check) says that this
//!   deployment made it. Malformed, forged, of another kind and of another key are one answer.
//! - A user's objects are named by an HMAC under a key of the deployment
//!   ([`UserId::object`](crate::user::UserId::object)): names tell nothing, and cannot be computed.
//! - A challenge that never was and one that is over are one answer
//!   ([`Error::ChallengeOver`](crate::Error::ChallengeOver)), told after the throttle has spoken.
//! - Look-ups in Threema's directory are counted by ticket and by user
//!   ([`LookUps`](crate::ticket::LookUps)); what was found is shown
//!   [masked](crate::threema::ThreemaId::masked).
//! - A page cannot tell an owner who declined a prompt from one who is asleep
//!   ([`challenge::tap`](crate::challenge::tap)).
//!
//! **Left.** *Site*: show the second step only after the password was right, and make a wrong password
//! and an unknown name alike in words and time. *Developer*: answer a callback from a stranger as any
//! other. Hashes of [e-mail addresses and numbers](crate::threema::look_up) are made with public keys, so
//! they are personal data: a number is found by trying them all.
//!
//! # Key change
//!
//! *Whoever rules the directory, or the way to it, puts another key under a member's Threema ID, and
//! answers for them.*
//!
//! - The key is [pinned](crate::threema::Pinned) at enrolment, and boxes open under the pinned key only.
//! - Another key in the directory later is [`Error::ThreemaKeyChanged`](crate::Error::ThreemaKeyChanged)
//!   while anybody relies on the first ([`may_expect`](crate::threema::reply::may_expect)). The site is told
//!   ([`Event::ThreemaKeyChanged`](crate::event::Event::ThreemaKeyChanged)); nothing changes by itself.
//! - A code that the phone shows carries the key without the directory. Where the two differ, that is an
//!   error, never a weaker [`Level`](crate::threema::Level).
//!
//! **Left.** The first look: at [`Level::Server`](crate::threema::Level::Server) the directory was believed
//! once. *Member*: to scan the ID's code, which makes it
//! [`Level::Scanned`](crate::threema::Level::Scanned). *Site*: somebody who has a new ID or lost the old one
//! looks the same as a thief. Make sure who is asking before you reset.
//!
//! # A made key
//!
//! *Somebody registers a public key that belongs to no private one, and writes to the Gateway until it
//! answers or does not.*
//!
//! - Under a point of small order everybody agrees on the same secret:
//!   [`PublicKey::from_bytes`](crate::threema::PublicKey::from_bytes) refuses them all.
//! - To any other point one of small order can be added. X25519 takes it away again, because a private key
//!   is a multiple of eight (RFC 7748, section 5). Code that first reduces the private key by the order of the
//!   base point loses that, and whether a box opens then tells what remains of the key divided by eight. Here
//!   [agreement](crate::threema::sealed) is X25519 to the letter, and has Wycheproof's 518 cases as a test.
//!
//! # Guessing
//!
//! *Somebody has the password, and tries codes.*
//!
//! A guess of six digits hits one of the three codes in [`Window::ONE`] three times in a million. So:
//!
//! - Failures are counted for the user, over all factors, tickets and addresses. Five in a row are free,
//!   then the wait doubles from 2 seconds to 15 minutes, and at 100 all that can be guessed is closed (NIST
//!   SP 800-63B, section 5.2.2). A rule can only be [stricter](crate::throttle::Rule).
//! - An attempt in a wait is not evaluated, so it tells nothing. Only an
//!   [`Attempt`](crate::throttle::Attempt) may be evaluated, and saying how it ended uses it up.
//! - All codes of a window are computed and compared in constant time. Wrong and malformed are told apart,
//!   wrong and nearly right are not.
//! - A sent code dies after three wrong ones. Reply codes that nobody awaits end all that is awaited from
//!   the ID after [`MISSES`](crate::threema::reply::MISSES).
//! - Nobody locks the owner out: a [reply](crate::challenge::replied) from the owner's own ID and a
//!   recovery code (50 bits) cannot be guessed, stay open, and clear the count.
//!
//! What it adds up to, for one authenticator:
//!
//! ```
//! use threegate_core::throttle::CLOSED;
//!
//! let codes_in_a_window = 3.0;
//! let chance = f64::from(CLOSED) * codes_in_a_window / 1_000_000.0;
//! assert!(chance <= 0.0003); // until the door closes: 1 in 3,333
//! ```
//!
//! With five authenticators ([`FACTORS`](crate::ticket::FACTORS)) it is five times that; a token with a
//! look-ahead of ten has eleven codes for three. Eight digits make all of it a hundred times less likely.
//!
//! **Left.** *Site*: the password comes first, so limit how often those are tried. The count is one
//! user's: somebody with a million passwords has a million first guesses, which only a limit across
//! users sees. Watch [`Event::MethodClosed`](crate::event::Event::MethodClosed): that user's password is
//! known to somebody.
//!
//! # Bombing
//!
//! *Somebody has the password and asks the owner's phone until they give in; or makes the site write to
//! people, spend its credits, or fill its storage.*
//!
//! - Prompts: off by default; one open a user, three minutes long. Two in a row that nobody approved close
//!   them for 15 minutes, doubling to a day ([`Prompts`]). A thumb-down does so at once, and its page
//!   does not see it: later prompts look sent and are
//!   [withheld](crate::challenge::tap::State::Withheld). Leaving the page or a crash hides no prompt.
//! - Messages: a slot is taken before the Gateway is called and never given back; caps for a user a
//!   minute, five minutes and a day, for an ID, and for the deployment
//!   ([`SendingCaps`](crate::policy::SendingCaps), [`may_send`](crate::threema::sending::may_send)). What may
//!   have been sent is never sent again by itself.
//! - Strangers: with a key pair the edge worker has an ID proved by a reply first, so nobody can make the site
//!   write to an ID that is not theirs. Enrolments that were never confirmed crowd out
//!   [only each other](crate::threema::reply::displaced).
//! - Storage: tickets, challenges, waits, browsers and codes each have a ceiling, and the oldest gives way.
//!   Events that anybody can cause at will are [rare by rule](crate::event::Event::is_cheap).
//!
//! **Left.** *Member*: to approve nothing that one did not ask for; there is no better defence, which is
//! why prompts are off by default. *Site*: basic mode (no key pair) has to write first, so there the caps
//! are all that stands between a stranger's ID and one message.
//!
//! # Changes by a thief
//!
//! *Somebody has the password and makes himself a factor, or removes the owner's.*
//!
//! Once a user has a factor, [`Ticket::may_change`] asks for proof of one, under the same ticket, within
//! ten minutes ([`PROOF_LIFE`](crate::ticket::PROOF_LIFE)). An allowed address or a trusted browser is
//! never a proof. Ask it in the very transaction that changes.
//!
//! **Left.** A user without any factor has nothing to prove with: who is first, enrols. *Site*: ask for the
//! password again before enrolling, ask for the second step too where e-mail address or password change,
//! and tell members of every change ([`Event`](crate::event::Event)).
//!
//! # Lost storage
//!
//! *The store is wiped, restored from last month, or the wrong one is connected. Nobody has a second
//! factor any more, says the program, and lets everybody in.*
//!
//! [`admit`] takes what the site knows (`expect_enrolled`), and says
//! [`Error::EnrollmentMissing`](crate::Error::EnrollmentMissing) instead of "not required". A factor that
//! is there and cannot be used now is an error too, with a way on.
//!
//! **Left.** *Site*: to store that one bit with the account, and to let nobody in who has it while the
//! worker cannot be asked. A break-glass for one member, logged, is better than an open door.
//!
//! # A stolen store
//!
//! *Somebody reads the database, or can write to it.*
//!
//! - Secrets are [sealed](crate::vault) under a key that is not in the store, each to its user, factor and
//!   kind: moved to another place, it does not open.
//! - Tickets, passes and device tokens are stored as hashes; recovery codes as salted, stretched digests
//!   under a key of the user that is sealed itself.
//! - Names of users are HMACs. [Exports](crate::export) open with a key that the deployment does not have.
//!
//! **Left.** Whoever has the store and the vault's key has the secrets. *Site*: keep them apart, and
//! exchange the key when somebody leaves ([`Keyring`](crate::key::Keyring) holds both for a while). Whoever
//! can write can delete, and put an older state back; back-ups and an audit log outside are the answer.
//!
//! # The page itself
//!
//! *Script that was injected into the site reads the page, types for the member, and takes the session.*
//!
//! **Nothing here helps**: what the member can do in the page, the script can do. *Site*: a strict content
//! security policy without `unsafe-inline`, updates, and few scripts on the login page.
//!
//! # What was tried
//!
//! The repository's `tests/e2e/lib/attacks.mjs` lists every attack that is tried against the running
//! whole, and which test tries it. Unit tests beside each module do the same for each rule alone.
//!
//! What was not: nobody outside the project has reviewed this crate, and the Gateway of those tests is a
//! simulated one, beside callbacks made by the official libraries.
//!
//! [`Attempt`]: crate::throttle::Attempt
//! [`Authentic`]: crate::threema::callback::Authentic
//! [`Callback::authenticate`]: crate::threema::callback::Callback::authenticate
//! [`Callback::parse`]: crate::threema::callback::Callback::parse
//! [`Hotp::check`]: crate::otp::Hotp::check
//! [`Prompts`]: crate::challenge::tap::Prompts
//! [`Throttle`]: crate::throttle::Throttle
//! [`Ticket::may_change`]: crate::ticket::Ticket::may_change
//! [`Totp::check`]: crate::otp::Totp::check
//! [`Verdict::Accepted`]: crate::otp::Verdict::Accepted
//! [`Verdict::Used`]: crate::otp::Verdict::Used
//! [`Window::ONE`]: crate::otp::Window::ONE
//! [`admit`]: crate::ticket::admit

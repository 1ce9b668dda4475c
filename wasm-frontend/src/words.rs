//! The language files: every word that an element can show. What only an enrolment says is in a file of
//! its own, which a login page does not load.

mod count;

/// Names each word once: as a variant, and as its name in the language file.
macro_rules! words {
    ($($(#[$gate:meta])* $word:ident = $name:literal),* $(,)?) => {
        /// A word, sentence or label of the language file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum Word { $($(#[$gate])* $word),* }

        impl Word {
            /// All words that this build can show.
            pub const ALL: &[Self] = &[$($(#[$gate])* Self::$word),*];

            /// The name in the language file.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($(#[$gate])* Self::$word => $name),* }
            }

            /// Whether a login page can show it.
            #[cfg(test)]
            fn is_common(self) -> bool {
                match self { $($(#[$gate])* Self::$word => stringify!($($gate)*).is_empty()),* }
            }
        }
    };
}

words! {
    Language = "language",
    Direction = "direction",
    Loading = "loading",
    Working = "working",
    Retry = "retry",
    Continue = "continue",
    CodeTitle = "code.title",
    CodeLead = "code.lead",
    CodeLabel = "code.label",
    TokenLead = "token.lead",
    TokenLabel = "token.label",
    SentTitle = "sent.title",
    SentSending = "sent.sending",
    SentLead = "sent.lead",
    SentUncertain = "sent.uncertain",
    SentLabel = "sent.label",
    SentAgain = "sent.again",
    SentAgainIn = "sent.again_in",
    SentSealed = "sent.sealed",
    SentOpen = "sent.open",
    TapTitle = "tap.title",
    TapLead = "tap.lead",
    TapAsk = "tap.ask",
    TapAsked = "tap.asked",
    TapUncertain = "tap.uncertain",
    TapThumb = "tap.thumb",
    TapWaiting = "tap.waiting",
    Remember = "remember",
    RecoveryTitle = "recovery.title",
    RecoveryLead = "recovery.lead",
    RecoveryLabel = "recovery.label",
    WaysOther = "ways.other",
    WaysOthers = "ways.others",
    WaysTitle = "ways.title",
    WaysBack = "ways.back",
    WayTotp = "way.totp",
    WayHotp = "way.hotp",
    WayReply = "way.threema_reply",
    WayCode = "way.threema_code",
    WayTap = "way.threema_tap",
    WayRecovery = "way.recovery",
    Submit = "submit",
    CodeMalformed = "error.code_malformed",
    CodeWrong = "error.code_wrong",
    CodeUsed = "error.code_used",
    NewestWrong = "error.newest_wrong",
    NotSent = "error.not_sent",
    RecoveryMalformed = "error.recovery_malformed",
    RecoveryWrong = "error.recovery_wrong",
    RecoveryUsed = "error.recovery_used",
    ErrorUnreachable = "error.unreachable",
    Throttled = "error.throttled",
    SayWaitOver = "say.wait_over",
    ClosedTitle = "closed.title",
    ClosedText = "closed.text",
    ExpiredTitle = "expired.title",
    ExpiredVerify = "expired.verify",
    UnreachableTitle = "unreachable.title",
    UnreachableText = "unreachable.text",
    FailedTitle = "failed.title",
    FailedText = "failed.text",
    DoneTitle = "done.title",
    DoneText = "done.text",
    DoneSigningIn = "done.signing_in",
    DoneLeft = "done.left",
    DoneFew = "done.few",
    SendTitle = "send.title",
    SendLead = "send.lead",
    SendCopy = "send.copy",
    SendOpen = "send.open",
    SendSymbol = "send.symbol",
    SendScan = "send.scan",
    SendWaiting = "send.waiting",
    SendLeft = "send.left",
    SendLast = "send.last",
    SendOffline = "send.offline",
    SendUnknown = "send.unknown",
    SendAdd = "send.add",
    SendContact = "send.contact",
    OverTitle = "over.title",
    OverText = "over.text",
    OverRenew = "over.renew",
    OverSent = "over.sent",
    OverSpent = "over.spent",
    OverSend = "over.send",
    OverTapTitle = "over.tap_title",
    OverTap = "over.tap",
    OverAsk = "over.ask",
    OverNotSent = "over.not_sent",
    OverNotSentText = "over.not_sent_text",
    OverEnough = "over.enough",
    OverEnoughText = "over.enough_text",
    OverClosed = "over.closed",
    OverClosedText = "over.closed_text",
    SayArrived = "say.arrived",
    Copied = "copied",
    NotCopied = "not_copied",
    #[cfg(feature = "enroll")]
    ConfirmTitle = "confirm.title",
    #[cfg(feature = "enroll")]
    ExpiredEnroll = "expired.enroll",
    #[cfg(feature = "enroll")]
    ChooseTitle = "choose.title",
    #[cfg(feature = "enroll")]
    ChooseLead = "choose.lead",
    #[cfg(feature = "enroll")]
    ChooseTotp = "choose.totp",
    #[cfg(feature = "enroll")]
    ChooseTotpAbout = "choose.totp_about",
    #[cfg(feature = "enroll")]
    ChooseHotp = "choose.hotp",
    #[cfg(feature = "enroll")]
    ChooseHotpAbout = "choose.hotp_about",
    #[cfg(feature = "enroll")]
    ChooseThreema = "choose.threema",
    #[cfg(feature = "enroll")]
    ChooseThreemaAbout = "choose.threema_about",
    #[cfg(feature = "enroll")]
    ChooseCodeAbout = "choose.code_about",
    #[cfg(feature = "enroll")]
    ChooseTapAbout = "choose.tap_about",
    #[cfg(feature = "enroll")]
    ChooseThreemaReplaces = "choose.threema_replaces",
    #[cfg(feature = "enroll")]
    ChooseStrongest = "choose.strongest",
    #[cfg(feature = "enroll")]
    ChooseNone = "choose.none",
    #[cfg(feature = "enroll")]
    DailyTitle = "daily.title",
    #[cfg(feature = "enroll")]
    DailyLead = "daily.lead",
    #[cfg(feature = "enroll")]
    DailyReply = "daily.reply",
    #[cfg(feature = "enroll")]
    DailyCode = "daily.code",
    #[cfg(feature = "enroll")]
    DailyTap = "daily.tap",
    #[cfg(feature = "enroll")]
    Back = "back",
    #[cfg(feature = "enroll")]
    TimeMinutes = "time.minutes",
    #[cfg(feature = "enroll")]
    TimeHours = "time.hours",
    #[cfg(feature = "enroll")]
    IdentifyTitle = "identify.title",
    #[cfg(feature = "enroll")]
    IdentifyLead = "identify.lead",
    #[cfg(feature = "enroll")]
    IdentifyStarting = "identify.starting",
    #[cfg(feature = "enroll")]
    IdentifyCamera = "identify.camera",
    #[cfg(feature = "enroll")]
    IdentifyStop = "identify.stop",
    #[cfg(feature = "enroll")]
    IdentifyVideo = "identify.video",
    #[cfg(feature = "enroll")]
    IdentifyDrop = "identify.drop",
    #[cfg(feature = "enroll")]
    IdentifyImage = "identify.image",
    #[cfg(feature = "enroll")]
    IdentifyHere = "identify.here",
    #[cfg(feature = "enroll")]
    IdentifyLabel = "identify.label",
    #[cfg(feature = "enroll")]
    IdentifySuggested = "identify.suggested",
    #[cfg(feature = "enroll")]
    IdentifyEmail = "identify.email",
    #[cfg(feature = "enroll")]
    IdentifyPhone = "identify.phone",
    #[cfg(feature = "enroll")]
    SayCameraOn = "say.camera_on",
    #[cfg(feature = "enroll")]
    SayCodeRead = "say.code_read",
    #[cfg(feature = "enroll")]
    QrExport = "error.qr_export",
    #[cfg(feature = "enroll")]
    QrDevice = "error.qr_device",
    #[cfg(feature = "enroll")]
    QrWeb = "error.qr_web",
    #[cfg(feature = "enroll")]
    QrLicence = "error.qr_licence",
    #[cfg(feature = "enroll")]
    QrExpired = "error.qr_expired",
    #[cfg(feature = "enroll")]
    QrOther = "error.qr_other",
    #[cfg(feature = "enroll")]
    QrUnknown = "error.qr_unknown",
    #[cfg(feature = "enroll")]
    IdMalformed = "error.id_malformed",
    #[cfg(feature = "enroll")]
    IdGateway = "error.id_gateway",
    #[cfg(feature = "enroll")]
    IdUnknown = "error.id_unknown",
    #[cfg(feature = "enroll")]
    IdNotFound = "error.id_not_found",
    #[cfg(feature = "enroll")]
    IdFull = "error.id_full",
    #[cfg(feature = "enroll")]
    KeyMismatch = "error.key_mismatch",
    #[cfg(feature = "enroll")]
    KeyChanged = "error.key_changed",
    #[cfg(feature = "enroll")]
    TooManyLookUps = "error.look_ups",
    #[cfg(feature = "enroll")]
    DirectoryDown = "error.directory",
    #[cfg(feature = "enroll")]
    ImageEmpty = "error.image_empty",
    #[cfg(feature = "enroll")]
    ImageUnreadable = "error.image_unreadable",
    #[cfg(feature = "enroll")]
    CameraDenied = "error.camera_denied",
    #[cfg(feature = "enroll")]
    CameraMissing = "error.camera_missing",
    #[cfg(feature = "enroll")]
    CameraBusy = "error.camera_busy",
    #[cfg(feature = "enroll")]
    CameraFailed = "error.camera_failed",
    #[cfg(feature = "enroll")]
    SendAnother = "send.another",
    #[cfg(feature = "enroll")]
    SendKey = "send.key",
    #[cfg(feature = "enroll")]
    SendFingerprint = "send.fingerprint",
    #[cfg(feature = "enroll")]
    LevelServer = "level.server",
    #[cfg(feature = "enroll")]
    LevelMatched = "level.matched",
    #[cfg(feature = "enroll")]
    LevelScanned = "level.scanned",
    #[cfg(feature = "enroll")]
    ScanTitle = "scan.title",
    #[cfg(feature = "enroll")]
    ScanLead = "scan.lead",
    #[cfg(feature = "enroll")]
    ScanSymbol = "scan.symbol",
    #[cfg(feature = "enroll")]
    ScanKey = "scan.key",
    #[cfg(feature = "enroll")]
    ScanCopy = "scan.copy",
    #[cfg(feature = "enroll")]
    ScanOpen = "scan.open",
    #[cfg(feature = "enroll")]
    ScanCheck = "scan.check",
    #[cfg(feature = "enroll")]
    ScanRenewed = "scan.renewed",
    #[cfg(feature = "enroll")]
    CodesTitle = "codes.title",
    #[cfg(feature = "enroll")]
    CodesLead = "codes.lead",
    #[cfg(feature = "enroll")]
    CodesList = "codes.list",
    #[cfg(feature = "enroll")]
    CodesCopy = "codes.copy",
    #[cfg(feature = "enroll")]
    CodesSave = "codes.save",
    #[cfg(feature = "enroll")]
    CodesPrint = "codes.print",
    #[cfg(feature = "enroll")]
    CodesKept = "codes.kept",
    #[cfg(feature = "enroll")]
    CodesNotKept = "codes.not_kept",
    #[cfg(feature = "enroll")]
    CodesHeading = "codes.heading",
    #[cfg(feature = "enroll")]
    CodesAbout = "codes.about",
    #[cfg(feature = "enroll")]
    CodesFile = "codes.file",
    #[cfg(feature = "enroll")]
    EnrolledTitle = "enrolled.title",
    #[cfg(feature = "enroll")]
    EnrolledText = "enrolled.text",
    #[cfg(feature = "enroll")]
    EnrolledThreema = "enrolled.threema",
    #[cfg(feature = "enroll")]
    EnrolledCode = "enrolled.code",
    #[cfg(feature = "enroll")]
    EnrolledTap = "enrolled.tap",
}

/// The words of one language.
#[derive(Clone)]
pub struct Words(Vec<String>);

impl Words {
    /// Looks every word up once. One that is missing is shown by its name: a file that is older
    /// than the widget then still leaves a usable page.
    #[must_use]
    pub fn read(file: impl Fn(&str) -> Option<String>) -> Self {
        let text = |word: &Word| file(word.name()).unwrap_or_else(|| word.name().into());
        Self(Word::ALL.iter().map(text).collect())
    }

    /// The text of `word`.
    #[must_use]
    pub fn text(&self, word: Word) -> &str {
        let mut texts = Word::ALL.iter().zip(&self.0);
        texts
            .find(|(one, _)| **one == word)
            .map_or("", |(_, text)| text)
    }

    /// So many seconds in words, in the largest unit that fits.
    #[must_use]
    pub fn span(&self, seconds: u64) -> String {
        let (number, unit) = match seconds {
            0..=99 => (seconds, "second"),
            100..=5999 => (seconds.div_ceil(60), "minute"),
            _ => (seconds.div_ceil(3600), "hour"),
        };
        self.count(number, unit)
    }

    /// So many of a unit, as the browser says it in this language: it knows plurals and digits.
    #[must_use]
    pub fn count(&self, number: u64, unit: &str) -> String {
        count::count(self.text(Word::Language), number, unit)
    }

    /// The text of `word`, with `{name}` replaced by `value` for each pair.
    #[must_use]
    pub fn fill(&self, word: Word, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.text(word);
        while let Some((before, tail)) = rest.split_once('{')
            && let Some((name, after)) = tail.split_once('}')
        {
            filled.push_str(before);
            let value = values.iter().find(|(one, _)| *one == name);
            filled.push_str(value.map_or("", |(_, value)| value));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
pub(crate) mod tests;

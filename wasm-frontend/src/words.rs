//! The language files: every word that an element can show. What a login page never says is in
//! files of their own: of an enrolment, of managing, and of both.

mod count;
#[cfg(feature = "manage")]
mod date;

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

            /// The feature that shows it; none if a login page can.
            #[cfg(test)]
            fn gate(self) -> &'static str {
                let gate = match self { $($(#[$gate])* Self::$word => stringify!($($gate)*)),* };
                gate.split('"').nth(1).unwrap_or_default()
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
    #[cfg(feature = "factors")]
    ConfirmTitle = "confirm.title",
    #[cfg(feature = "factors")]
    ExpiredSettings = "expired.settings",
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
    IdentifyAgain = "identify.again",
    #[cfg(feature = "enroll")]
    IdentifyStop = "identify.stop",
    #[cfg(feature = "enroll")]
    IdentifyLight = "identify.light",
    #[cfg(feature = "enroll")]
    IdentifyCameras = "identify.cameras",
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
    CameraInsecure = "error.camera_insecure",
    #[cfg(feature = "enroll")]
    CameraBlack = "error.camera_black",
    #[cfg(feature = "enroll")]
    CameraFailed = "error.camera_failed",
    #[cfg(feature = "enroll")]
    SendAnother = "send.another",
    #[cfg(feature = "enroll")]
    SendKey = "send.key",
    #[cfg(feature = "enroll")]
    SendFingerprint = "send.fingerprint",
    #[cfg(feature = "factors")]
    LevelServer = "level.server",
    #[cfg(feature = "factors")]
    LevelMatched = "level.matched",
    #[cfg(feature = "factors")]
    LevelScanned = "level.scanned",
    #[cfg(feature = "enroll")]
    ScanTitle = "scan.title",
    #[cfg(feature = "enroll")]
    ScanLead = "scan.lead",
    #[cfg(feature = "enroll")]
    ScanCounts = "scan.counts",
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
    #[cfg(feature = "factors")]
    CodesTitle = "codes.title",
    #[cfg(feature = "factors")]
    CodesLead = "codes.lead",
    #[cfg(feature = "factors")]
    CodesList = "codes.list",
    #[cfg(feature = "factors")]
    CodesCopy = "codes.copy",
    #[cfg(feature = "factors")]
    CodesSave = "codes.save",
    #[cfg(feature = "factors")]
    CodesPrint = "codes.print",
    #[cfg(feature = "factors")]
    CodesKept = "codes.kept",
    #[cfg(feature = "factors")]
    CodesNotKept = "codes.not_kept",
    #[cfg(feature = "factors")]
    CodesHeading = "codes.heading",
    #[cfg(feature = "factors")]
    CodesAbout = "codes.about",
    #[cfg(feature = "factors")]
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
    #[cfg(feature = "manage")]
    ManageTitle = "manage.title",
    #[cfg(feature = "manage")]
    ManageLead = "manage.lead",
    #[cfg(feature = "manage")]
    ManageNone = "manage.none",
    #[cfg(feature = "manage")]
    ManageWays = "manage.ways",
    #[cfg(feature = "manage")]
    ManageAdded = "manage.added",
    #[cfg(feature = "manage")]
    ManageUsed = "manage.used",
    #[cfg(feature = "manage")]
    ManageFirst = "manage.first",
    #[cfg(feature = "manage")]
    ManageId = "manage.id",
    #[cfg(feature = "manage")]
    ManageCodes = "manage.codes",
    #[cfg(feature = "manage")]
    ManageCodesLeft = "manage.codes_left",
    #[cfg(feature = "manage")]
    ManageCodesFew = "manage.codes_few",
    #[cfg(feature = "manage")]
    ManageCodesNotKept = "manage.codes_not_kept",
    #[cfg(feature = "manage")]
    ManageNewCodes = "manage.new_codes",
    #[cfg(feature = "manage")]
    ManageDevices = "manage.devices",
    #[cfg(feature = "manage")]
    ManageDevicesLead = "manage.devices_lead",
    #[cfg(feature = "manage")]
    ManageDevice = "manage.device",
    #[cfg(feature = "manage")]
    ManageDeviceUsed = "manage.device_used",
    #[cfg(feature = "manage")]
    ManageForget = "manage.forget",
    #[cfg(feature = "manage")]
    ManageForgetAll = "manage.forget_all",
    #[cfg(feature = "manage")]
    ManageBack = "manage.back",
    #[cfg(feature = "manage")]
    ManageRename = "manage.rename",
    #[cfg(feature = "manage")]
    ManagePrefer = "manage.prefer",
    #[cfg(feature = "manage")]
    ManageResync = "manage.resync",
    #[cfg(feature = "manage")]
    ManageRemove = "manage.remove",
    #[cfg(feature = "manage")]
    NameTitle = "name.title",
    #[cfg(feature = "manage")]
    NameLead = "name.lead",
    #[cfg(feature = "manage")]
    NameLabel = "name.label",
    #[cfg(feature = "manage")]
    NameSave = "name.save",
    #[cfg(feature = "manage")]
    NameWrong = "error.name",
    #[cfg(feature = "manage")]
    ResyncTitle = "resync.title",
    #[cfg(feature = "manage")]
    ResyncLead = "resync.lead",
    #[cfg(feature = "manage")]
    ResyncNext = "resync.next",
    #[cfg(feature = "manage")]
    ResyncLabel = "resync.label",
    #[cfg(feature = "manage")]
    ResyncLabelNext = "resync.label_next",
    #[cfg(feature = "manage")]
    ResyncWrong = "error.resync",
    #[cfg(feature = "manage")]
    RemoveTitle = "remove.title",
    #[cfg(feature = "manage")]
    RemoveText = "remove.text",
    #[cfg(feature = "manage")]
    RemoveDevices = "remove.devices",
    #[cfg(feature = "manage")]
    RemoveLast = "remove.last",
    #[cfg(feature = "manage")]
    RemoveYes = "remove.yes",
    #[cfg(feature = "manage")]
    RemoveNo = "remove.no",
    #[cfg(feature = "manage")]
    NewCodesTitle = "new_codes.title",
    #[cfg(feature = "manage")]
    NewCodesText = "new_codes.text",
    #[cfg(feature = "manage")]
    NewCodesYes = "new_codes.yes",
    #[cfg(feature = "manage")]
    Unavailable = "error.unavailable",
    #[cfg(feature = "manage")]
    NoticeRenamed = "notice.renamed",
    #[cfg(feature = "manage")]
    NoticePreferred = "notice.preferred",
    #[cfg(feature = "manage")]
    NoticeResynced = "notice.resynced",
    #[cfg(feature = "manage")]
    NoticeRemoved = "notice.removed",
    #[cfg(feature = "manage")]
    NoticeCodes = "notice.codes",
    #[cfg(feature = "manage")]
    NoticeForgotten = "notice.forgotten",
    #[cfg(feature = "manage")]
    NoticeAllForgotten = "notice.all_forgotten",
    #[cfg(feature = "manage")]
    NoticeGone = "notice.gone",
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

    /// The day of a moment, in seconds since 1970, and with `time` its time, as this language writes them.
    #[cfg(feature = "manage")]
    #[must_use]
    pub fn date(&self, seconds: u64, time: bool) -> String {
        date::date(self.text(Word::Language), seconds, time)
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

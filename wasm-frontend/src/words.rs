//! The language files: every word that an element can show. What a login page never says is in
//! files of their own: of an enrolment, of managing, and of both.

mod count;
#[cfg(feature = "manage")]
mod date;

/// Names each word once: as a variant, and as its name in the language file. They stand as their texts do
/// in the built files, which have no names: file by file, and in each by name.
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
            #[cfg(test)]
            pub(crate) fn name(self) -> &'static str {
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
    ClosedText = "closed.text",
    ClosedTitle = "closed.title",
    CodeLabel = "code.label",
    CodeLead = "code.lead",
    CodeTitle = "code.title",
    Continue = "continue",
    Copied = "copied",
    Direction = "direction",
    DoneFew = "done.few",
    DoneLeft = "done.left",
    DoneSigningIn = "done.signing_in",
    DoneText = "done.text",
    DoneTitle = "done.title",
    CodeMalformed = "error.code_malformed",
    CodeUsed = "error.code_used",
    CodeWrong = "error.code_wrong",
    NewestWrong = "error.newest_wrong",
    NotSent = "error.not_sent",
    RecoveryMalformed = "error.recovery_malformed",
    RecoveryUsed = "error.recovery_used",
    RecoveryWrong = "error.recovery_wrong",
    Throttled = "error.throttled",
    ErrorUnreachable = "error.unreachable",
    ExpiredTitle = "expired.title",
    ExpiredVerify = "expired.verify",
    FailedText = "failed.text",
    FailedTitle = "failed.title",
    Language = "language",
    Loading = "loading",
    NotCopied = "not_copied",
    OverAsk = "over.ask",
    OverClosed = "over.closed",
    OverClosedText = "over.closed_text",
    OverEnough = "over.enough",
    OverEnoughText = "over.enough_text",
    OverNotSent = "over.not_sent",
    OverNotSentText = "over.not_sent_text",
    OverRenew = "over.renew",
    OverSend = "over.send",
    OverSent = "over.sent",
    OverSpent = "over.spent",
    OverTap = "over.tap",
    OverTapTitle = "over.tap_title",
    OverText = "over.text",
    OverTitle = "over.title",
    RecoveryLabel = "recovery.label",
    RecoveryLead = "recovery.lead",
    RecoveryTitle = "recovery.title",
    Remember = "remember",
    Retry = "retry",
    SayArrived = "say.arrived",
    SayWaitOver = "say.wait_over",
    SendAdd = "send.add",
    SendContact = "send.contact",
    SendCopy = "send.copy",
    SendLast = "send.last",
    SendLead = "send.lead",
    SendLeft = "send.left",
    SendOffline = "send.offline",
    SendOpen = "send.open",
    SendScan = "send.scan",
    SendSymbol = "send.symbol",
    SendTitle = "send.title",
    SendUnknown = "send.unknown",
    SendWaiting = "send.waiting",
    SentAgain = "sent.again",
    SentAgainIn = "sent.again_in",
    SentLabel = "sent.label",
    SentLead = "sent.lead",
    SentOpen = "sent.open",
    SentSealed = "sent.sealed",
    SentSending = "sent.sending",
    SentTitle = "sent.title",
    SentUncertain = "sent.uncertain",
    Submit = "submit",
    TapAsk = "tap.ask",
    TapAsked = "tap.asked",
    TapLead = "tap.lead",
    TapThumb = "tap.thumb",
    TapTitle = "tap.title",
    TapUncertain = "tap.uncertain",
    TapWaiting = "tap.waiting",
    TokenLabel = "token.label",
    TokenLead = "token.lead",
    UnreachableText = "unreachable.text",
    UnreachableTitle = "unreachable.title",
    WayHotp = "way.hotp",
    WayRecovery = "way.recovery",
    WayCode = "way.threema_code",
    WayReply = "way.threema_reply",
    WayTap = "way.threema_tap",
    WayTotp = "way.totp",
    WaysBack = "ways.back",
    WaysOther = "ways.other",
    WaysOthers = "ways.others",
    WaysTitle = "ways.title",
    Working = "working",
    #[cfg(feature = "factors")]
    CodesAbout = "codes.about",
    #[cfg(feature = "factors")]
    CodesCopy = "codes.copy",
    #[cfg(feature = "factors")]
    CodesFile = "codes.file",
    #[cfg(feature = "factors")]
    CodesHeading = "codes.heading",
    #[cfg(feature = "factors")]
    CodesKept = "codes.kept",
    #[cfg(feature = "factors")]
    CodesLead = "codes.lead",
    #[cfg(feature = "factors")]
    CodesList = "codes.list",
    #[cfg(feature = "factors")]
    CodesNotKept = "codes.not_kept",
    #[cfg(feature = "factors")]
    CodesPrint = "codes.print",
    #[cfg(feature = "factors")]
    CodesSave = "codes.save",
    #[cfg(feature = "factors")]
    CodesTitle = "codes.title",
    #[cfg(feature = "factors")]
    ConfirmTitle = "confirm.title",
    #[cfg(feature = "factors")]
    ExpiredSettings = "expired.settings",
    #[cfg(feature = "factors")]
    LevelMatched = "level.matched",
    #[cfg(feature = "factors")]
    LevelScanned = "level.scanned",
    #[cfg(feature = "factors")]
    LevelServer = "level.server",
    #[cfg(feature = "enroll")]
    Back = "back",
    #[cfg(feature = "enroll")]
    ChooseCodeAbout = "choose.code_about",
    #[cfg(feature = "enroll")]
    ChooseHotp = "choose.hotp",
    #[cfg(feature = "enroll")]
    ChooseHotpAbout = "choose.hotp_about",
    #[cfg(feature = "enroll")]
    ChooseLead = "choose.lead",
    #[cfg(feature = "enroll")]
    ChooseNone = "choose.none",
    #[cfg(feature = "enroll")]
    ChooseStrongest = "choose.strongest",
    #[cfg(feature = "enroll")]
    ChooseTapAbout = "choose.tap_about",
    #[cfg(feature = "enroll")]
    ChooseThreema = "choose.threema",
    #[cfg(feature = "enroll")]
    ChooseThreemaAbout = "choose.threema_about",
    #[cfg(feature = "enroll")]
    ChooseThreemaReplaces = "choose.threema_replaces",
    #[cfg(feature = "enroll")]
    ChooseTitle = "choose.title",
    #[cfg(feature = "enroll")]
    ChooseTotp = "choose.totp",
    #[cfg(feature = "enroll")]
    ChooseTotpAbout = "choose.totp_about",
    #[cfg(feature = "enroll")]
    DailyCode = "daily.code",
    #[cfg(feature = "enroll")]
    DailyLead = "daily.lead",
    #[cfg(feature = "enroll")]
    DailyReply = "daily.reply",
    #[cfg(feature = "enroll")]
    DailyTap = "daily.tap",
    #[cfg(feature = "enroll")]
    DailyTitle = "daily.title",
    #[cfg(feature = "enroll")]
    EnrolledCode = "enrolled.code",
    #[cfg(feature = "enroll")]
    EnrolledTap = "enrolled.tap",
    #[cfg(feature = "enroll")]
    EnrolledText = "enrolled.text",
    #[cfg(feature = "enroll")]
    EnrolledThreema = "enrolled.threema",
    #[cfg(feature = "enroll")]
    EnrolledTitle = "enrolled.title",
    #[cfg(feature = "enroll")]
    CameraBlack = "error.camera_black",
    #[cfg(feature = "enroll")]
    CameraBusy = "error.camera_busy",
    #[cfg(feature = "enroll")]
    CameraDenied = "error.camera_denied",
    #[cfg(feature = "enroll")]
    CameraFailed = "error.camera_failed",
    #[cfg(feature = "enroll")]
    CameraInsecure = "error.camera_insecure",
    #[cfg(feature = "enroll")]
    CameraMissing = "error.camera_missing",
    #[cfg(feature = "enroll")]
    DirectoryDown = "error.directory",
    #[cfg(feature = "enroll")]
    IdFull = "error.id_full",
    #[cfg(feature = "enroll")]
    IdGateway = "error.id_gateway",
    #[cfg(feature = "enroll")]
    IdMalformed = "error.id_malformed",
    #[cfg(feature = "enroll")]
    IdNotFound = "error.id_not_found",
    #[cfg(feature = "enroll")]
    IdUnknown = "error.id_unknown",
    #[cfg(feature = "enroll")]
    ImageEmpty = "error.image_empty",
    #[cfg(feature = "enroll")]
    ImageUnreadable = "error.image_unreadable",
    #[cfg(feature = "enroll")]
    KeyChanged = "error.key_changed",
    #[cfg(feature = "enroll")]
    KeyMismatch = "error.key_mismatch",
    #[cfg(feature = "enroll")]
    TooManyLookUps = "error.look_ups",
    #[cfg(feature = "enroll")]
    QrDevice = "error.qr_device",
    #[cfg(feature = "enroll")]
    QrExpired = "error.qr_expired",
    #[cfg(feature = "enroll")]
    QrExport = "error.qr_export",
    #[cfg(feature = "enroll")]
    QrLicence = "error.qr_licence",
    #[cfg(feature = "enroll")]
    QrOther = "error.qr_other",
    #[cfg(feature = "enroll")]
    QrUnknown = "error.qr_unknown",
    #[cfg(feature = "enroll")]
    QrWeb = "error.qr_web",
    #[cfg(feature = "enroll")]
    IdentifyAgain = "identify.again",
    #[cfg(feature = "enroll")]
    IdentifyCamera = "identify.camera",
    #[cfg(feature = "enroll")]
    IdentifyCameras = "identify.cameras",
    #[cfg(feature = "enroll")]
    IdentifyDrop = "identify.drop",
    #[cfg(feature = "enroll")]
    IdentifyEmail = "identify.email",
    #[cfg(feature = "enroll")]
    IdentifyHere = "identify.here",
    #[cfg(feature = "enroll")]
    IdentifyImage = "identify.image",
    #[cfg(feature = "enroll")]
    IdentifyLabel = "identify.label",
    #[cfg(feature = "enroll")]
    IdentifyLead = "identify.lead",
    #[cfg(feature = "enroll")]
    IdentifyLight = "identify.light",
    #[cfg(feature = "enroll")]
    IdentifyPhone = "identify.phone",
    #[cfg(feature = "enroll")]
    IdentifyStarting = "identify.starting",
    #[cfg(feature = "enroll")]
    IdentifyStop = "identify.stop",
    #[cfg(feature = "enroll")]
    IdentifySuggested = "identify.suggested",
    #[cfg(feature = "enroll")]
    IdentifyTitle = "identify.title",
    #[cfg(feature = "enroll")]
    IdentifyVideo = "identify.video",
    #[cfg(feature = "enroll")]
    SayCameraOn = "say.camera_on",
    #[cfg(feature = "enroll")]
    SayCodeRead = "say.code_read",
    #[cfg(feature = "enroll")]
    ScanCheck = "scan.check",
    #[cfg(feature = "enroll")]
    ScanCopy = "scan.copy",
    #[cfg(feature = "enroll")]
    ScanCounts = "scan.counts",
    #[cfg(feature = "enroll")]
    ScanKey = "scan.key",
    #[cfg(feature = "enroll")]
    ScanLead = "scan.lead",
    #[cfg(feature = "enroll")]
    ScanOpen = "scan.open",
    #[cfg(feature = "enroll")]
    ScanRenewed = "scan.renewed",
    #[cfg(feature = "enroll")]
    ScanSymbol = "scan.symbol",
    #[cfg(feature = "enroll")]
    ScanTitle = "scan.title",
    #[cfg(feature = "enroll")]
    SendAnother = "send.another",
    #[cfg(feature = "enroll")]
    SendFingerprint = "send.fingerprint",
    #[cfg(feature = "enroll")]
    SendKey = "send.key",
    #[cfg(feature = "enroll")]
    TimeHours = "time.hours",
    #[cfg(feature = "enroll")]
    TimeMinutes = "time.minutes",
    #[cfg(feature = "manage")]
    NameWrong = "error.name",
    #[cfg(feature = "manage")]
    ResyncWrong = "error.resync",
    #[cfg(feature = "manage")]
    Unavailable = "error.unavailable",
    #[cfg(feature = "manage")]
    ManageAdded = "manage.added",
    #[cfg(feature = "manage")]
    ManageBack = "manage.back",
    #[cfg(feature = "manage")]
    ManageCodes = "manage.codes",
    #[cfg(feature = "manage")]
    ManageCodesFew = "manage.codes_few",
    #[cfg(feature = "manage")]
    ManageCodesLeft = "manage.codes_left",
    #[cfg(feature = "manage")]
    ManageCodesNotKept = "manage.codes_not_kept",
    #[cfg(feature = "manage")]
    ManageDevice = "manage.device",
    #[cfg(feature = "manage")]
    ManageDeviceUsed = "manage.device_used",
    #[cfg(feature = "manage")]
    ManageDevices = "manage.devices",
    #[cfg(feature = "manage")]
    ManageDevicesLead = "manage.devices_lead",
    #[cfg(feature = "manage")]
    ManageFirst = "manage.first",
    #[cfg(feature = "manage")]
    ManageForget = "manage.forget",
    #[cfg(feature = "manage")]
    ManageForgetAll = "manage.forget_all",
    #[cfg(feature = "manage")]
    ManageId = "manage.id",
    #[cfg(feature = "manage")]
    ManageLead = "manage.lead",
    #[cfg(feature = "manage")]
    ManageNewCodes = "manage.new_codes",
    #[cfg(feature = "manage")]
    ManageNone = "manage.none",
    #[cfg(feature = "manage")]
    ManagePrefer = "manage.prefer",
    #[cfg(feature = "manage")]
    ManageRemove = "manage.remove",
    #[cfg(feature = "manage")]
    ManageRename = "manage.rename",
    #[cfg(feature = "manage")]
    ManageResync = "manage.resync",
    #[cfg(feature = "manage")]
    ManageTitle = "manage.title",
    #[cfg(feature = "manage")]
    ManageUsed = "manage.used",
    #[cfg(feature = "manage")]
    ManageWays = "manage.ways",
    #[cfg(feature = "manage")]
    NameLabel = "name.label",
    #[cfg(feature = "manage")]
    NameLead = "name.lead",
    #[cfg(feature = "manage")]
    NameSave = "name.save",
    #[cfg(feature = "manage")]
    NameTitle = "name.title",
    #[cfg(feature = "manage")]
    NewCodesText = "new_codes.text",
    #[cfg(feature = "manage")]
    NewCodesTitle = "new_codes.title",
    #[cfg(feature = "manage")]
    NewCodesYes = "new_codes.yes",
    #[cfg(feature = "manage")]
    NoticeAllForgotten = "notice.all_forgotten",
    #[cfg(feature = "manage")]
    NoticeCodes = "notice.codes",
    #[cfg(feature = "manage")]
    NoticeForgotten = "notice.forgotten",
    #[cfg(feature = "manage")]
    NoticeGone = "notice.gone",
    #[cfg(feature = "manage")]
    NoticePreferred = "notice.preferred",
    #[cfg(feature = "manage")]
    NoticeRemoved = "notice.removed",
    #[cfg(feature = "manage")]
    NoticeRenamed = "notice.renamed",
    #[cfg(feature = "manage")]
    NoticeResynced = "notice.resynced",
    #[cfg(feature = "manage")]
    RemoveDevices = "remove.devices",
    #[cfg(feature = "manage")]
    RemoveLast = "remove.last",
    #[cfg(feature = "manage")]
    RemoveNo = "remove.no",
    #[cfg(feature = "manage")]
    RemoveText = "remove.text",
    #[cfg(feature = "manage")]
    RemoveTitle = "remove.title",
    #[cfg(feature = "manage")]
    RemoveYes = "remove.yes",
    #[cfg(feature = "manage")]
    ResyncLabel = "resync.label",
    #[cfg(feature = "manage")]
    ResyncLabelNext = "resync.label_next",
    #[cfg(feature = "manage")]
    ResyncLead = "resync.lead",
    #[cfg(feature = "manage")]
    ResyncNext = "resync.next",
    #[cfg(feature = "manage")]
    ResyncTitle = "resync.title",
}

/// The words of one language.
#[derive(Clone)]
pub struct Words(Vec<String>);

impl Words {
    /// The text of every word, in their order. None if there are more or fewer: these files are not
    /// of this build.
    #[must_use]
    pub fn new(texts: Vec<String>) -> Option<Self> {
        (texts.len() == Word::ALL.len()).then_some(Self(texts))
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

//! The language file: every word that an element can show.

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
    CodeOther = "code.other",
    RecoveryTitle = "recovery.title",
    RecoveryLead = "recovery.lead",
    RecoveryLabel = "recovery.label",
    RecoveryOther = "recovery.other",
    Submit = "submit",
    CodeMalformed = "error.code_malformed",
    CodeWrong = "error.code_wrong",
    CodeUsed = "error.code_used",
    RecoveryMalformed = "error.recovery_malformed",
    RecoveryWrong = "error.recovery_wrong",
    RecoveryUsed = "error.recovery_used",
    ErrorUnreachable = "error.unreachable",
    Throttled = "error.throttled",
    SayWait = "say.wait",
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
    ChooseNone = "choose.none",
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
    Copied = "copied",
    #[cfg(feature = "enroll")]
    NotCopied = "not_copied",
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

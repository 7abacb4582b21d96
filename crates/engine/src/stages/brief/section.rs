//! The sections of a brief, and what a field of a signal is about.

/// The parts of a brief, in the order that they are read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Section {
    /// What happened that made this a handoff.
    WhyNow,
    /// Who it is.
    Who,
    /// Where they work.
    Account,
    /// Who else is there.
    Committee,
    /// What hurts.
    Pain,
    /// What they want to come to.
    Outcome,
    /// What they decide by.
    Criteria,
    /// Until when.
    Timing,
    /// What happened, newest first.
    Timeline,
    /// What the score is made of.
    Score,
    /// What to do next.
    NextSteps,
    /// What to send.
    Assets,
    /// Why it went to this owner.
    Owner,
    /// Until when the owner must act.
    Sla,
}

impl Section {
    /// All of them, in order.
    pub const ALL: [Self; 14] = [
        Self::WhyNow,
        Self::Who,
        Self::Account,
        Self::Committee,
        Self::Pain,
        Self::Outcome,
        Self::Criteria,
        Self::Timing,
        Self::Timeline,
        Self::Score,
        Self::NextSteps,
        Self::Assets,
        Self::Owner,
        Self::Sla,
    ];

    /// The number in the stored form. It never changes its meaning.
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::WhyNow => 0,
            Self::Who => 1,
            Self::Account => 2,
            Self::Committee => 3,
            Self::Pain => 4,
            Self::Outcome => 5,
            Self::Criteria => 6,
            Self::Timing => 7,
            Self::Timeline => 8,
            Self::Score => 9,
            Self::NextSteps => 10,
            Self::Assets => 11,
            Self::Owner => 12,
            Self::Sla => 13,
        }
    }

    /// Reads a number of the stored form.
    pub(super) fn numbered(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.number() == number)
    }

    /// The word in JSON and in `brief.yaml`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WhyNow => "why-now",
            Self::Who => "who",
            Self::Account => "account",
            Self::Committee => "committee",
            Self::Pain => "pain",
            Self::Outcome => "outcome",
            Self::Criteria => "criteria",
            Self::Timing => "timing",
            Self::Timeline => "timeline",
            Self::Score => "score",
            Self::NextSteps => "next-steps",
            Self::Assets => "assets",
            Self::Owner => "owner",
            Self::Sla => "sla",
        }
    }

    /// The heading that people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::WhyNow => "Why now",
            Self::Who => "Who",
            Self::Account => "Account",
            Self::Committee => "Committee",
            Self::Pain => "Pain",
            Self::Outcome => "Outcome sought",
            Self::Criteria => "Criteria",
            Self::Timing => "Timing",
            Self::Timeline => "Timeline",
            Self::Score => "Score",
            Self::NextSteps => "Next steps",
            Self::Assets => "Assets",
            Self::Owner => "Why this owner",
            Self::Sla => "SLA",
        }
    }

    /// Reads the word; what people write with spaces has hyphens here.
    pub fn named(word: &str) -> Option<Self> {
        let hyphened = |byte: u8| if matches!(byte, b' ' | b'_') { b'-' } else { byte };
        let is_meant = |known: &Self| known.as_str().bytes().eq(word.bytes().map(hyphened));
        Self::ALL.into_iter().find(is_meant)
    }
}

/// What a field of a signal is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum About {
    /// The signal itself.
    Signal,
    /// The person.
    Person,
    /// The account.
    Account,
    /// What somebody agreed to.
    Consent,
}

impl serde::Serialize for Section {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

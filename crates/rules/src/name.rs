//! The names that conditions may use, each once. Check, evaluation, proof and the engine's lead all
//! match on them, so that a name which is accepted is a name that can be answered.

use std::fmt;

use domain::Text;
use rust_decimal::Decimal;

/// What a name in a condition begins with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Root {
    /// Who it is about: `person.title`.
    Person,
    /// Where they work: `account.industry`.
    Account,
    /// The signal that this is decided for: its own fields, `kind` and `source`.
    Lead,
    /// What they score: `total`, `fit`, `engagement`, in points.
    Score,
    /// What they agreed to: `consent.email`.
    Consent,
    /// The person's open handoff: `kind`, `state`, `sla`, `owner`.
    Handoff,
    /// Who has the open handoff: `id` and the columns of `team.csv`.
    Owner,
    /// Who might get it, in a pool's condition: the columns of `team.csv`; `skill.energy` for a skill.
    Member,
    /// A signal in a filter: its own fields, `kind` and `source`.
    Signal,
}

impl Root {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Person,
        Self::Account,
        Self::Lead,
        Self::Score,
        Self::Consent,
        Self::Handoff,
        Self::Owner,
        Self::Member,
        Self::Signal,
    ];

    /// The word in a condition.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Account => "account",
            Self::Lead => "lead",
            Self::Score => "score",
            Self::Consent => "consent",
            Self::Handoff => "handoff",
            Self::Owner => "owner",
            Self::Member => "member",
            Self::Signal => "signal",
        }
    }

    /// Reads the word.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|root| root.as_str() == text)
    }
}

/// A name that a scene answers for. What sources bring has whatever names they give it; all else is
/// written out here. A built-in name wins over a field that a source calls the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Name {
    /// A name such as `person.title`.
    Person(PersonName),
    /// A name such as `account.industry`.
    Account(Text),
    /// Who works the account: `account.worked_by`.
    Work(WorkName),
    /// `lead.kind`, `lead.campaign`.
    Lead(Own),
    /// A name such as `score.total`.
    Score(Points),
    /// A name such as `consent.email`.
    Consent(Text),
    /// A name such as `handoff.state`.
    Handoff(HandoffName),
    /// A name such as `owner.region`.
    Owner(OwnerName),
    /// A field of which claims count too: `claimed(account.stage)`.
    Claimed(ClaimName),
}

/// A field that sources bring of a person or an account: what a source says of it may be no more than a
/// claim.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ClaimName {
    /// A name such as `person.title`.
    Person(Text),
    /// A name such as `account.stage`.
    Account(Text),
}

impl ClaimName {
    /// What it begins with.
    pub const fn root(&self) -> Root {
        match self {
            Self::Person(_) => Root::Person,
            Self::Account(_) => Root::Account,
        }
    }

    /// What comes after the root.
    pub fn path(&self) -> &str {
        match self {
            Self::Person(path) | Self::Account(path) => path,
        }
    }

    /// The name by which claims do not count.
    pub fn name(&self) -> Name {
        match self {
            Self::Person(path) => Name::Person(PersonName::Field(path.clone())),
            Self::Account(path) => Name::Account(path.clone()),
        }
    }
}

impl fmt::Display for ClaimName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.root().as_str(), self.path())
    }
}

/// What can be asked of a person.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PersonName {
    /// Whether their address is at a provider of free mail.
    FreeMail,
    /// Whether their address is of the kind that is thrown away.
    DisposableMail,
    /// Whether a source that verifies vouches for an identifier of theirs.
    Verified,
    /// A field that sources bring.
    Field(Text),
}

/// What can be asked of a signal: what the engine knows of each, and what the signal says of itself.
/// `lead.field.kind` is its own field of that name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Own {
    /// What happened.
    Kind,
    /// The configured source.
    Source,
    /// A field of its own.
    Field(Text),
}

/// What can be asked of the owner of a handoff.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OwnerName {
    /// The member's id, or the name of the queue.
    Id,
    /// A column of `team.csv`.
    Column(Text),
}

/// Words of which there are no others, with the sentence that says what each is.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $word:ident $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$of])* $word,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$word,)+];

            /// The word in a condition.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text,)+ }
            }

            fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }
    };
}

words! {
    /// A part of a score, in points.
    Points {
        /// All together.
        Total "total",
        /// What they are.
        Fit "fit",
        /// What they do.
        Engagement "engagement",
    }
}

impl Points {
    /// This part of a score of which both halves are in hundredths.
    pub fn of(self, fit: i32, engagement: i32) -> Decimal {
        let hundredths = match self {
            Self::Total => fit + engagement,
            Self::Fit => fit,
            Self::Engagement => engagement,
        };
        Decimal::new(i64::from(hundredths), 2)
    }
}

words! {
    /// What can be asked of the open handoff.
    HandoffName {
        /// `marketing-to-sales` or another kind of the readiness table.
        Kind "kind",
        /// `offered`, `accepted` and the others.
        State "state",
        /// The class of `sla.yaml`.
        Sla "sla",
        /// The member's id, or the name of the queue.
        Owner "owner",
    }
}

words! {
    /// What can be asked of the work at an account.
    WorkName {
        /// The member whose work in hand there began last.
        WorkedBy "worked_by",
        /// How many whole days ago they took it.
        WorkedDays "worked_days",
        /// How many handoffs are open there, without the one that is asked for.
        OpenHandoffs "open_handoffs",
        /// The member who got a handoff there last.
        LastOwner "last_owner",
    }
}

impl WorkName {
    /// Whether it is a member's id; the others are numbers.
    pub const fn is_member(self) -> bool {
        matches!(self, Self::WorkedBy | Self::LastOwner)
    }
}

impl Name {
    /// Every name that does not come from a source or a column.
    pub fn built_in() -> Vec<Self> {
        let person = [PersonName::FreeMail, PersonName::DisposableMail, PersonName::Verified];
        let mut names: Vec<Self> = person.map(Self::Person).into();
        names.extend([Own::Kind, Own::Source].map(Self::Lead));
        names.extend(WorkName::ALL.iter().copied().map(Self::Work));
        names.extend(Points::ALL.iter().copied().map(Self::Score));
        names.extend(HandoffName::ALL.iter().copied().map(Self::Handoff));
        names.push(Self::Owner(OwnerName::Id));
        names
    }

    /// What it begins with.
    pub const fn root(&self) -> Root {
        match self {
            Self::Person(_) => Root::Person,
            Self::Account(_) | Self::Work(_) => Root::Account,
            Self::Lead(_) => Root::Lead,
            Self::Score(_) => Root::Score,
            Self::Consent(_) => Root::Consent,
            Self::Handoff(_) => Root::Handoff,
            Self::Owner(_) => Root::Owner,
            Self::Claimed(name) => name.root(),
        }
    }

    /// The field that sources bring, whether claims of it count or not.
    pub fn as_claim(&self) -> Option<ClaimName> {
        match self {
            Self::Person(PersonName::Field(path)) => Some(ClaimName::Person(path.clone())),
            Self::Account(path) => Some(ClaimName::Account(path.clone())),
            Self::Claimed(name) => Some(name.clone()),
            Self::Person(
                PersonName::FreeMail | PersonName::DisposableMail | PersonName::Verified,
            )
            | Self::Work(_)
            | Self::Lead(_)
            | Self::Score(_)
            | Self::Consent(_)
            | Self::Handoff(_)
            | Self::Owner(_) => None,
        }
    }

    /// What comes after the root.
    pub fn path(&self) -> &str {
        match self {
            Self::Person(name) => name.as_str(),
            Self::Account(path) | Self::Consent(path) => path,
            Self::Work(name) => name.as_str(),
            Self::Lead(own) => own.as_str(),
            Self::Score(points) => points.as_str(),
            Self::Handoff(name) => name.as_str(),
            Self::Owner(name) => name.as_str(),
            Self::Claimed(name) => name.path(),
        }
    }
}

impl PersonName {
    fn named(path: &str) -> Self {
        match path {
            "free_mail" => Self::FreeMail,
            "disposable_mail" => Self::DisposableMail,
            "verified" => Self::Verified,
            path => Self::Field(path.into()),
        }
    }

    /// What comes after `person.`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::FreeMail => "free_mail",
            Self::DisposableMail => "disposable_mail",
            Self::Verified => "verified",
            Self::Field(path) => path,
        }
    }
}

impl Own {
    /// What stands before a field that has the name of something built in.
    const FIELD: &'static str = "field.";

    pub(crate) fn named(path: &str) -> Self {
        match path {
            "kind" => Self::Kind,
            "source" => Self::Source,
            path => Self::Field(path.strip_prefix(Self::FIELD).unwrap_or(path).into()),
        }
    }

    /// The name alone: `kind` for what is built in and for a field that is called so.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Kind => "kind",
            Self::Source => "source",
            Self::Field(path) => path,
        }
    }

    fn is_shadowed(&self) -> bool {
        matches!(self, Self::Field(path) if !matches!(Self::named(path), Self::Field(_)))
    }
}

impl OwnerName {
    fn named(path: &str) -> Self {
        if path == "id" { Self::Id } else { Self::Column(path.into()) }
    }

    /// What comes after `owner.`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Id => "id",
            Self::Column(path) => path,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Field::Of(self.clone()).fmt(f)
    }
}

/// A name as a condition uses it: most are asked of the scene, two of what a pool or a filter shows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Field {
    /// A name that the scene answers for.
    Of(Name),
    /// A column of the member in question.
    Member(Text),
    /// What the signal of a filter says.
    Signal(Own),
}

/// A name that there is not, with those that there are.
pub(crate) struct Unknown {
    pub(crate) known: Vec<&'static str>,
}

impl Field {
    /// Reads a name. Columns of the team are for the check to know.
    pub(crate) fn named(root: Root, path: &str) -> Result<Self, Unknown> {
        let known = |all: Vec<&'static str>| Unknown { known: all };
        Ok(Self::Of(match root {
            Root::Member => return Ok(Self::Member(path.into())),
            Root::Signal => return Ok(Self::Signal(Own::named(path))),
            Root::Person => Name::Person(PersonName::named(path)),
            Root::Account => match WorkName::named(path) {
                Some(name) => Name::Work(name),
                None => Name::Account(path.into()),
            },
            Root::Lead => Name::Lead(Own::named(path)),
            Root::Consent => Name::Consent(path.into()),
            Root::Owner => Name::Owner(OwnerName::named(path)),
            Root::Score => {
                Name::Score(Points::named(path).ok_or_else(|| {
                    known(Points::ALL.iter().copied().map(Points::as_str).collect())
                })?)
            }
            Root::Handoff => Name::Handoff(HandoffName::named(path).ok_or_else(|| {
                known(HandoffName::ALL.iter().copied().map(HandoffName::as_str).collect())
            })?),
        }))
    }

    pub(crate) const fn root(&self) -> Root {
        match self {
            Self::Of(name) => name.root(),
            Self::Member(_) => Root::Member,
            Self::Signal(_) => Root::Signal,
        }
    }

    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Of(name) => name.path(),
            Self::Member(column) => column,
            Self::Signal(own) => own.as_str(),
        }
    }

    const fn own(&self) -> Option<&Own> {
        match self {
            Self::Of(Name::Lead(own)) | Self::Signal(own) => Some(own),
            Self::Of(_) | Self::Member(_) => None,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Of(Name::Claimed(name)) = self {
            return write!(f, "claimed({name})");
        }
        let field = if self.own().is_some_and(Own::is_shadowed) { Own::FIELD } else { "" };
        write!(f, "{}.{field}{}", self.root().as_str(), self.path())
    }
}

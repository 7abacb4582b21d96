//! Who reads, and what for.

use rules::brief::Briefing;

use crate::stages::brief::{About, Evidence, Section};

/// What stands in place of what was erased.
pub const ERASED: &str = "erased";
/// What stands in place of what is there and does not open.
pub(super) const DAMAGED: &str = "damaged";
/// Fields of a person that a reader with their purpose may see.
const PERSON: [&str; 3] = ["person.name", "person.email", "person.phone"];

/// The role that the new owner reads in.
pub(super) const OWNER: &str = "rep";
/// The role that runs operations.
const OPERATIONS: &str = "revops";

/// Who reads a view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reader<'a> {
    /// The role, as `brief.yaml` and the users have it; empty where nobody said.
    pub role: &'a str,
    /// Whether the purpose allows personal data.
    pub personal: bool,
    /// What `brief.yaml` says, where it has a say.
    pub briefing: Option<&'a Briefing>,
    /// Another role: what it may not read either is left out.
    narrowed: Option<&'a str>,
    /// What is read for in place of the role's own purposes.
    purpose: Option<&'a str>,
    /// Personal data is left out, whatever the role reads for.
    redacted: bool,
}

impl<'a> Reader<'a> {
    /// A role as `brief.yaml` has it: it reads personal data where its purposes allow that. Who runs
    /// operations reads it where `brief.yaml` does not speak of them.
    pub fn of(briefing: &'a Briefing, role: &'a str) -> Self {
        let all = || PERSON.iter().all(|field| briefing.may_read(role, field));
        let personal = if briefing.names(role) { all() } else { role == OPERATIONS || all() };
        Self {
            role,
            personal,
            briefing: Some(briefing),
            narrowed: None,
            purpose: None,
            redacted: false,
        }
    }

    /// The same who reads only what another role may read as well.
    #[must_use]
    pub fn narrowed_to(self, role: &'a str) -> Self {
        let other = self.briefing.map(|briefing| Self::of(briefing, role));
        let personal = self.personal && other.is_none_or(|other| other.personal);
        Self { personal, narrowed: Some(role), ..self }
    }

    /// The same who reads for this purpose and no other.
    #[must_use]
    pub fn reading_for(self, purpose: &'a str) -> Self {
        let allows = |briefing: &Briefing| {
            PERSON.iter().all(|field| briefing.may_be_read_for(purpose, field))
        };
        let personal = self.personal && self.briefing.is_none_or(allows);
        Self { personal, purpose: Some(purpose), ..self }
    }

    /// The same who reads no personal data.
    #[must_use]
    pub const fn redacted(self) -> Self {
        Self { personal: false, redacted: true, ..self }
    }

    /// A reader whose purpose allows personal data.
    pub const fn with_personal(role: &'a str) -> Self {
        Self {
            role,
            personal: true,
            briefing: None,
            narrowed: None,
            purpose: None,
            redacted: false,
        }
    }

    /// A reader who sees `redacted` in place of personal data.
    pub const fn without_personal(role: &'a str) -> Self {
        Self {
            role,
            personal: false,
            briefing: None,
            narrowed: None,
            purpose: None,
            redacted: true,
        }
    }

    /// The sections of a brief that are shown, in the order that they are read.
    pub fn sections(&self) -> Vec<Section> {
        let Some(briefing) = self.briefing else { return Section::ALL.to_vec() };
        let for_both = |word: &&str| self.narrowed.is_none_or(|role| briefing.sees(role, word));
        briefing.seen_by(self.role).filter(for_both).filter_map(Section::named).collect()
    }

    /// Whether a claim is shown, by whether it names or quotes somebody and by what it rests on.
    pub fn sees(&self, is_personal: impl FnOnce() -> bool, evidence: &[Evidence<'_>]) -> bool {
        if self.personal {
            return true;
        }
        let Some(briefing) = self.briefing.filter(|_| !self.redacted) else {
            return !is_personal();
        };
        let of_person = evidence.iter().filter(|evidence| evidence.field.about == About::Person);
        let mut fields = of_person.map(|evidence| evidence.field.to_string()).peekable();
        if fields.peek().is_some() {
            let for_purpose = |field: &str| {
                self.purpose.is_none_or(|purpose| briefing.may_be_read_for(purpose, field))
            };
            let for_roles = |field: &str| self.roles().all(|role| briefing.may_read(role, field));
            return fields.all(|field| for_purpose(&field) && for_roles(&field));
        }
        !is_personal()
    }

    /// The roles that all have to agree.
    fn roles(&self) -> impl Iterator<Item = &'a str> {
        std::iter::once(self.role).chain(self.narrowed)
    }
}

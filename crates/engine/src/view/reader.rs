//! Who reads, and what for.

use rules::brief::Briefing;

use crate::stages::brief::{About, Claim, Section};

/// What stands in place of what was erased.
pub const ERASED: &str = "erased";
/// Fields of a person that a reader with their purpose may see.
const PERSON: [&str; 3] = ["person.name", "person.email", "person.phone"];

/// Who reads a view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reader<'a> {
    /// The role, as `brief.yaml` and the users have it; empty where nobody said.
    pub role: &'a str,
    /// Whether the purpose allows personal data.
    pub personal: bool,
    /// What `brief.yaml` says, where it has a say.
    pub briefing: Option<&'a Briefing>,
}

impl<'a> Reader<'a> {
    /// A role as `brief.yaml` has it: it reads personal data where its purposes allow that.
    pub fn of(briefing: &'a Briefing, role: &'a str) -> Self {
        let personal = PERSON.iter().all(|field| briefing.may_read(role, field));
        Self { role, personal, briefing: Some(briefing) }
    }

    /// A reader whose purpose allows personal data.
    pub const fn with_personal(role: &'a str) -> Self {
        Self { role, personal: true, briefing: None }
    }

    /// A reader who sees `redacted` in place of personal data.
    pub const fn without_personal(role: &'a str) -> Self {
        Self { role, personal: false, briefing: None }
    }

    /// The sections of a brief that are shown, in the order that they are read.
    pub fn sections(&self) -> Vec<Section> {
        let Some(briefing) = self.briefing else { return Section::ALL.to_vec() };
        let all = Section::ALL.into_iter();
        let mut seen: Vec<Section> =
            all.filter(|section| briefing.sees(self.role, section.as_str())).collect();
        seen.sort_by_key(|section| briefing.place(section.as_str()));
        seen
    }

    /// Whether a claim is shown.
    pub fn sees(&self, claim: &Claim<'_>) -> bool {
        if self.personal {
            return true;
        }
        let Some(briefing) = self.briefing else { return !claim.personal };
        let of_person =
            claim.evidence.iter().filter(|evidence| evidence.field.about == About::Person);
        let mut fields = of_person.map(|evidence| evidence.field.to_string()).peekable();
        if fields.peek().is_some() {
            return fields.all(|field| briefing.may_read(self.role, &field));
        }
        !claim.personal
    }
}

//! What somebody may, as it is looked up: the answers of the policies, asked beforehand.

use std::sync::Arc;

use super::action::Action;

/// How what an action is done to stands to whoever does it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// It is theirs, or they are the member.
    Own,
    /// It belongs to somebody who reports to them, at whatever remove.
    Led,
    /// It belongs to somebody of their team who does not report to them.
    Team,
    /// It belongs to nobody yet, and waits for an owner: no queue has it.
    Line,
    /// It belongs to nobody yet, and a queue has it.
    Nobody,
    /// It belongs to somebody else.
    Other,
}

impl Relation {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Own, Self::Led, Self::Team, Self::Line, Self::Nobody, Self::Other];

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Classes of data, the least personal first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DataClass {
    /// Ids, states and moments of a handoff, and what is known of a company.
    Records,
    /// What names a person or leads to one.
    Personal,
}

impl DataClass {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Records, Self::Personal];

    /// The word of policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Personal => "personal",
        }
    }
}

/// What data is read for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// To sell.
    Sales,
    /// To see what became of marketing's leads.
    Marketing,
    /// To keep Baton running.
    Operations,
    /// To ask who did what.
    Audit,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sales, Self::Marketing, Self::Operations, Self::Audit];

    /// The word of policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Marketing => "marketing",
            Self::Operations => "operations",
            Self::Audit => "audit",
        }
    }
}

/// Answers to questions that differ in one thing: a bit for each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Answers {
    permitted: u8,
    /// A policy forbids these, whatever another permits.
    forbidden: u8,
}

impl Answers {
    const fn granted(self) -> u8 {
        self.permitted & !self.forbidden
    }

    const fn add(&mut self, bit: u8, answer: Answer) {
        match answer {
            Answer::Permitted => self.permitted |= bit,
            Answer::Forbidden => self.forbidden |= bit,
            Answer::Silent => {}
        }
    }

    const fn merge(&mut self, other: Self) {
        self.permitted |= other.permitted;
        self.forbidden |= other.forbidden;
    }
}

/// What the policies say to one question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// One permits it and none forbids it.
    Permitted,
    /// One forbids it.
    Forbidden,
    /// None says anything, so that it is not granted.
    Silent,
}

/// What somebody may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grants(Arc<GrantTable>);

/// Rows that [`Grants`] shares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantTable {
    /// For each action the relations under which it is granted.
    actions: Vec<Answers>,
    /// For each class of data the purposes for which it is told.
    classes: [Answers; DataClass::ALL.len()],
}

impl Default for GrantTable {
    fn default() -> Self {
        let actions = vec![Answers::default(); Action::ALL.len()];
        Self { actions, classes: <_>::default() }
    }
}

impl GrantTable {
    /// Keeps the answer for an action under a relation.
    pub const fn add_action(&mut self, action: Action, relation: Relation, answer: Answer) {
        self.actions.as_mut_slice()[action as usize].add(relation.bit(), answer);
    }

    /// Keeps the answer for a class of data and a purpose.
    pub const fn add_class(&mut self, class: DataClass, purpose: Purpose, answer: Answer) {
        self.classes[class as usize].add(1 << purpose as u8, answer);
    }
}

impl From<GrantTable> for Grants {
    fn from(table: GrantTable) -> Self {
        Self(Arc::new(table))
    }
}

impl Grants {
    /// Nothing at all.
    pub fn none() -> Self {
        GrantTable::default().into()
    }

    /// What somebody may who is several of these at once: what one permits, unless another forbids it.
    pub fn union<'g>(several: impl IntoIterator<Item = &'g Self>) -> Self {
        let mut several = several.into_iter();
        let Some(first) = several.next() else { return Self::none() };
        let mut union = first.clone();
        for other in several {
            let table = Arc::make_mut(&mut union.0);
            for (own, more) in table.actions.iter_mut().zip(&other.0.actions) {
                own.merge(*more);
            }
            for (own, more) in table.classes.iter_mut().zip(&other.0.classes) {
                own.merge(*more);
            }
        }
        union
    }

    /// Whether they may do this to anything at all.
    pub fn may(&self, action: Action) -> bool {
        self.0.actions[action as usize].granted() != 0
    }

    /// Whether they may do this to what stands to them so.
    pub fn may_to(&self, action: Action, relation: Relation) -> bool {
        self.0.actions[action as usize].granted() & relation.bit() != 0
    }

    /// Whether they are told data of a class, for whatever purpose.
    pub fn are_told(&self, class: DataClass) -> bool {
        self.0.classes[class as usize].granted() != 0
    }

    /// Whether they are told data of a class for a purpose.
    pub fn are_told_for(&self, class: DataClass, purpose: Purpose) -> bool {
        self.0.classes[class as usize].granted() & (1 << purpose as u8) != 0
    }
}

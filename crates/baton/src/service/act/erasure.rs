//! Erasing: a person's data, or what is known of a company alone, becomes unreadable everywhere. What it
//! would take away can be told first.

use crank::{Crank, CrankError, ErasureSubject};
use domain::fact::By;
use domain::{AccountId, HandoffId, Moment, NodeId, PersonId, QuarantineId};
use serde::{Deserialize, Serialize};
use store::{Erasable, Store};

use super::identity::open_handoffs;

/// What an erasure does not look through.
const NOT_SEARCHED: [&str; 3] = [
    "notes and debriefs in words on other people's handoffs",
    "what was delivered to destinations before",
    "exports and backups that were made before",
];
/// What the erasure of a company does not look through besides.
const NOT_SEARCHED_OF_COMPANY: [&str; 2] = [
    "what people who work there said of the company: it is theirs, and goes with them",
    "deliveries about people there that wait, or failed in the last 30 days",
];

/// Whose data is erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whom {
    /// A person, wherever they are known.
    Person(PersonId),
    /// The company of an account. The people of the account stay as they are.
    Account(AccountId),
}

/// What an erasure took away, or would.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// The person who is erased; none where it is a company.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<PersonId>,
    /// The account whose company is erased; none where it is a person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<AccountId>,
    /// The nodes whose keys are destroyed.
    pub nodes: Vec<NodeId>,
    /// Quarantine entries that named them.
    pub entries: Vec<QuarantineId>,
    /// The accounts that they were in.
    pub accounts: Vec<AccountId>,
    /// Open handoffs that end.
    #[serde(default)]
    pub withdrawn: Vec<HandoffId>,
    /// The moment at which it was recorded; none where it was only told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub moment: Option<Moment>,
    /// What is not looked through.
    pub not_searched: Vec<String>,
}

/// Says what an erasure would take away, and takes nothing.
pub fn preview<S: Store>(crank: &mut Crank<S>, whom: Whom) -> Result<Receipt, CrankError> {
    let (subject, erasable) = found(crank, whom)?;
    let withdrawn = withdrawn(crank, &erasable)?;
    Ok(told(subject, &erasable, withdrawn, None))
}

/// Erases, in a group of its own, and gives the receipt once every copy is overwritten.
pub fn erase<S: Store>(
    crank: &mut Crank<S>,
    whom: Whom,
    by: &By,
    now: Moment,
) -> Result<Receipt, CrankError> {
    let (subject, erasable) = found(crank, whom)?;
    let withdrawn = withdrawn(crank, &erasable)?;
    let erased = crank.erase(subject, by, now)?;
    Ok(told(subject, &erased.taken, withdrawn, Some(erased.moment)))
}

/// Whom it is about as the journal knows them, and what is known of them.
fn found<S: Store>(
    crank: &mut Crank<S>,
    whom: Whom,
) -> Result<(ErasureSubject, Vec<Erasable>), CrankError> {
    let subject = match whom {
        Whom::Person(person) => ErasureSubject::Person(person),
        Whom::Account(account) => ErasureSubject::Company(crank.store().forwarded(account)?),
    };
    let erasable = crank.erasable(subject)?;
    Ok((subject, erasable))
}

fn withdrawn<S: Store>(
    crank: &mut Crank<S>,
    erasable: &[Erasable],
) -> Result<Vec<HandoffId>, CrankError> {
    let people: Vec<PersonId> = erasable.iter().map(|one| one.person).collect();
    open_handoffs(crank, &people)
}

fn told(
    subject: ErasureSubject,
    erasable: &[Erasable],
    withdrawn: Vec<HandoffId>,
    moment: Option<Moment>,
) -> Receipt {
    let (person, account) = match subject {
        ErasureSubject::Person(person) => (Some(person), None),
        ErasureSubject::Company(account) => (None, Some(account)),
    };
    let besides = if account.is_some() { &NOT_SEARCHED_OF_COMPANY[..] } else { &[] };
    let not_searched = NOT_SEARCHED.iter().chain(besides).map(|what| (*what).to_owned()).collect();
    let nodes = erasable.iter().flat_map(|one| one.nodes.iter().copied()).collect();
    let mut entries: Vec<QuarantineId> =
        erasable.iter().flat_map(|one| one.entries.iter().copied()).collect();
    entries.sort_unstable();
    entries.dedup();
    let mut accounts: Vec<AccountId> =
        erasable.iter().flat_map(|one| one.accounts.iter().copied()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    Receipt { person, account, nodes, entries, accounts, withdrawn, moment, not_searched }
}

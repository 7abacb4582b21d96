//! Contracts: what must hold at a seam.
//!
//! A contract is a file in the Open Data Contract Standard (3.1). What the standard has no word for
//! stands in its `customProperties` under names that begin with `baton`;
//! `docs/how-to/contracts.md` lists them.
//!
//! A check takes what crosses the seam and answers with a verdict and findings; it never fails, and
//! where there is nothing to say it allocates nothing.

mod allowed_values;
mod bounds;
mod check;
mod custom;
mod field;
mod personal;
mod property;
mod quality;
mod read;
mod repair;
mod seen;
mod typed;

use std::collections::BTreeMap;

use domain::fact::Verdict;
use domain::handoff::Seam;
use domain::reason::Finding;
use domain::{Fields, Span};
use notation::{Diagnostic, Diagnostics, Spanned};

use crate::begins::is_meant;
use crate::canonical::{Canonical, canonical};

pub use bounds::Bounds;
pub use check::Checked;
pub use field::{Field, Kind, Pattern};
pub use personal::{Personal, looks_personal};
pub use read::parse;
pub use repair::Repair;

/// A contract.
#[derive(Clone, PartialEq, Debug)]
pub struct Contract {
    /// The contract's own id.
    pub id: Spanned<String>,
    /// Its version.
    pub version: Spanned<String>,
    /// The name that people read; the id where there is none.
    pub name: String,
    /// `active`, `draft`, `deprecated` or whatever the team says.
    pub status: String,
    /// At which seam it holds.
    pub seam: Seam,
    /// What the data may be used for; anything without.
    pub purposes: Vec<String>,
    /// How old a signal may be when it is accepted, counted from when it happened.
    pub freshness: Option<Span>,
    /// What happens to one that is older.
    pub on_stale: OnFailure,
    /// What it says of each kind of thing.
    pub objects: Vec<Object>,
}

/// What a contract says of one kind of thing: an entry of the standard's `schema`.
#[derive(Clone, PartialEq, Debug)]
pub struct Object {
    /// Its name.
    pub name: Spanned<String>,
    /// The kinds of signals it applies to, as `form.submitted` or `form.*`; all without.
    pub kinds: Vec<String>,
    /// The fields, by name.
    pub fields: Vec<Field>,
    /// What happens with fields that the contract does not know.
    pub unknown: Unknown,
    /// Whether fields that the contract does not know must be free of personal data.
    pub free_of_personal_data: bool,
    /// How many of the fields must be filled.
    pub completeness: Option<Completeness>,
}

/// How many of a contract's fields must be filled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Completeness {
    /// At least so many of a hundred.
    pub percent: u8,
    /// What happens where there are fewer.
    pub on_failure: OnFailure,
}

/// What happens where a rule is not met.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum OnFailure {
    /// It passes, with a warning.
    Warn,
    /// The field is put right: its default, or left out. Where neither can be, it is kept apart.
    Repair,
    /// It is kept apart until a person repairs, releases or discards it.
    #[default]
    Quarantine,
    /// It is refused for good.
    Reject,
}

/// What happens with fields that the contract does not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Unknown {
    /// They pass.
    #[default]
    Allow,
    /// They are a failure.
    Fail(OnFailure),
}

impl Contract {
    /// What it says of a kind of signal: the first object that applies.
    pub fn object(&self, kind: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.applies_to(kind))
    }

    /// A field by name, in whichever object has it.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.objects.iter().find_map(|object| object.field(name))
    }

    /// Whether another contract has the same id and version and says something else.
    pub fn contradicts(&self, other: &Self) -> bool {
        let bytes = |contract: &Self| {
            let mut bytes = Vec::new();
            contract.canonical(&mut bytes);
            bytes
        };
        self.key() == other.key() && bytes(self) != bytes(other)
    }

    /// What it is known by for ever.
    fn key(&self) -> (&str, &str) {
        (&self.id.value, &self.version.value)
    }
}

impl Object {
    /// Whether it applies to a kind of signal.
    pub fn applies_to(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|known| is_meant(known, kind))
    }

    /// A field by name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let at = self.fields.binary_search_by(|field| field.name.as_str().cmp(name)).ok()?;
        self.fields.get(at)
    }
}

impl OnFailure {
    const NAMES: [(&'static str, Self); 4] = [
        ("warn", Self::Warn),
        ("repair", Self::Repair),
        ("quarantine", Self::Quarantine),
        ("reject", Self::Reject),
    ];
}

/// Tells of contracts of one folder that have the same id and version and say different things.
pub fn check_versions(contracts: &[Contract], out: &mut Diagnostics) {
    let mut seen: BTreeMap<(&str, &str), &Contract> = BTreeMap::new();
    for contract in contracts {
        let first = seen.entry(contract.key()).or_insert(contract);
        if first.contradicts(contract) {
            reused(contract, "another contract has this id and version", out);
        }
    }
}

/// Tells of contracts that say something else than one that was in force under the same id and
/// version.
pub fn check_kept(contracts: &[Contract], kept: &[Contract], out: &mut Diagnostics) {
    for contract in contradicting(contracts, kept) {
        reused(contract, "this version of the contract was in force", out);
    }
}

/// Those of `contracts` that say something else than one of `kept` under the same id and version.
pub fn contradicting<'a>(contracts: &'a [Contract], kept: &[Contract]) -> Vec<&'a Contract> {
    let mut known: BTreeMap<(&str, &str), Vec<&Contract>> = BTreeMap::new();
    for contract in kept {
        known.entry(contract.key()).or_default().push(contract);
    }
    let contradicts = |contract: &&Contract| {
        let others = known.get(&contract.key());
        others.is_some_and(|others| others.iter().any(|other| other.contradicts(contract)))
    };
    contracts.iter().filter(contradicts).collect()
}

fn reused(contract: &Contract, what: &str, out: &mut Diagnostics) {
    let says = format!("{what} and says something else");
    let help = "give what has changed a version of its own; a breaking change raises the first \
                number";
    let told = Diagnostic::error("contract-version-reused", contract.version.span, says);
    out.push(told.help(help));
}

/// How much a verdict weighs.
pub(crate) const fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Passed => 0,
        Verdict::Warned => 1,
        Verdict::Repaired => 2,
        Verdict::Quarantined => 3,
        Verdict::Rejected => 4,
    }
}

/// What a check has to say, without what was put right.
pub(crate) type Said = (Verdict, Vec<Finding>);

canonical!(Contract { id, version, name, status, seam, purposes, freshness, on_stale, objects });
canonical!(Object { name, kinds, fields, unknown, free_of_personal_data, completeness });
canonical!(Completeness { percent, on_failure });

impl Canonical for Seam {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.as_str().canonical(out);
    }
}

impl Canonical for OnFailure {
    fn canonical(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Warn => 0,
            Self::Repair => 1,
            Self::Quarantine => 2,
            Self::Reject => 3,
        });
    }
}

impl Canonical for Unknown {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Allow => 0_u8.canonical(out),
            Self::Fail(on_failure) => {
                1_u8.canonical(out);
                on_failure.canonical(out);
            }
        }
    }
}

//! The answers of the policies to every question that can be asked.

use std::collections::BTreeMap;

use domain::Role;

use super::checked::{Policies, PolicyFault};
use super::questions::{Asked, AskedKind, Memberships, Owned, Questions};

use crate::auth::action::{Action, Resource};
use crate::auth::grants::{DataClass, GrantTable, Grants, Purpose, Relation};
use crate::auth::scope::Scope;
use crate::config::policies::PolicyText;

/// Who asks, in every question.
const MYSELF: &str = "myself";
/// Somebody who reports to them.
const REPORT: &str = "report";
/// Somebody of their team.
const COLLEAGUE: &str = "colleague";
/// Somebody else.
const STRANGER: &str = "stranger";
/// Their team, and a pool that they are in.
const OURS: &str = "ours";

/// What each role and each scope of a key may. Without policies nobody may anything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PolicyTable {
    roles: BTreeMap<&'static str, Grants>,
    scopes: BTreeMap<&'static str, Grants>,
}

impl PolicyTable {
    /// Reads policies and asks them everything.
    pub fn of(texts: &[PolicyText]) -> Result<Self, PolicyFault> {
        let policies = Policies::read(texts)?;
        let team = team();
        let questions = Questions::new(&policies, team.iter().map(|(id, of)| (*id, of)));
        let mut table = Self::default();
        for role in Role::ALL {
            let grants = grants(&questions, AskedKind::User(*role))?;
            table.roles.insert(role.as_str(), grants);
        }
        for scope in Scope::ALL {
            let grants = grants(&questions, AskedKind::Key(vec![scope]))?;
            table.scopes.insert(scope.as_str(), grants);
        }
        Ok(table)
    }

    /// What a user of a role may.
    pub fn role(&self, role: Role) -> Grants {
        self.roles.get(role.as_str()).cloned().unwrap_or_else(Grants::none)
    }

    /// What a key with these scopes may.
    pub fn scopes(&self, scopes: &[Scope]) -> Grants {
        Grants::union(scopes.iter().filter_map(|scope| self.scopes.get(scope.as_str())))
    }

    /// The first scope of a key that may do something; none where no key may.
    pub fn scope_for(&self, action: Action) -> Option<Scope> {
        let may = |scope: &Scope| {
            self.scopes.get(scope.as_str()).is_some_and(|grants| grants.may(action))
        };
        Scope::ALL.into_iter().find(may)
    }
}

/// A team in which each relation is found once.
fn team() -> [(&'static str, Memberships); 4] {
    let ours = || Some(OURS.to_owned());
    let myself = Memberships { manager: None, team: ours(), pools: vec![OURS.to_owned()] };
    let report = Memberships { manager: Some(MYSELF.to_owned()), ..Memberships::default() };
    let colleague = Memberships { team: ours(), ..Memberships::default() };
    [(MYSELF, myself), (REPORT, report), (COLLEAGUE, colleague), (STRANGER, <_>::default())]
}

fn grants(questions: &Questions<'_>, kind: AskedKind) -> Result<Grants, PolicyFault> {
    let asked = Asked { kind, member: Some(MYSELF.to_owned()), team: Some(OURS.to_owned()) };
    let mut table = GrantTable::default();
    for action in Action::ALL.iter().copied().filter(|action| *action != Action::Disclose) {
        // What belongs to nobody in particular has no relation: one answer is the answer under each.
        if action.resource() == Resource::House {
            let answer = questions.ask(&asked, action, &Owned::default())?;
            for relation in Relation::ALL {
                table.add_action(action, relation, answer);
            }
            continue;
        }
        for relation in Relation::ALL {
            let answer = questions.ask(&asked, action, &owned(relation))?;
            table.add_action(action, relation, answer);
        }
    }
    for class in DataClass::ALL {
        for purpose in Purpose::ALL {
            table.add_class(class, purpose, questions.disclose(&asked, class, purpose)?);
        }
    }
    Ok(table.into())
}

fn owned(relation: Relation) -> Owned {
    let of = |owner: &str| Owned { owner: Some(owner.to_owned()), pool: None };
    match relation {
        Relation::Own => of(MYSELF),
        Relation::Led => of(REPORT),
        Relation::Team => of(COLLEAGUE),
        Relation::Other => of(STRANGER),
        Relation::Line => Owned { owner: None, pool: Some(OURS.to_owned()) },
        Relation::Nobody => Owned::default(),
    }
}

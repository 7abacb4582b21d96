//! Of which handoffs somebody is told: of their own, of their team's, or of all.

use domain::handoff::MemberId;
use rules::Strategy;
use store::Within;

use crate::auth::action::Action;
use crate::auth::grants::{Grants, Relation};
use crate::auth::keys::Caller;
use crate::service::relation::relation_to_member;

/// Of which handoffs somebody is told, as the policies say it of how their owner stands to them.
#[derive(Clone, Debug)]
pub struct Sight {
    grants: Grants,
    member: Option<MemberId>,
}

impl Sight {
    /// That of somebody who asks.
    pub fn of(caller: &Caller) -> Self {
        let member = caller.member.as_deref().map(|member| MemberId(member.into()));
        Self { grants: caller.grants().clone(), member }
    }

    /// Whether they are told of all handoffs.
    pub fn is_everything(&self) -> bool {
        Relation::ALL.into_iter().all(|relation| self.sees(relation))
    }

    /// The part of all handoffs that they are told of, in the team of the strategy in force; none where it is all.
    pub fn within(&self, strategy: Option<&Strategy>) -> Option<Within> {
        if self.is_everything() {
            return None;
        }
        let team = strategy.into_iter().flat_map(|strategy| &strategy.team.members);
        let mut members: Vec<MemberId> = match strategy {
            Some(strategy) => team
                .map(|member| &member.id)
                .filter(|other| self.sees(self.relation_to(strategy, other)))
                .cloned()
                .collect(),
            None => Vec::new(),
        };
        // Who is no more in the team has what they had.
        let own = self.member.as_ref().filter(|_| self.sees(Relation::Own));
        members.extend(own.filter(|own| !members.contains(own)).cloned());
        Some(Within {
            members,
            of_queues: self.sees(Relation::Nobody),
            waiting: self.sees(Relation::Line),
        })
    }

    fn relation_to(&self, strategy: &Strategy, other: &MemberId) -> Relation {
        match &self.member {
            Some(member) => relation_to_member(strategy, member, other),
            // Who is nobody in the team leads nobody there.
            None => Relation::Other,
        }
    }

    fn sees(&self, relation: Relation) -> bool {
        self.grants.may_to(Action::SeeHandoff, relation)
    }
}

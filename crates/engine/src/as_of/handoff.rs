//! A handoff as of one moment, with its account and its person.

use domain::fact::{Claims, Fact, StrategyVersion};
use domain::{AccountId, HandoffId, Moment, PersonId};

use super::account::{AccountAsOf, FORWARDS_MAX};
use super::cut::{Cut, PositionedEntry, Turn};
use super::feedback::{SaidOfClaim, feedback_of};
use super::journal::Journal;
use super::notes::{SaidNote, notes_of};
use crate::state::{AccountContext, Handoff};

/// The moment that somebody asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The latest fact.
    Latest,
    /// All that was known up to a moment, that moment included.
    Moment(Moment),
    /// The turn in which the present owner got the handoff; before there is one, in which it was
    /// proposed. What was taken together with it and came behind was not known to it. Where a brief was
    /// written for this owner and its claims were kept, it is what the first of them knew.
    Assignment,
}

/// Why a handoff cannot be shown as of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Absent {
    /// No account has it.
    #[error("there is no such handoff")]
    Unknown,
    /// It was proposed later.
    #[error("the handoff did not exist at {asked}; it was proposed at {proposed}")]
    NotYet {
        /// The moment that was asked about.
        asked: Moment,
        /// When it was proposed.
        proposed: Moment,
    },
}

/// A handoff with its account and its person, folded to one moment.
#[derive(Clone, Debug)]
pub struct FoldedHandoff {
    id: HandoffId,
    holder: AccountAsOf,
    /// The account that the handoff's node had gone to by then, where it had left the holder.
    home: Option<AccountAsOf>,
    /// The brief that was written then.
    written: Option<Written>,
    /// What people had said of it in words, where that was looked for.
    notes: Vec<SaidNote>,
    /// What readers say of the brief, where that was looked for.
    feedback: Vec<SaidOfClaim>,
}

/// A brief that was written: what it says, in codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The claims.
    pub claims: Claims,
    /// The strategy that was in force.
    pub strategy: Option<StrategyVersion>,
}

impl FoldedHandoff {
    /// Folds a handoff out of the journal of the account that has it.
    pub fn fold<J: Journal + ?Sized>(
        journal: &J,
        account: AccountId,
        handoff: HandoffId,
        as_of: AsOf,
    ) -> Result<Result<Self, Absent>, J::Error> {
        let own = journal.entries_of_handoff(account, handoff)?;
        let (cut, written) = match asked_for(&own, handoff, as_of) {
            Ok(asked) => asked,
            Err(absent) => return Ok(Err(absent)),
        };
        let notes = notes_of(&own, handoff, cut);
        // A brief is told as its owner got it, with what is said of it since.
        let said_by = if as_of == AsOf::Assignment { Cut::Nowhere } else { cut };
        let feedback = feedback_of(&own, handoff, said_by);
        let mut folded = Self::fold_at(journal, account, handoff, &[cut])?.pop().flatten();
        if let (Some(_), Some(known)) = (&written, &folded)
            && known.home.is_some()
        {
            // The brief's turn looked at this account alone. Where the person had left it, what is
            // known of them says more than the brief did.
            let turn = cut.whole_turn();
            folded = Self::fold_at(journal, account, handoff, &[turn])?.pop().flatten();
            return Ok(folded
                .map(|folded| Self { notes, feedback, ..folded })
                .ok_or(Absent::Unknown));
        }
        let folded = folded.map(|folded| Self { written, notes, feedback, ..folded });
        Ok(folded.ok_or(Absent::Unknown))
    }

    /// Folds a handoff in one pass, behind each cut, as turns over its account saw it, wherever its
    /// node had gone; none where it was not there yet.
    pub(super) fn in_holder<J: Journal + ?Sized>(
        journal: &J,
        account: AccountId,
        id: HandoffId,
        cuts: &[Cut],
    ) -> Result<Vec<Option<Self>>, J::Error> {
        let holders = AccountAsOf::fold_at(journal, account, cuts)?.into_iter();
        let folded = holders.map(|holder| {
            let is_there = holder.account().handoff(id).is_some();
            is_there.then(|| Self::of(id, holder, None))
        });
        Ok(folded.collect())
    }

    fn of(id: HandoffId, holder: AccountAsOf, home: Option<AccountAsOf>) -> Self {
        let (notes, feedback) = (Vec::new(), Vec::new());
        Self { id, holder, home, written: None, notes, feedback }
    }

    /// The same with the brief that was written then.
    pub(super) fn with_brief(self, written: Option<Written>) -> Self {
        Self { written, ..self }
    }

    /// Folds a handoff in one pass, behind each cut; none where it was not there yet.
    pub(super) fn fold_at<J: Journal + ?Sized>(
        journal: &J,
        account: AccountId,
        handoff: HandoffId,
        cuts: &[Cut],
    ) -> Result<Vec<Option<Self>>, J::Error> {
        let holders = AccountAsOf::fold_at(journal, account, cuts)?;
        let with_home = |(holder, cut)| Self::with_home(journal, handoff, holder, cut);
        holders.into_iter().zip(cuts.iter().copied()).map(with_home).collect()
    }

    fn with_home<J: Journal + ?Sized>(
        journal: &J,
        id: HandoffId,
        holder: AccountAsOf,
        cut: Cut,
    ) -> Result<Option<Self>, J::Error> {
        let Some(node) = holder.account().handoff(id).map(|known| known.node) else {
            return Ok(None);
        };
        let mut home: Option<AccountAsOf> = None;
        for _ in 0..FORWARDS_MAX {
            let at = home.as_ref().unwrap_or(&holder).account();
            let next = at.forwards.get(&node).filter(|_| !at.members.contains_key(&node));
            let Some(next) = next.copied() else { break };
            home = Some(AccountAsOf::fold_to(journal, next, cut)?);
        }
        Ok(Some(Self::of(id, holder, home)))
    }

    /// What the views take.
    pub fn get(&self) -> HandoffAsOf<'_> {
        let holder = self.holder.account();
        let home = self.home.as_ref().unwrap_or(&self.holder);
        HandoffAsOf {
            handoff: holder.handoff(self.id).expect("looked up when it was folded"),
            holder,
            home: home.account(),
            moment: self.holder.moment().max(home.moment()),
            written: self.written.as_ref(),
            notes: &self.notes,
            feedback: &self.feedback,
        }
    }
}

/// A handoff as of one moment, with the account that it is over and its person as of the same.
#[derive(Clone, Copy, Debug)]
pub struct HandoffAsOf<'a> {
    handoff: &'a Handoff,
    holder: AccountContext<'a>,
    home: AccountContext<'a>,
    moment: Moment,
    written: Option<&'a Written>,
    notes: &'a [SaidNote],
    feedback: &'a [SaidOfClaim],
}

impl<'a> HandoffAsOf<'a> {
    /// A handoff of an account that is as it stands at this moment, as in a turn.
    pub fn in_account(
        account: AccountContext<'a>,
        handoff: HandoffId,
        now: Moment,
    ) -> Option<Self> {
        let handoff = account.handoff(handoff)?;
        Some(Self {
            handoff,
            holder: account,
            home: account,
            moment: now,
            written: None,
            notes: &[],
            feedback: &[],
        })
    }

    /// The handoff.
    pub const fn handoff(&self) -> &'a Handoff {
        self.handoff
    }

    /// The account that has the handoff.
    pub fn held_by(&self) -> AccountId {
        self.holder.id
    }

    /// What was known of the account that the person belonged to at that moment. It is the one that
    /// has the handoff, unless the person's node had left that one.
    pub const fn account(&self) -> AccountContext<'a> {
        self.home
    }

    /// Whose lead it was at that moment: whoever its node was.
    pub fn person(&self) -> PersonId {
        let whose = self.home.members.get(&self.handoff.node);
        whose.copied().unwrap_or(self.handoff.person)
    }

    /// The brief that was written then, where it is asked for and its claims are there.
    pub const fn written(&self) -> Option<&'a Written> {
        self.written
    }

    /// What people had said of it in words, the oldest first. Only a handoff that was folded for a reader
    /// has it.
    pub const fn notes(&self) -> &'a [SaidNote] {
        self.notes
    }

    /// What readers say of its brief, the oldest first. Only a handoff that was folded for a reader has it.
    pub const fn feedback(&self) -> &'a [SaidOfClaim] {
        self.feedback
    }

    /// The strategies that what is known of it was said under.
    pub fn strategies(self) -> impl Iterator<Item = StrategyVersion> + use<'a> {
        let written = self.written.and_then(|written| written.strategy);
        let said = self.notes.iter().filter_map(|note| note.strategy);
        let judged = self.feedback.iter().filter_map(|said| said.strategy);
        self.handoff.strategies().chain(written).chain(said).chain(judged)
    }

    /// The moment that all of it was folded to.
    pub const fn moment(&self) -> Moment {
        self.moment
    }
}

/// Where the journal is cut for a handoff, and the brief that was written there, where it is that.
pub(super) fn asked_for(
    own: &[PositionedEntry],
    handoff: HandoffId,
    as_of: AsOf,
) -> Result<(Cut, Option<Written>), Absent> {
    let cut = cut_of(own, handoff, as_of)?;
    let brief = (as_of == AsOf::Assignment).then(|| brief_for_owner(own, handoff)).flatten();
    Ok(brief.map_or((cut, None), |(before, written)| (before, Some(written))))
}

/// Where the journal is cut for a handoff.
fn cut_of(own: &[PositionedEntry], handoff: HandoffId, as_of: AsOf) -> Result<Cut, Absent> {
    let last = |wanted: &dyn Fn(&Fact) -> bool| {
        let mut newest_first = own.iter().rev();
        newest_first.find(|placed| placed.entry.facts.iter().any(wanted))
    };
    let proposed = last(
        &|fact| matches!(fact, Fact::HandoffProposed { handoff: known, .. } if *known == handoff),
    );
    let begun = proposed.ok_or(Absent::Unknown)?;
    let proposed = begun.entry.header.moment;
    match as_of {
        AsOf::Latest => Ok(Cut::Nowhere),
        AsOf::Moment(asked) if asked < proposed => Err(Absent::NotYet { asked, proposed }),
        AsOf::Moment(asked) => Ok(Cut::Moment(asked)),
        AsOf::Assignment => {
            let assigned = last(
                &|fact| matches!(fact, Fact::OwnerAssigned { handoff: known, .. } if *known == handoff),
            );
            Ok(Cut::Turn(Turn::of(assigned.unwrap_or(begun))))
        }
    }
}

/// The first brief that was written since the present owner got a handoff, with the cut before it.
fn brief_for_owner(own: &[PositionedEntry], handoff: HandoffId) -> Option<(Cut, Written)> {
    let assigned = |fact: &Fact| matches!(fact, Fact::OwnerAssigned { handoff: known, .. } if *known == handoff);
    let mut found = None;
    for placed in own {
        for (place, fact) in placed.entry.facts.iter().enumerate() {
            if assigned(fact) {
                found = None;
            } else if found.is_none()
                && let Fact::BriefWritten { handoff: known, says: Some(says), .. } = fact
                && *known == handoff
            {
                let strategy = placed.entry.header.strategy;
                let written = Written { claims: (**says).clone(), strategy };
                found = Some((Cut::Before(Turn::of(placed), place), written));
            }
        }
    }
    found
}

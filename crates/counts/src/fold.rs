//! The fold: entries of the journal in order, and a row for each handoff.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{By, Entry, Fact, Header, Routing, StrategyVersion};
use domain::handoff::{Owner, State};
use domain::reason::Reason;
use domain::{HandoffId, Moment, NodeId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::arrivals::Arrivals;
use crate::claims::{ClaimCount, JudgedClaims};
use crate::names::{NameId, Names};
use crate::row::{CountedHandoff, Origin, Refusal, bit};

/// Signals are counted by quarters of an hour in UTC: each zone has its days from those.
pub(crate) const QUARTER_SECONDS: i64 = 900;

/// What routes are called: a fact has their places alone.
pub trait RouteNames {
    /// What the route at a place of a strategy is called; none where that is not kept.
    fn route(&self, strategy: Option<StrategyVersion>, place: u16) -> Option<String>;
}

/// All handoffs as far as counting goes, and how many signals came.
#[derive(Clone, Debug, Default)]
pub struct HandoffCounts {
    pub(crate) names: Names,
    /// In the order in which they began. No row is ever taken out, so that a place stays.
    pub(crate) rows: Vec<CountedHandoff>,
    by_id: FxHashMap<HandoffId, u32>,
    arrivals: Arrivals,
    /// Signals by quarter and source.
    pub(crate) signals: BTreeMap<(i64, NameId), u64>,
    /// How a handoff was counted before what was done last, and until when that can be taken back.
    undoable: FxHashMap<HandoffId, (Moment, Box<CountedHandoff>)>,
    claims: JudgedClaims,
    erased: FxHashSet<NodeId>,
    unread: BTreeSet<u32>,
    position: u64,
    moment: Option<Moment>,
}

impl HandoffCounts {
    /// How far the journal was folded.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// The moment of the last entry that was folded.
    pub const fn moment(&self) -> Option<Moment> {
        self.moment
    }

    /// What names mean.
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Takes in the entry at a position. An earlier one counts no second time.
    pub fn take(&mut self, position: u64, entry: &Entry, routes: &impl RouteNames) {
        if position <= self.position {
            return;
        }
        self.position = position;
        self.moment = self.moment.max(Some(entry.header.moment));
        for fact in &entry.facts {
            self.take_fact(&entry.header, fact, routes);
        }
    }

    /// What readers say of claims of briefs, what is complained of most first.
    pub fn claims(&self) -> Vec<ClaimCount> {
        self.claims.counts(&self.names)
    }

    /// Says that nothing stands up to a position that was not taken in, or nothing that can be read.
    pub fn passed(&mut self, position: u64) {
        self.position = self.position.max(position);
    }

    fn take_fact(&mut self, header: &Header, fact: &Fact, routes: &impl RouteNames) {
        let at = header.moment;
        match fact {
            Fact::SignalArrived { signal, source, .. } => {
                let source = self.names.of(source.as_str());
                let quarter = at.seconds().div_euclid(QUARTER_SECONDS);
                *self.signals.entry((quarter, source)).or_default() += 1;
                self.arrivals.arrived(*signal, at, source);
            }
            Fact::SubjectResolved { signal, .. } => self.arrivals.resolved(*signal),
            Fact::HandoffProposed { .. } => self.proposed(header, fact),
            Fact::OwnerAssigned { handoff, owner, routing, .. } => {
                self.assigned(*handoff, header, owner, routing, routes);
            }
            Fact::HandoffMoved { handoff, state, reasons, by, returns, .. } => {
                let refusal = self.refusal(*state, reasons, by.as_ref());
                self.change(*handoff, at, |row| {
                    row.returns = *returns;
                    if let Some((reason, member)) = refusal {
                        let member = if member.is_some() { member } else { row.member };
                        row.refusals.push(Refusal { reason, member, at });
                    }
                    enter(row, *state, at);
                });
            }
            Fact::OutcomeRecorded { handoff, outcome, .. } => {
                self.change(*handoff, at, |row| enter(row, *outcome, at));
            }
            Fact::OwnerWanted { handoff, .. } => self.change(*handoff, at, |row| {
                (row.with_member, row.queue) = (false, NameId::NONE);
            }),
            Fact::Touched { handoff, .. } => {
                self.change(*handoff, at, |row| row.touched = row.touched.or(Some(at)));
            }
            Fact::ClockStarted { handoff, target, .. } => {
                self.change(*handoff, at, |row| row.clocks |= bit(*target));
            }
            Fact::SlaBreached { handoff, target, .. } => self.note(*handoff, |row| {
                row.missed |= bit(*target);
                row.breached = Some(at);
            }),
            Fact::Escalated { handoff, .. } => {
                self.note(*handoff, |row| row.escalations = row.escalations.saturating_add(1));
            }
            Fact::UndoOffered { handoff, until, .. } => {
                self.claims.stays(*handoff);
                self.offer_undo(*handoff, at, *until);
            }
            Fact::DeedUndone { handoff, .. } => {
                self.claims.undo(*handoff);
                self.undo(*handoff, at);
            }
            Fact::ClaimJudged { handoff, .. } => {
                self.claims.judged(fact, &mut self.names);
                self.change(*handoff, at, |_| {});
            }
            Fact::Debriefed { handoff, .. } => self.change(*handoff, at, |_| {}),
            Fact::PersonErased { nodes, .. } => self.erase(nodes),
            // Nothing that is counted follows from these.
            Fact::SignalQuarantined { .. }
            | Fact::QuarantineRepaired { .. }
            | Fact::QuarantineReleased { .. }
            | Fact::QuarantineDiscarded { .. }
            | Fact::SignalsWitnessed { .. }
            | Fact::ImportRecorded { .. }
            | Fact::ImportUndone { .. }
            | Fact::SignalsTakenBack { .. }
            | Fact::NodeJoined { .. }
            | Fact::NodeLeft { .. }
            | Fact::PeopleMerged { .. }
            | Fact::MergeUndone { .. }
            | Fact::CheckpointReached { .. }
            | Fact::LeadScored { .. }
            | Fact::DecisionMade { .. }
            | Fact::ClockStopped { .. }
            | Fact::SlaWarned { .. }
            | Fact::LineJoined { .. }
            | Fact::LineLeft { .. }
            | Fact::BriefWritten { .. }
            | Fact::DeliveryQueued { .. }
            | Fact::DeliveryAttempted { .. }
            | Fact::DeliveryMoved { .. }
            | Fact::TurnTaken { .. }
            | Fact::TurnUndone { .. }
            | Fact::HandoffSnoozed { .. }
            | Fact::WorkEnded { .. }
            | Fact::MemberPaused { .. }
            | Fact::MemberResumed { .. }
            | Fact::CreditGiven { .. }
            | Fact::StrategyApplied { .. }
            | Fact::Unsealed { .. }
            | Fact::UserGranted { .. }
            | Fact::UserRevoked { .. } => {}
        }
    }

    fn proposed(&mut self, header: &Header, fact: &Fact) {
        let Fact::HandoffProposed { handoff, node, kind, signal, .. } = fact else { return };
        let domain::fact::Aggregate::Account(account) = header.aggregate else { return };
        if self.by_id.contains_key(handoff) {
            return;
        }
        let opened = header.moment;
        let (arrived, source) = self.arrivals.find(*signal).unwrap_or((opened, NameId::NONE));
        let origin = if self.erased.contains(node) { Origin::Erased } else { Origin::Unread };
        let place = self.rows.len() as u32;
        self.by_id.insert(*handoff, place);
        if origin == Origin::Unread {
            self.unread.insert(place);
        }
        self.rows.push(CountedHandoff {
            handoff: *handoff,
            account,
            node: *node,
            signal: *signal,
            opened,
            arrived,
            routed: None,
            accepted: None,
            touched: None,
            met: None,
            qualified: None,
            changed: opened,
            state: State::Proposed,
            returns: None,
            kind: self.names.of(kind),
            member: NameId::NONE,
            with_member: false,
            queue: NameId::NONE,
            pool: NameId::NONE,
            route: NameId::NONE,
            source,
            campaign: NameId::NONE,
            asset: NameId::NONE,
            origin,
            clocks: 0,
            missed: 0,
            escalations: 0,
            breached: None,
            refusals: Vec::new(),
        });
    }

    fn assigned(
        &mut self,
        handoff: HandoffId,
        header: &Header,
        owner: &Owner,
        routing: &Routing,
        routes: &impl RouteNames,
    ) {
        let pool = routing.pool.as_deref().map(|pool| self.names.of(pool));
        let route = routing.route.map(|place| {
            let name = routes.route(header.strategy, place);
            self.names.of(&name.unwrap_or_else(|| format!("route {}", place + 1)))
        });
        let (member, queue) = match owner {
            Owner::Person(member) => (Some(self.names.of(&member.0)), NameId::NONE),
            Owner::Queue(queue) => (None, self.names.of(&queue.0)),
            Owner::Engine => (None, NameId::NONE),
        };
        self.change(handoff, header.moment, |row| {
            (row.with_member, row.queue) = (member.is_some(), queue);
            row.pool = pool.unwrap_or(row.pool);
            row.route = route.unwrap_or(row.route);
            if let Some(member) = member {
                row.member = member;
                row.routed = row.routed.or(Some(header.moment));
            }
        });
    }

    /// Why somebody refused, and who, where the fact says so.
    fn refusal(
        &mut self,
        state: State,
        reasons: &[Reason],
        by: Option<&By>,
    ) -> Option<(domain::reason::Code, NameId)> {
        if state != State::Rejected {
            return None;
        }
        let member = by.and_then(By::member).map(|member| self.names.of(&member.0));
        Some((reasons.first()?.code, member.unwrap_or_default()))
    }

    /// Keeps how a handoff is counted, before something is done that can be taken back until then.
    fn offer_undo(&mut self, handoff: HandoffId, at: Moment, until: Moment) {
        self.undoable.retain(|_, (until, _)| *until >= at);
        if let Some(place) = self.by_id.get(&handoff) {
            let before = self.rows[*place as usize].clone();
            self.undoable.insert(handoff, (until, Box::new(before)));
        }
    }

    /// What was done last does not count.
    fn undo(&mut self, handoff: HandoffId, at: Moment) {
        let Some((_, before)) = self.undoable.remove(&handoff) else { return };
        self.change(handoff, at, |row| {
            *row = CountedHandoff {
                changed: row.changed,
                campaign: row.campaign,
                asset: row.asset,
                origin: row.origin,
                missed: row.missed,
                escalations: row.escalations,
                breached: row.breached,
                ..*before
            };
        });
    }

    fn change(&mut self, handoff: HandoffId, at: Moment, change: impl FnOnce(&mut CountedHandoff)) {
        self.note(handoff, |row| {
            row.changed = at;
            change(row);
        });
    }

    fn note(&mut self, handoff: HandoffId, change: impl FnOnce(&mut CountedHandoff)) {
        if let Some(place) = self.by_id.get(&handoff) {
            change(&mut self.rows[*place as usize]);
        }
    }

    /// Where an erased person's lead came from is not told any more.
    fn erase(&mut self, nodes: &[NodeId]) {
        self.erased.extend(nodes);
        for (place, row) in self.rows.iter_mut().enumerate() {
            if nodes.contains(&row.node) {
                (row.campaign, row.asset) = (NameId::NONE, NameId::NONE);
                row.origin = Origin::Erased;
                self.unread.remove(&(place as u32));
            }
        }
    }

    /// Handoffs whose campaign and asset are to be read yet, newest first, at most so many.
    pub fn unread_origins(&self, limit: usize) -> Vec<(HandoffId, Moment)> {
        let newest = self.unread.iter().rev().take(limit);
        let row = |place: &u32| &self.rows[*place as usize];
        newest.map(|place| (row(place).handoff, row(place).opened)).collect()
    }

    /// How many handoffs there are whose campaign and asset are to be read yet.
    pub fn unread_count(&self) -> usize {
        self.unread.len()
    }

    /// Says which campaign and asset a handoff came from. Nothing is said of who was erased meanwhile.
    pub fn tell_origin(&mut self, handoff: HandoffId, campaign: &str, asset: &str) {
        let Some(place) = self.by_id.get(&handoff).copied() else { return };
        self.unread.remove(&place);
        if self.rows[place as usize].origin != Origin::Unread {
            return;
        }
        let (campaign, asset) = (self.names.of(campaign), self.names.of(asset));
        let row = &mut self.rows[place as usize];
        (row.campaign, row.asset, row.origin) = (campaign, asset, Origin::Read);
    }
}

/// A handoff comes into a state.
fn enter(row: &mut CountedHandoff, state: State, at: Moment) {
    row.state = state;
    let (accepted, touched, met, qualified) = match state {
        State::Accepted => (true, false, false, false),
        State::Working => (true, true, false, false),
        State::Met => (true, true, true, false),
        State::Qualified => (true, true, true, true),
        State::Won => (true, false, true, true),
        State::Proposed
        | State::Checked
        | State::InReview
        | State::Queued
        | State::Offered
        | State::Lost
        | State::Held
        | State::Rejected
        | State::Expired
        | State::Recycled
        | State::Disqualified
        | State::Withdrawn
        | State::Faulted
        | State::Repaired => (false, false, false, false),
    };
    let first = |known: &mut Option<Moment>, now: bool| {
        if now {
            known.get_or_insert(at);
        }
    };
    first(&mut row.accepted, accepted);
    first(&mut row.touched, touched);
    first(&mut row.met, met);
    first(&mut row.qualified, qualified);
}

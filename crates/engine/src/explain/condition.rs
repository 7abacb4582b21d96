//! What conditions looked at, in words.

use domain::handoff::MemberId;
use rules::{Frame, Strategy};

use crate::as_of::HandoffAsOf;
use crate::lead::Lead;
use crate::stages::brief::words;
use crate::view::Reader;

/// The most pieces of a condition that are told.
const PIECES_MAX: usize = 6;
/// The most characters of a piece.
const PIECE_CHARS_MAX: usize = 80;

/// The conditions of a strategy as they were for one lead at one moment.
pub(super) struct Conditions<'a> {
    strategy: &'a Strategy,
    lead: &'a Lead<'a>,
    frame: Frame<'a>,
    personal: bool,
}

/// The lead of a handoff as it was known then.
pub(super) fn lead<'a>(known: HandoffAsOf<'a>, strategy: &'a Strategy) -> Lead<'a> {
    let handoff = known.handoff();
    let score = Some(&*handoff.score);
    let (account, now) = (known.account(), known.moment());
    Lead::new(strategy, account, known.person(), handoff.signal, score, now)
}

impl<'a> Conditions<'a> {
    /// Of a lead, with nothing looked at yet.
    pub(super) fn of(strategy: &'a Strategy, lead: &'a Lead<'a>, reader: &Reader<'_>) -> Self {
        Self { strategy, lead, frame: strategy.frame(lead), personal: reader.personal }
    }

    /// What a route's condition looked at: `industry = energy`, `country unknown`.
    pub(super) fn of_route(&self, route: u16) -> Vec<String> {
        let routing = &self.strategy.routing;
        let Some(known) = routing.routes.get(usize::from(route)) else { return Vec::new() };
        let judged = known.judge(&self.frame);
        self.shown(routing.explain(route, judged, self.lead))
    }

    /// What a fence looked at.
    pub(super) fn of_fence(&self, fence: u16) -> Vec<String> {
        let fence = self.strategy.fences.get(usize::from(fence));
        self.shown(fence.map_or_else(Vec::new, |fence| fence.when.explain(self.lead)))
    }

    /// What a column of the readiness table looked at.
    pub(super) fn of_column(&self, column: u16) -> Vec<String> {
        let column = self.strategy.readiness.table.columns.get(usize::from(column));
        self.shown(column.map_or_else(Vec::new, |column| column.value.explain(self.lead)))
    }

    /// What a pool's condition looked at for a member.
    pub(super) fn of_member(&self, pool: &str, member: &MemberId) -> Vec<String> {
        let pool = self.strategy.routing.pool(pool);
        let known = pool.zip(self.strategy.team.member(&member.0));
        self.shown(known.map_or_else(Vec::new, |((_, pool), member)| {
            pool.members.explain_of(self.lead, &member.fields)
        }))
    }

    /// Of the routes before one, the one that lacked least.
    pub(super) fn nearest(&self, until: u16) -> Option<u16> {
        self.strategy.routing.nearest(&self.frame, until)
    }

    fn shown(&self, pieces: Vec<String>) -> Vec<String> {
        let shown = pieces.iter().filter(|piece| self.personal || !words::text_may_reach(piece));
        let shown = shown.take(PIECES_MAX);
        shown.map(|piece| words::plain(piece, PIECE_CHARS_MAX).into_owned()).collect()
    }
}

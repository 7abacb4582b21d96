//! What the conditions of routes looked at, in words.

use domain::Moment;
use rules::{Frame, Strategy};

use crate::lead::Lead;
use crate::stages::brief::words;
use crate::state::{Account, Handoff};
use crate::view::Reader;

/// The most pieces of a condition that are told.
const PIECES_MAX: usize = 6;
/// The most characters of a piece.
const PIECE_CHARS_MAX: usize = 80;

/// The routes of a strategy as they were for one lead.
pub(super) struct Routes<'a> {
    strategy: &'a Strategy,
    lead: Lead<'a>,
    frame: Frame,
    personal: bool,
}

impl<'a> Routes<'a> {
    /// Looks at the lead of a handoff at the moment of its decision.
    pub(super) fn at(
        account: &'a Account,
        handoff: &'a Handoff,
        strategy: &'a Strategy,
        at: Moment,
        reader: &Reader<'_>,
    ) -> Self {
        let lead = Lead::new(
            &strategy.team,
            account,
            handoff.person,
            handoff.signal,
            Some(&handoff.score),
            at,
        );
        let mut frame = Frame::new();
        frame.fill(strategy, &lead);
        frame.scored(strategy, &lead, &handoff.score);
        Self { strategy, lead, frame, personal: reader.personal }
    }

    /// What a route's condition looked at: `industry = energy`, `country unknown`.
    pub(super) fn pieces(&self, route: u16) -> Vec<String> {
        let routing = &self.strategy.routing;
        let Some(known) = routing.routes.get(usize::from(route)) else { return Vec::new() };
        let judged = known.judge(&self.strategy.names, &self.frame);
        let told = routing.explain(route, judged, &self.lead);
        let shown = told.iter().filter(|piece| self.personal || !words::text_may_reach(piece));
        let shown = shown.take(PIECES_MAX);
        shown.map(|piece| words::plain(piece, PIECE_CHARS_MAX).into_owned()).collect()
    }

    /// Of the routes before one, the one that lacked least.
    pub(super) fn nearest(&self, until: u16) -> Option<u16> {
        self.strategy.routing.nearest(&self.strategy.names, &self.frame, until)
    }
}

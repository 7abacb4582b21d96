//! The world goes on: requests for as long as somebody takes them, to be sent over real HTTP.

use domain::{Moment, Span};
use serde_json::json;

use super::World;
use super::dirt::Dirt;
use super::dirty_event::DirtyEvent;
use super::person::{Origin, Person};
use super::seeded_random::SeededRandom;
use super::visits::{Visit, VisitPurpose};
use super::wire::{DemoSource, Piece, Request, event, lines};

/// Ids of the live part begin here, so that none is of the history.
const NUMBERS_FROM: usize = 1_000_000;
/// A visit that ends when its batch is sent began so long ago.
const VISIT_LASTS: Span = Span::minutes(7);

/// A request for the demo to send to itself.
#[derive(Clone, Debug)]
pub struct LiveRequest {
    /// When to send it, counted from the beginning of the live part.
    pub after: Span,
    /// Which source sends it; the caller adds its key.
    pub demo_source: DemoSource,
    /// Where to, with `POST`.
    pub path: &'static str,
    /// Names and values, without authorization.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The body.
    pub body: Vec<u8>,
    /// How many items it brings.
    pub items: u32,
    /// What is wrong with it.
    pub dirt: Option<Dirt>,
}

/// The requests of a world that goes on. It does not end.
#[derive(Debug)]
pub struct Live<'w> {
    world: &'w World,
    from: Moment,
    /// Time between two items.
    gap: Span,
    after: Span,
    number: usize,
    last: Option<LiveRequest>,
}

/// The world goes on with about so many items a second. Times in the bodies count on from the
/// moment at which the live part begins: what the clock of the one who takes them says then.
pub fn live(world: &World, from: Moment, items_a_second: u32) -> Live<'_> {
    let gap = Span(1_000_000 / i64::from(items_a_second.max(1)));
    Live { world, from, gap, after: Span::ZERO, number: 0, last: None }
}

impl Iterator for Live<'_> {
    type Item = LiveRequest;

    fn next(&mut self) -> Option<LiveRequest> {
        self.number += 1;
        let mut draw = SeededRandom::of(self.world.seed, "live", self.number as u64);
        let now = self.from + self.after;
        let next = match (draw.below(100), &self.last) {
            (0..=8, _) => self.dirty(&mut draw, now),
            (9..=10, Some(last)) => {
                let dirt = Some(Dirt::ExactDuplicate);
                LiveRequest { after: self.after, dirt, ..last.clone() }
            }
            (11..=20, _) => self.mail(&mut draw, now),
            (21..=25, _) => self.update(&mut draw, now),
            (kind, _) => self.visit(&mut draw, now, kind),
        };
        self.after = self.after + Span(self.gap.0 * i64::from(next.items.max(1)));
        self.last = Some(next.clone());
        Some(next)
    }
}

impl Live<'_> {
    fn id(&self) -> usize {
        NUMBERS_FROM + self.number
    }

    fn somebody(&self, draw: &mut SeededRandom) -> &Person {
        draw.pick(&self.world.people)
    }

    fn visit(&self, draw: &mut SeededRandom, now: Moment, kind: u64) -> LiveRequest {
        let purpose = match kind {
            26..=33 => VisitPurpose::Demo,
            34..=36 => VisitPurpose::Quote,
            37..=41 => VisitPurpose::Download,
            _ => VisitPurpose::Browse,
        };
        let person = self.somebody(draw);
        let company = &self.world.companies[person.company];
        let visit = Visit {
            cookie: person.cookie(0),
            name: format!("live-{}", self.id()),
            begins: now - VISIT_LASTS,
            purpose,
            person: (purpose != VisitPurpose::Browse).then_some((person, company)),
            pages_max: 3,
        };
        self.ready(visit.request(draw))
    }

    fn mail(&self, draw: &mut SeededRandom, now: Moment) -> LiveRequest {
        let person = self.somebody(draw);
        let data = json!({ "email": person.email, "mailing": "year-end" });
        let id = format!("live-mail-{}", self.id());
        let clicked = event(DemoSource::Mail, &id, "email.clicked", now, data);
        self.gathered(now, &[Piece::clean(now, DemoSource::Mail, &clicked)])
    }

    fn update(&self, draw: &mut SeededRandom, now: Moment) -> LiveRequest {
        let person = self.somebody(draw);
        let data = json!({
            "person": {
                "external_id": person.crm_id(), "email": person.email, "title": person.title,
            },
            "account": self.world.companies[person.company].known(),
        });
        let id = format!("live-contact-{}", self.id());
        let updated = event(DemoSource::Crm, &id, "contact.updated", now, data);
        self.gathered(now, &[Piece::clean(now, DemoSource::Crm, &updated)])
    }

    fn dirty(&self, draw: &mut SeededRandom, now: Moment) -> LiveRequest {
        let made: Vec<Dirt> = Dirt::ALL
            .iter()
            .copied()
            .filter(|dirt| dirt.count() > 0 && *dirt != Dirt::BatchSentAgain)
            .collect();
        let dirt = *draw.pick(&made);
        let person = loop {
            let person = self.somebody(draw);
            if person.origin == Origin::Exported {
                break person;
            }
        };
        let company = &self.world.companies[person.company];
        let mishap = DirtyEvent { dirt, number: self.id(), person, company, at: now };
        let mut pieces = mishap.pieces(draw);
        // Parts that other sources send belong to a history; here one request is one source's.
        let demo_source = pieces.last().map_or(DemoSource::Crm, |piece| piece.demo_source);
        pieces.retain(|piece| piece.demo_source == demo_source);
        self.gathered(now, &pieces)
    }

    fn gathered(&self, now: Moment, pieces: &[Piece]) -> LiveRequest {
        let demo_source = pieces.first().map_or(DemoSource::Crm, |piece| piece.demo_source);
        self.ready(lines(now, demo_source, pieces))
    }

    fn ready(&self, request: Request) -> LiveRequest {
        LiveRequest {
            after: self.after,
            demo_source: request.demo_source,
            path: request.form.path(),
            headers: vec![("content-type", request.form.content_type())],
            items: request.items,
            dirt: request.dirt.first().map(|(_, dirt)| *dirt),
            body: request.body,
        }
    }
}

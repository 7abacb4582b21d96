//! A made world: a company with its team, the market around it, and ninety days of what they do to
//! each other. It depends on its seed alone.

mod almanac;
mod company;
mod dirt;
mod dirty_event;
mod life;
mod live;
mod names;
mod person;
mod places;
mod seeded_random;
mod strategy;
mod visits;
mod wire;

use domain::{Moment, Span};

pub use almanac::{ENDS, LASTS};
pub use dirt::{Dirt, Trace};
pub use live::{Live, LiveRequest, live};
pub use strategy::acme;
pub use wire::{DemoSource, Form, Request};

pub(crate) use seeded_random::SeededRandom;

use company::{COMPANIES, Company};
use dirty_event::DirtyEvent;
use life::{Life, Sent};
use person::{Origin, PEOPLE, Person};
use visits::{Visit, VisitPurpose};
use wire::{Piece, lines};

/// How many visitors of full size never say who they are.
const STRANGERS: usize = 3_000;
/// How long a source gathers events before it sends them.
const GATHERS: Span = Span::minutes(4);
/// How many events one request brings at most.
const EVENTS_MAX: usize = 200;

/// How large a world is: parts in a thousand of the full one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(pub u32);

impl Scale {
    /// 5,000 companies and 20,000 people.
    pub const FULL: Self = Self(1_000);
    /// 250 companies and 1,000 people.
    pub const SMALL: Self = Self(50);

    fn of(self, count: usize) -> usize {
        (count * self.0 as usize).div_ceil(1_000)
    }
}

/// A made world.
#[derive(Debug)]
pub struct World {
    /// What it was made from.
    pub seed: u64,
    /// When its history begins.
    pub begins: Moment,
    /// When its history ends, and the live part begins.
    pub ends: Moment,
    pub(crate) companies: Vec<Company>,
    pub(crate) people: Vec<Person>,
    requests: Vec<Request>,
}

impl World {
    /// The world of a seed, in full size.
    pub fn new(seed: u64) -> Self {
        Self::scaled(seed, Scale::FULL)
    }

    /// The world of a seed, smaller.
    pub fn scaled(seed: u64, scale: Scale) -> Self {
        let (begins, ends) = (ENDS - LASTS, ENDS);
        let reps = strategy::team();
        let companies: Vec<Company> =
            (0..scale.of(COMPANIES)).map(|number| Company::made(seed, number, &reps)).collect();
        let people: Vec<Person> = (0..scale.of(PEOPLE))
            .map(|number| Person::made(seed, number, &companies, begins, ends))
            .collect();
        let mut world = Self { seed, begins, ends, companies, people, requests: Vec::new() };
        world.requests = world.happenings(scale);
        world
    }

    /// Everything that arrives in the ninety days, in the order in which it does.
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// How many items arrive.
    pub fn sent(&self) -> u64 {
        self.requests.iter().map(|request| u64::from(request.items)).sum()
    }

    /// How many companies there are.
    pub const fn companies(&self) -> usize {
        self.companies.len()
    }

    /// How many people there are.
    pub const fn people(&self) -> usize {
        self.people.len()
    }

    fn happenings(&self, scale: Scale) -> Vec<Request> {
        let mut sent = Sent::default();
        for person in &self.people {
            let company = &self.companies[person.company];
            let (seed, begins, ends) = (self.seed, self.begins, self.ends);
            Life { seed, person, company, begins, ends }.lived(&mut sent);
        }
        self.strangers(scale, &mut sent);
        self.retries(scale, &mut sent);
        self.mishaps(scale, &mut sent);
        let mut requests = sent.requests;
        requests.extend(gathered(sent.pieces));
        requests.retain(|request| request.at < self.ends);
        // The sort is stable: what arrives at one moment keeps its order.
        requests.sort_by_key(|request| request.at);
        requests
    }

    /// Visitors who never say who they are.
    fn strangers(&self, scale: Scale, sent: &mut Sent) {
        for number in 0..scale.of(STRANGERS) {
            let mut draw = SeededRandom::of(self.seed, "stranger", number as u64);
            let begins = almanac::moment(&mut draw, self.begins, self.ends - Span::minutes(12), 0);
            let visit = Visit {
                cookie: format!("s-{number:06}"),
                name: format!("s-{number}"),
                begins,
                purpose: VisitPurpose::Browse,
                person: None,
                pages_max: 3,
            };
            sent.requests.push(visit.request(&mut draw));
        }
    }

    /// Browsers that send a batch again, since they did not hear the answer.
    fn retries(&self, scale: Scale, sent: &mut Sent) {
        let mut draw = SeededRandom::of(self.seed, "retry", 0);
        let batches = sent.requests.len() as u64;
        for _ in 0..at_least_two(scale, Dirt::BatchSentAgain) {
            let mut again = sent.requests[draw.below(batches) as usize].clone();
            again.at = (again.at + Span::seconds(draw.between(20, 300))).min(self.ends - Span(1));
            again.dirt = (0..again.items).map(|place| (place, Dirt::BatchSentAgain)).collect();
            sent.requests.push(again);
        }
    }

    fn mishaps(&self, scale: Scale, sent: &mut Sent) {
        let known: Vec<&Person> =
            self.people.iter().filter(|person| person.origin == Origin::Exported).collect();
        for dirt in Dirt::ALL.iter().filter(|dirt| dirt.count() > 0) {
            for number in 0..at_least_two(scale, *dirt) {
                let mut draw = SeededRandom::of(self.seed, dirt.name(), number as u64);
                let person = *draw.pick(&known);
                let company = &self.companies[person.company];
                let (from, until) = (self.begins + Span::days(1), self.ends - Span::days(14));
                let ahead = company.country.ahead_minutes;
                let at = almanac::moment(&mut draw, from, until, ahead);
                let mishap = DirtyEvent { dirt: *dirt, number, person, company, at };
                sent.pieces.extend(mishap.pieces(&mut draw));
            }
        }
    }
}

fn at_least_two(scale: Scale, dirt: Dirt) -> usize {
    scale.of(dirt.count()).max(2)
}

/// Events of a source that come close together travel together.
fn gathered(mut pieces: Vec<Piece>) -> Vec<Request> {
    pieces.sort_by_key(|piece| (piece.demo_source, piece.at));
    let mut requests = Vec::new();
    let mut rest = pieces.as_slice();
    while let Some(first) = rest.first() {
        let together = rest.iter().take(EVENTS_MAX).take_while(|piece| {
            piece.demo_source == first.demo_source && piece.at - first.at <= GATHERS
        });
        let (gathered, later) = rest.split_at(together.count());
        let at = gathered.last().map_or(first.at, |last| last.at);
        requests.push(lines(at + Span::seconds(1), first.demo_source, gathered));
        rest = later;
    }
    requests
}

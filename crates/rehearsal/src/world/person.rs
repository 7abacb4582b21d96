//! People: who they are, where they work, and how eager they are.

use domain::{Moment, Span};
use serde_json::{Value, json};

use super::almanac;
use super::company::Company;
use super::names::{FREE_MAIL, TITLES, in_address};
use super::seeded_random::SeededRandom;

/// How many people a world of full size has.
pub(crate) const PEOPLE: usize = 20_000;
/// How much of the ninety days the CRM's first export takes.
const EXPORT_LASTS: Span = Span::hours(3);

/// How somebody comes to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// In the CRM since before the history begins.
    Exported,
    /// Put into the CRM by somebody on the way.
    Entered,
    /// Nobody knew them before they said who they are.
    Inbound,
}

/// How much somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ActivityLevel {
    Silent,
    Light,
    Active,
    Hot,
}

/// Somebody of the made world.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) number: usize,
    /// Which company.
    pub(crate) company: usize,
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    pub(crate) title: &'static str,
    pub(crate) email: String,
    pub(crate) phone: Option<String>,
    pub(crate) origin: Origin,
    pub(crate) activity: ActivityLevel,
    /// Whether they said that they may be written to; some never said.
    pub(crate) consent: Option<bool>,
    /// Since when they can be known.
    pub(crate) since: Moment,
}

impl Person {
    /// One of the world's, by their number.
    pub(crate) fn made(
        seed: u64,
        number: usize,
        companies: &[Company],
        begins: Moment,
        ends: Moment,
    ) -> Self {
        let mut draw = SeededRandom::of(seed, "person", number as u64);
        // Everybody in turn first, so that no company is empty; the rest gather in some.
        let company = if number < companies.len() {
            number
        } else {
            let one = draw.below(companies.len() as u64);
            let other = draw.below(companies.len() as u64);
            one.min(other) as usize
        };
        let at = &companies[company];
        let first = *draw.pick(at.country.name_origin.first());
        let last = *draw.pick(at.country.name_origin.last());
        let title = TITLES[draw.weighted(TITLES.iter().map(|one| one.1))].0;
        let origin = match draw.below(100) {
            0..=61 => Origin::Exported,
            62..=75 => Origin::Entered,
            _ => Origin::Inbound,
        };
        let activity = activity(&mut draw, origin);
        let consent = match draw.below(100) {
            0..=71 => Some(true),
            72..=75 => Some(false),
            _ => None,
        };
        let since = match origin {
            Origin::Exported => Moment(begins.0 + draw.below(EXPORT_LASTS.0 as u64) as i64),
            Origin::Entered | Origin::Inbound => {
                let from = begins + EXPORT_LASTS;
                almanac::moment(&mut draw, from, ends - Span::hours(2), at.country.ahead_minutes)
            }
        };
        // The number makes it nobody else's.
        let mailbox = format!("{}.{}{number}", in_address(first), in_address(last));
        let free = origin == Origin::Inbound && draw.chance(140);
        let host = if free { (*draw.pick(FREE_MAIL)).to_owned() } else { at.domain() };
        let phone = draw.chance(350).then(|| phone(at.country.dial, number));
        let email = format!("{mailbox}@{host}");
        Self { number, company, first, last, title, email, phone, origin, activity, consent, since }
    }

    /// The CRM's id for them.
    pub(crate) fn crm_id(&self) -> String {
        format!("C-{:06}", self.number)
    }

    /// One of their browsers.
    pub(crate) fn cookie(&self, browser: usize) -> String {
        format!("v-{:06}-{browser}", self.number)
    }

    /// What a form of the web site asks them.
    pub(crate) fn traits(&self, company: &Company) -> Value {
        let mut traits = json!({
            "email": self.email, "firstName": self.first, "lastName": self.last,
            "title": self.title, "company": company.told(),
        });
        if let Some(phone) = &self.phone {
            traits["phone"] = phone.as_str().into();
        }
        if let Some(consent) = self.consent {
            traits["consent"] = json!({ "email": consent });
        }
        traits
    }
}

fn activity(draw: &mut SeededRandom, origin: Origin) -> ActivityLevel {
    let place = draw.below(100);
    // Who was unknown is here because they did something.
    let (silent, light, active) =
        if origin == Origin::Inbound { (0, 55, 89) } else { (56, 87, 97) };
    if place < silent {
        ActivityLevel::Silent
    } else if place < light {
        ActivityLevel::Light
    } else if place < active {
        ActivityLevel::Active
    } else {
        ActivityLevel::Hot
    }
}

/// A number that nobody has: behind the country's prefix nine digits that say which person it is.
fn phone(dial: &str, number: usize) -> String {
    format!("{dial}3{:08}", 55_000_000 + number)
}

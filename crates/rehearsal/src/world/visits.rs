//! Visits to the web site: anonymous at first, somebody's once they say who they are.

use domain::{Moment, Span};
use serde_json::json;

use super::company::Company;
use super::names::{ASSETS, CAMPAIGNS, PAGES};
use super::person::Person;
use super::seeded_random::SeededRandom;
use super::wire::{Request, batch, bytes, message};

/// What a visit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VisitPurpose {
    /// To look around.
    Browse,
    /// To download something, which asks who they are.
    Download,
    /// To subscribe.
    Subscribe,
    /// To ask for a demo.
    Demo,
    /// To ask for a quote.
    Quote,
}

/// A visit of one browser.
pub(crate) struct Visit<'a> {
    pub(crate) cookie: String,
    /// What its messages are called; its own among all visits.
    pub(crate) name: String,
    pub(crate) begins: Moment,
    pub(crate) purpose: VisitPurpose,
    /// Who says who they are; nobody on an anonymous visit.
    pub(crate) person: Option<(&'a Person, &'a Company)>,
    /// At most how many pages.
    pub(crate) pages_max: i64,
}

impl Visit<'_> {
    /// The batch that the browser sends when the visit is over.
    pub(crate) fn request(&self, draw: &mut SeededRandom) -> Request {
        let mut messages = Vec::new();
        let mut at = self.begins;
        let campaign = draw.chance(220).then(|| draw.pick(CAMPAIGNS));
        for _ in 0..draw.between(1, self.pages_max) {
            let page = &PAGES[draw.weighted(PAGES.iter().map(|page| page.2))];
            let mut context = json!({ "page": { "path": page.0, "title": page.1 } });
            if let (Some((name, source, medium)), true) = (campaign, messages.is_empty()) {
                context["campaign"] = json!({ "name": name, "source": source, "medium": medium });
            }
            messages.push(self.said("page", messages.len(), at, json!({ "context": context })));
            at = at + Span::ms(draw.between(8_000, 95_000));
        }
        self.act(draw, &mut messages, at);
        batch(at + Span::ms(draw.between(900, 5_000)), &messages)
    }

    fn act(&self, draw: &mut SeededRandom, messages: &mut Vec<Vec<u8>>, at: Moment) {
        if let Some((person, company)) = self.person {
            let rest = json!({ "traits": person.traits(company) });
            messages.push(self.said("identify", messages.len(), at, rest));
        }
        let (event, properties) = match self.purpose {
            VisitPurpose::Browse => return,
            VisitPurpose::Download => ("Asset Downloaded", json!({ "asset": draw.pick(ASSETS) })),
            VisitPurpose::Subscribe => ("Newsletter Joined", json!({ "form": "newsletter" })),
            VisitPurpose::Demo => ("Form Submitted", json!({ "form": "demo", "path": "/demo" })),
            VisitPurpose::Quote => (
                "Form Quote",
                json!({ "form": "quote", "path": "/pricing", "seats": draw.between(5, 400) }),
            ),
        };
        let at = at + Span::ms(draw.between(200, 1_800));
        let mut rest = json!({ "event": event, "properties": properties });
        if let (Some((person, _)), VisitPurpose::Demo | VisitPurpose::Quote) =
            (self.person, self.purpose)
        {
            // A form carries the address that was typed into it.
            rest["context"] = json!({ "traits": { "email": person.email } });
        }
        messages.push(self.said("track", messages.len(), at, rest));
    }

    fn said(&self, kind: &str, place: usize, at: Moment, rest: serde_json::Value) -> Vec<u8> {
        let id = format!("{}-{place}", self.name);
        bytes(&message(kind, &id, &self.cookie, at, rest))
    }
}

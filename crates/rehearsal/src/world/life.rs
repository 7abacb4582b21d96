//! What somebody does in the ninety days, and what is done to them.

use domain::{Moment, Span};
use serde_json::json;

use super::almanac;
use super::company::Company;
use super::names::{MAILINGS, WEBINARS};
use super::person::{ActivityLevel, Origin, Person};
use super::seeded_random::SeededRandom;
use super::visits::{Visit, VisitPurpose};
use super::wire::{DemoSource, Piece, Request, event};

/// Everything that the world sends, before it is put in order.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// Whole requests.
    pub(crate) requests: Vec<Request>,
    /// Events that are gathered into requests.
    pub(crate) pieces: Vec<Piece>,
}

/// Somebody's ninety days.
pub(crate) struct Life<'a> {
    pub(crate) seed: u64,
    pub(crate) person: &'a Person,
    pub(crate) company: &'a Company,
    pub(crate) begins: Moment,
    pub(crate) ends: Moment,
}

impl Life<'_> {
    /// Plays it.
    pub(crate) fn lived(&self, sent: &mut Sent) {
        let mut draw = SeededRandom::of(self.seed, "life", self.person.number as u64);
        match self.person.origin {
            Origin::Exported | Origin::Entered => sent.pieces.push(self.in_crm()),
            Origin::Inbound => self.comes_in(&mut draw, sent),
        }
        if self.person.origin != Origin::Inbound {
            self.gets_mail(&mut draw, sent);
        }
        self.visits(&mut draw, sent);
        self.attends(&mut draw, sent);
    }

    fn in_crm(&self) -> Piece {
        let person = self.person;
        let mut data = json!({
            "person": {
                "external_id": person.crm_id(), "email": person.email,
                "first_name": person.first, "last_name": person.last, "title": person.title,
            },
            "account": self.company.known(),
        });
        if let Some(phone) = &person.phone {
            data["person"]["phone"] = phone.as_str().into();
        }
        if let Some(consent) = person.consent {
            data["consent"] = json!({ "email": consent });
        }
        let id = format!("contact-{}", person.number);
        let said = event(DemoSource::Crm, &id, "contact.created", person.since, data);
        Piece::clean(person.since, DemoSource::Crm, &said)
    }

    /// Nobody knew them: a visit or a partner's form brings them in.
    fn comes_in(&self, draw: &mut SeededRandom, sent: &mut Sent) {
        let person = self.person;
        if draw.chance(60) {
            let data = json!({
                "person": {
                    "email": person.email, "first_name": person.first,
                    "last_name": person.last, "title": person.title,
                },
                "account": self.company.told(),
                "consent": { "email": person.consent.unwrap_or(false) },
                "form": "whitepaper",
            });
            let id = format!("lead-{}", person.number);
            let said = event(DemoSource::Forms, &id, "form.submitted", person.since, data);
            sent.pieces.push(Piece::clean(person.since, DemoSource::Forms, &said));
            return;
        }
        let purpose = match draw.below(100) {
            0..=11 => VisitPurpose::Demo,
            12..=40 => VisitPurpose::Download,
            _ => VisitPurpose::Subscribe,
        };
        let visit = self.visit(0, person.since, purpose, true, 4);
        sent.requests.push(visit.request(draw));
    }

    fn gets_mail(&self, draw: &mut SeededRandom, sent: &mut Sent) {
        let person = self.person;
        if person.consent != Some(true) {
            return;
        }
        let opens = match person.activity {
            ActivityLevel::Silent => 30,
            ActivityLevel::Light => 130,
            ActivityLevel::Active => 260,
            ActivityLevel::Hot => 400,
        };
        for (number, (mailing, day, hour)) in MAILINGS.iter().enumerate() {
            let posted = self.begins + Span::days(*day) + Span::hours(*hour - 14);
            let at = posted + Span::ms(draw.between(60_000, 30 * 3_600_000));
            let opened = draw.chance(opens);
            if posted < person.since || at >= self.ends || !opened {
                continue;
            }
            self.mail(sent, "email.opened", mailing, number, at);
            if draw.chance(280) {
                self.mail(sent, "email.clicked", mailing, number, at + Span::seconds(20));
            }
            if draw.chance(14) {
                self.mail(sent, "email.unsubscribed", mailing, number, at + Span::minutes(1));
                return;
            }
        }
    }

    fn mail(&self, sent: &mut Sent, kind: &str, mailing: &str, number: usize, at: Moment) {
        let mut data = json!({ "email": self.person.email, "mailing": mailing });
        if kind == "email.unsubscribed" {
            data["consent"] = json!({ "email": false });
        }
        let id = format!("{kind}-{}-{number}", self.person.number);
        let said = event(DemoSource::Mail, &id, kind, at, data);
        sent.pieces.push(Piece::clean(at, DemoSource::Mail, &said));
    }

    fn visits(&self, draw: &mut SeededRandom, sent: &mut Sent) {
        let activity = self.person.activity;
        let (visits, pages_max) = match activity {
            ActivityLevel::Silent => return,
            ActivityLevel::Light => (draw.between(0, 2), 3),
            ActivityLevel::Active => (draw.between(2, 4), 3),
            ActivityLevel::Hot => (draw.between(4, 9), 3),
        };
        let ahead = self.company.country.ahead_minutes;
        let from = self.person.since + Span::minutes(30);
        let mut moments: Vec<Moment> = (0..visits)
            .map(|_| almanac::moment(draw, from, self.ends - Span::minutes(12), ahead))
            .collect();
        moments.sort_unstable();
        // Who is eager asks in the end; a quote comes after the form.
        let asks = match activity {
            ActivityLevel::Silent => 0,
            ActivityLevel::Light => 30,
            ActivityLevel::Active => 220,
            ActivityLevel::Hot => 700,
        };
        let asks = draw.chance(asks).then(|| draw.below(visits.max(1) as u64) as usize);
        let quotes = (activity >= ActivityLevel::Active && draw.chance(380))
            .then(|| draw.below(visits.max(1) as u64) as usize);
        for (number, begins) in moments.into_iter().enumerate() {
            let purpose = if asks == Some(number) {
                VisitPurpose::Demo
            } else if quotes == Some(number) {
                VisitPurpose::Quote
            } else if draw.chance(90) {
                VisitPurpose::Download
            } else {
                VisitPurpose::Browse
            };
            let told = purpose != VisitPurpose::Browse
                || self.person.origin != Origin::Inbound && draw.chance(60);
            let visit = self.visit(number + 1, begins, purpose, told, pages_max);
            sent.requests.push(visit.request(draw));
        }
    }

    fn visit(
        &self,
        number: usize,
        begins: Moment,
        purpose: VisitPurpose,
        told: bool,
        pages_max: i64,
    ) -> Visit<'_> {
        // One in seven visits is from another device.
        let browser = usize::from((self.person.number + number).is_multiple_of(7));
        Visit {
            cookie: self.person.cookie(browser),
            name: format!("m-{}-{number}", self.person.number),
            begins,
            purpose,
            person: told.then_some((self.person, self.company)),
            pages_max,
        }
    }

    fn attends(&self, draw: &mut SeededRandom, sent: &mut Sent) {
        let attends = match self.person.activity {
            ActivityLevel::Silent => 6,
            ActivityLevel::Light => 30,
            ActivityLevel::Active => 180,
            ActivityLevel::Hot => 350,
        };
        if !draw.chance(attends) {
            return;
        }
        let number = draw.below(WEBINARS.len() as u64) as usize;
        let at = self.begins + Span::days(33 + 24 * number as i64) + Span::hours(3);
        let at = at + Span::ms(draw.between(0, 1_500_000));
        if at <= self.person.since || at >= self.ends {
            return;
        }
        let data = json!({
            "person": { "email": self.person.email },
            "webinar": WEBINARS[number], "minutes": draw.between(9, 55),
        });
        let id = format!("seat-{number}-{}", self.person.number);
        let said = event(DemoSource::Webinars, &id, "webinar.attended", at, data);
        sent.pieces.push(Piece::clean(at, DemoSource::Webinars, &said));
    }
}

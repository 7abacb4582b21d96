//! What somebody does in the ninety days, and what is done to them.

use domain::{Moment, Span};
use serde_json::json;

use super::almanac;
use super::company::Company;
use super::draw::Draw;
use super::names::{MAILINGS, WEBINARS};
use super::person::{Origin, Person, Temper};
use super::visits::{Errand, Visit};
use super::wire::{Piece, Request, Station, event};

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
        let mut draw = Draw::of(self.seed, "life", self.person.number as u64);
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
        let said = event(Station::Crm, &id, "contact.created", person.since, data);
        Piece::clean(person.since, Station::Crm, &said)
    }

    /// Nobody knew them: a visit or a partner's form brings them in.
    fn comes_in(&self, draw: &mut Draw, sent: &mut Sent) {
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
            let said = event(Station::Forms, &id, "form.submitted", person.since, data);
            sent.pieces.push(Piece::clean(person.since, Station::Forms, &said));
            return;
        }
        let errand = match draw.below(100) {
            0..=11 => Errand::Demo,
            12..=40 => Errand::Download,
            _ => Errand::Subscribe,
        };
        let visit = self.visit(0, person.since, errand, true, 4);
        sent.requests.push(visit.request(draw));
    }

    fn gets_mail(&self, draw: &mut Draw, sent: &mut Sent) {
        let person = self.person;
        if person.consent != Some(true) {
            return;
        }
        let opens = match person.temper {
            Temper::Silent => 30,
            Temper::Light => 130,
            Temper::Active => 260,
            Temper::Hot => 400,
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
        let said = event(Station::Mail, &id, kind, at, data);
        sent.pieces.push(Piece::clean(at, Station::Mail, &said));
    }

    fn visits(&self, draw: &mut Draw, sent: &mut Sent) {
        let temper = self.person.temper;
        let (visits, pages_max) = match temper {
            Temper::Silent => return,
            Temper::Light => (draw.between(0, 2), 3),
            Temper::Active => (draw.between(2, 4), 3),
            Temper::Hot => (draw.between(4, 9), 3),
        };
        let ahead = self.company.country.ahead_minutes;
        let from = self.person.since + Span::minutes(30);
        let mut moments: Vec<Moment> = (0..visits)
            .map(|_| almanac::moment(draw, from, self.ends - Span::minutes(12), ahead))
            .collect();
        moments.sort_unstable();
        // Who is eager asks in the end; a quote comes after the form.
        let asks = match temper {
            Temper::Silent => 0,
            Temper::Light => 30,
            Temper::Active => 220,
            Temper::Hot => 700,
        };
        let asks = draw.chance(asks).then(|| draw.below(visits.max(1) as u64) as usize);
        let quotes = (temper >= Temper::Active && draw.chance(380))
            .then(|| draw.below(visits.max(1) as u64) as usize);
        for (number, begins) in moments.into_iter().enumerate() {
            let errand = if asks == Some(number) {
                Errand::Demo
            } else if quotes == Some(number) {
                Errand::Quote
            } else if draw.chance(90) {
                Errand::Download
            } else {
                Errand::Browse
            };
            let told = errand != Errand::Browse
                || self.person.origin != Origin::Inbound && draw.chance(60);
            let visit = self.visit(number + 1, begins, errand, told, pages_max);
            sent.requests.push(visit.request(draw));
        }
    }

    fn visit(
        &self,
        number: usize,
        begins: Moment,
        errand: Errand,
        told: bool,
        pages_max: i64,
    ) -> Visit<'_> {
        // One in seven visits is from another device.
        let browser = usize::from((self.person.number + number).is_multiple_of(7));
        Visit {
            cookie: self.person.cookie(browser),
            name: format!("m-{}-{number}", self.person.number),
            begins,
            errand,
            person: told.then_some((self.person, self.company)),
            pages_max,
        }
    }

    fn attends(&self, draw: &mut Draw, sent: &mut Sent) {
        let attends = match self.person.temper {
            Temper::Silent => 6,
            Temper::Light => 30,
            Temper::Active => 180,
            Temper::Hot => 350,
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
        let said = event(Station::Webinars, &id, "webinar.attended", at, data);
        sent.pieces.push(Piece::clean(at, Station::Webinars, &said));
    }
}

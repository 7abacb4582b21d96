//! How each kind of dirt is made out of somebody's ordinary event.

use domain::{Moment, Span};
use serde_json::{Value, json};

use super::company::Company;
use super::dirt::Dirt;
use super::person::Person;
use super::seeded_random::SeededRandom;
use super::wire::{DemoSource, Piece, bytes, event};

/// Somebody at a moment, to whom something dirty happens.
pub(crate) struct DirtyEvent<'a> {
    pub(crate) dirt: Dirt,
    /// Which of its kind; makes its ids its own.
    pub(crate) number: usize,
    pub(crate) person: &'a Person,
    pub(crate) company: &'a Company,
    pub(crate) at: Moment,
}

impl DirtyEvent<'_> {
    /// What arrives. The piece that is dirty carries its kind.
    pub(crate) fn pieces(&self, draw: &mut SeededRandom) -> Vec<Piece> {
        match self.dirt {
            Dirt::MalformedJson => self.broken(|bytes| bytes.truncate(bytes.len() * 3 / 5)),
            Dirt::KeyTwice => self.broken(|bytes| {
                bytes.splice(1..1, br#""type":"contact.updated","#.iter().copied());
            }),
            Dirt::MissingId => self.without("id"),
            Dirt::MissingAttribute => self.without("specversion"),
            Dirt::BadTime => self.with("time", "2026-13-45 about noon".into()),
            Dirt::WrongType => self.with_person("email", json!([self.person.email, "or so"])),
            Dirt::ConsentAsText => self.with_data("consent", json!({ "email": "yes please" })),
            Dirt::NulInText => self.with_person("title", "Head of\u{0} IT".into()),
            Dirt::LoneSurrogate => self.planted(r#""\ud83d""#),
            Dirt::NumberTooLarge => self.planted("1e99999"),
            Dirt::DepthBomb => self.planted(&format!("{}1{}", "[".repeat(90), "]".repeat(90))),
            Dirt::OversizedItem => self.planted(&format!("\"{}\"", "long ".repeat(54_000))),
            Dirt::IdReused => self.reused(),
            Dirt::ExactDuplicate => self.again(Span::minutes(draw.between(1, 50))),
            Dirt::DuplicateDaysLater => self.again(Span::hours(draw.between(48, 300))),
            Dirt::LateByDays => self.told(self.at - Span::hours(draw.between(40, 150))),
            Dirt::ClockAhead => self.told(self.at + Span::minutes(draw.between(40, 400))),
            Dirt::OutOfOrder => self.swapped(),
            Dirt::BadEmail => self.subject("email", "see business card".to_owned()),
            Dirt::BadPhone => self.subject("phone", format!("ext. {}", self.number)),
            Dirt::MixedScriptDomain => {
                // The second letter is Cyrillic.
                self.mailbox(&format!("a.weber@n\u{43e}rdwind{}.example", self.number))
            }
            Dirt::SharedMailbox => self.mailbox(&format!("info@{}", self.company.domain())),
            Dirt::DisposableAddress => self.mailbox(&format!("try{}@mailinator.com", self.number)),
            Dirt::TwoExternalIdsOneEmail => self.conflict(),
            Dirt::UnverifiedClaim => self.claim(),
            Dirt::NobodyNamed => self.nobody(),
            Dirt::UnsubscribeThenForm => self.second_thoughts(),
            Dirt::ContractMissingField => self.form(|data| {
                data["person"] = json!({ "external_id": self.person.crm_id() });
            }),
            Dirt::ContractWrongForm => self.form(|data| data["account"]["country"] = "Oz".into()),
            Dirt::ContractOutOfRange => self.form(|data| data["account"]["employees"] = 0.into()),
            Dirt::ContractProhibitedField => {
                self.form(|data| data["person"]["religion"] = "none of it".into())
            }
            Dirt::BatchSentAgain
            | Dirt::CommitThenTimeout
            | Dirt::TooManyRequests
            | Dirt::ServerError
            | Dirt::RefusedForGood => Vec::new(),
        }
    }

    // ---- what cannot be read ------------------------------------------------------------------

    fn broken(&self, spoil: impl FnOnce(&mut Vec<u8>)) -> Vec<Piece> {
        let mut bytes = bytes(&self.update());
        spoil(&mut bytes);
        vec![self.dirty(self.at, DemoSource::Crm, bytes)]
    }

    fn without(&self, attribute: &str) -> Vec<Piece> {
        let mut event = self.update();
        if let Value::Object(event) = &mut event {
            event.remove(attribute);
        }
        vec![self.dirty(self.at, DemoSource::Crm, bytes(&event))]
    }

    fn with(&self, attribute: &str, value: Value) -> Vec<Piece> {
        let mut event = self.update();
        event[attribute] = value;
        vec![self.dirty(self.at, DemoSource::Crm, bytes(&event))]
    }

    fn with_data(&self, name: &str, value: Value) -> Vec<Piece> {
        let mut event = self.update();
        event["data"][name] = value;
        vec![self.dirty(self.at, DemoSource::Crm, bytes(&event))]
    }

    fn with_person(&self, name: &str, value: Value) -> Vec<Piece> {
        let mut event = self.update();
        event["data"]["person"][name] = value;
        vec![self.dirty(self.at, DemoSource::Crm, bytes(&event))]
    }

    /// A value as it stands in the text, valid or not.
    fn planted(&self, value: &str) -> Vec<Piece> {
        self.broken(|bytes| {
            let planted = format!(r#""data":{{"note":{value},"#);
            let whole = String::from_utf8_lossy(bytes).replacen(r#""data":{"#, &planted, 1);
            *bytes = whole.into_bytes();
        })
    }

    // ---- what came before ---------------------------------------------------------------------

    fn reused(&self) -> Vec<Piece> {
        let first = self.update();
        let mut second = first.clone();
        second["data"]["person"]["title"] = "Assistant to the Regional Manager".into();
        vec![
            Piece::clean(self.at, DemoSource::Crm, &first),
            self.dirty(self.at + Span::minutes(20), DemoSource::Crm, bytes(&second)),
        ]
    }

    fn again(&self, after: Span) -> Vec<Piece> {
        let event = self.update();
        vec![
            Piece::clean(self.at, DemoSource::Crm, &event),
            self.dirty(self.at + after, DemoSource::Crm, bytes(&event)),
        ]
    }

    // ---- time ---------------------------------------------------------------------------------

    fn told(&self, time: Moment) -> Vec<Piece> {
        self.with("time", time.to_string().into())
    }

    fn swapped(&self) -> Vec<Piece> {
        let id = |part: &str| format!("{}-{part}", self.id());
        let click = |part: &str, time| self.mail_event("email.clicked", &id(part), time);
        let (early, late) = (self.at - Span::hours(2), self.at);
        vec![
            Piece::clean(self.at, DemoSource::Mail, &click("b", late)),
            self.dirty(self.at + Span::minutes(1), DemoSource::Mail, bytes(&click("a", early))),
        ]
    }

    // ---- whose it is --------------------------------------------------------------------------

    fn subject(&self, name: &str, value: String) -> Vec<Piece> {
        self.with_person(name, value.into())
    }

    /// A form that is filled in with an address that says little.
    fn mailbox(&self, email: &str) -> Vec<Piece> {
        let data = json!({
            "person": { "email": email, "title": self.person.title },
            "form": "newsletter",
        });
        let event = event(DemoSource::Webinars, &self.id(), "newsletter.joined", self.at, data);
        vec![self.dirty(self.at, DemoSource::Webinars, bytes(&event))]
    }

    fn conflict(&self) -> Vec<Piece> {
        let mut event = self.update();
        event["data"]["person"]["external_id"] = format!("C-9{:05}", self.number).into();
        vec![self.dirty(self.at, DemoSource::Crm, bytes(&event))]
    }

    fn claim(&self) -> Vec<Piece> {
        let data = json!({
            "person": { "email": self.person.email, "first_name": self.person.first },
            "form": "partner-newsletter",
        });
        let event = event(DemoSource::Forms, &self.id(), "newsletter.joined", self.at, data);
        vec![self.dirty(self.at, DemoSource::Forms, bytes(&event))]
    }

    fn nobody(&self) -> Vec<Piece> {
        let data = json!({ "note": "list refreshed", "rows": self.number + 40 });
        let event = event(DemoSource::Crm, &self.id(), "list.refreshed", self.at, data);
        vec![self.dirty(self.at, DemoSource::Crm, bytes(&event))]
    }

    fn second_thoughts(&self) -> Vec<Piece> {
        let mut leave = self.mail_event("email.unsubscribed", &self.id(), self.at);
        leave["data"]["consent"] = json!({ "email": false });
        let later = self.at + Span::minutes(55);
        let data = json!({
            "person": { "email": self.person.email, "title": self.person.title },
            "account": self.company.told(), "form": "contact",
        });
        let id = format!("{}-form", self.id());
        let form = event(DemoSource::Webinars, &id, "form.submitted", later, data);
        vec![
            Piece::clean(self.at, DemoSource::Mail, &leave),
            self.dirty(later, DemoSource::Webinars, bytes(&form)),
        ]
    }

    // ---- what a contract says of it -----------------------------------------------------------

    fn form(&self, spoil: impl FnOnce(&mut Value)) -> Vec<Piece> {
        let mut data = json!({
            "person": { "email": self.person.email, "title": self.person.title },
            "account": self.company.told(), "form": "contact",
        });
        spoil(&mut data);
        let event = event(DemoSource::Webinars, &self.id(), "form.submitted", self.at, data);
        vec![self.dirty(self.at, DemoSource::Webinars, bytes(&event))]
    }

    // ---- what is ordinary ---------------------------------------------------------------------

    fn id(&self) -> String {
        format!("x-{}-{}", self.dirt.name(), self.number)
    }

    fn update(&self) -> Value {
        let data = json!({
            "person": {
                "external_id": self.person.crm_id(), "email": self.person.email,
                "title": self.person.title,
            },
            "changed": "title",
        });
        event(DemoSource::Crm, &self.id(), "contact.updated", self.at, data)
    }

    fn mail_event(&self, kind: &str, id: &str, time: Moment) -> Value {
        let data = json!({ "email": self.person.email, "mailing": "q4-offer" });
        event(DemoSource::Mail, id, kind, time, data)
    }

    fn dirty(&self, at: Moment, demo_source: DemoSource, bytes: Vec<u8>) -> Piece {
        Piece { at, demo_source, bytes, dirt: Some(self.dirt) }
    }
}

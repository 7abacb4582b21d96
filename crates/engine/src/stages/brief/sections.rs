//! The sections of a brief, one after the other.

use std::borrow::Cow;

use domain::fact::ScoreGroup;
use domain::handoff::Target;
use domain::{SignalId, Value};
use smallvec::{SmallVec, smallvec};

use super::claim::{About, Asset, Brief, Claim, Evidence, Section, Step, Unknown};
use super::look::{Erased, Look, Row, of_touch};
use super::{owner, topic, words};
use crate::as_of::HandoffAsOf;
use crate::names::Versions;
use crate::state::{Field, Handoff, Touchpoint};

/// Fields of a person or an account that are told.
const FIELDS_MAX: usize = 24;

/// What the playbook says for this lead.
#[derive(Clone, Debug, Default)]
pub struct Plan<'a> {
    /// What to do next, in order.
    pub steps: Vec<Step<'a>>,
    /// What to send.
    pub assets: Vec<Asset<'a>>,
    /// What to find out: names of fields of the person, the account or the signals.
    pub collect: Vec<(About, &'a str)>,
}

/// A brief that is being written.
pub(super) struct Writer<'a> {
    known: HandoffAsOf<'a>,
    handoff: &'a Handoff,
    versions: &'a dyn Versions,
    look: Look<'a>,
    claims: Vec<Claim<'a>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(known: HandoffAsOf<'a>, versions: &'a dyn Versions) -> Self {
        let claims = Vec::with_capacity(32);
        Self { known, handoff: known.handoff(), versions, look: Look::at(known), claims }
    }

    pub(super) fn write(mut self, plan: Plan<'a>) -> Brief<'a> {
        self.why_now();
        self.who();
        self.account();
        self.committee();
        self.topics();
        self.timeline();
        self.score();
        self.owner();
        self.sla();
        self.claims.sort_by_key(|claim| claim.section);
        let unknown = self.unknown(&plan);
        Brief {
            handoff: self.handoff.id,
            account: self.known.account().id,
            as_of: self.known.moment(),
            claims: self.claims,
            unknown,
            steps: plan.steps,
            assets: plan.assets,
        }
    }

    // ---- what happened ------------------------------------------------------------------------

    fn why_now(&mut self) {
        let trigger = self.look.of_signals([&self.handoff.signal]).next();
        let touch = self.look.touch(self.handoff.signal);
        if let (Some(evidence), Some(touch)) = (trigger, touch) {
            let (text, personal) = told(String::new(), touch);
            self.claim(Section::WhyNow, text, personal, evidence);
        }
        self.others_active();
    }

    fn others_active(&mut self) {
        let evidence: SmallVec<[Evidence<'a>; 1]> =
            self.look.active.iter().map(|touch| of_touch(touch, "kind")).collect();
        if evidence.is_empty() {
            return;
        }
        let touches = plural(evidence.len(), "touch", "touches");
        let people = plural(self.look.active_people, "other person", "other people");
        self.claims.push(Claim {
            section: Section::WhyNow,
            text: "Others at the account were active in the seven days before".into(),
            figure: Some(format!("{touches} of {people}")),
            evidence,
            personal: false,
        });
    }

    fn timeline(&mut self) {
        let rows = std::mem::take(&mut self.look.rows);
        for Row { touch, theirs } in rows {
            let mut text = words::stamp(touch.moment);
            text.push_str(if theirs { " " } else { " somebody else there: " });
            let (text, personal) = told(text, touch);
            self.claim(Section::Timeline, text, personal, of_touch(touch, "kind"));
        }
    }

    // ---- what is known ------------------------------------------------------------------------

    fn who(&mut self) {
        let mut fields: Vec<(&'a str, &'a Field)> = self
            .look
            .person
            .iter()
            .filter(|(name, _)| topic::of_field(name).is_none())
            .map(|(name, field)| (*name, *field))
            .collect();
        fields.sort_by_key(|(name, _)| topic::order_of_person(name));
        for (name, field) in fields.into_iter().take(FIELDS_MAX) {
            let personal = !topic::is_work(name);
            self.field(Section::Who, About::Person, name, field, "", personal);
        }
        let consents = std::mem::take(&mut self.look.consents);
        for (name, field) in consents.iter().take(FIELDS_MAX) {
            let Some(evidence) = self.look.of_field(About::Consent, name, field) else { continue };
            let given = if field.value == Value::Boolean(true) { "given" } else { "withdrawn" };
            let text = format!("Consent to {} {given}", words::plain(name, 40).replace('_', " "));
            self.claim(Section::Who, text, false, evidence);
        }
        self.look.consents = consents;
    }

    fn account(&mut self) {
        let mut fields: Vec<(&'a str, &'a Field)> = self
            .look
            .account
            .iter()
            .filter(|(name, _)| topic::of_field(name).is_none())
            .copied()
            .collect();
        fields.sort_by_key(|(name, _)| topic::order_of_account(name));
        for (name, field) in fields.into_iter().take(FIELDS_MAX) {
            self.field(Section::Account, About::Account, name, field, "", false);
        }
    }

    fn committee(&mut self) {
        let others = std::mem::take(&mut self.look.others);
        for ((_, name), field) in &others {
            let personal = !topic::is_work(name);
            self.field(Section::Committee, About::Person, name, field, "Also there: ", personal);
        }
        self.look.others = others;
    }

    /// Pain, outcome, criteria and timing: what fields of the account and the person say, and what
    /// the person's own signals say.
    fn topics(&mut self) {
        let person: Vec<_> = self.look.person.iter().map(|(name, field)| (*name, *field)).collect();
        let account = std::mem::take(&mut self.look.account);
        for (about, fields) in [(About::Account, &account), (About::Person, &person)] {
            let about_topics = fields
                .iter()
                .filter_map(|(name, field)| Some((topic::of_field(name)?, *name, *field)));
            for (section, name, field) in about_topics.take(FIELDS_MAX) {
                self.field(section, about, name, field, "", true);
            }
        }
        self.look.account = account;
        let said = std::mem::take(&mut self.look.said);
        for (name, (section, touch)) in said {
            let Some(value) = touch.fields.get(name) else { continue };
            let mut text = words::label(name);
            text.push_str(": ");
            words::quote(&mut text, value);
            self.claim(section, text, true, of_touch(touch, name));
        }
    }

    // ---- what was decided ---------------------------------------------------------------------

    fn score(&mut self) {
        let score = &self.handoff.score;
        if score.contributions.is_empty() {
            return;
        }
        let names = self.versions.names(self.handoff.strategy);
        let hundredths = |points: i32| words::hundredths(i64::from(points));
        let mut all: Vec<SignalId> =
            score.contributions.iter().flat_map(|part| part.evidence.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        let figure = format!(
            "{}: fit {}, engagement {}",
            hundredths(score.total()),
            hundredths(score.fit),
            hundredths(score.engagement)
        );
        self.decided(Section::Score, "Score".into(), Some(figure), &all);
        for part in &score.contributions {
            let name = names.rule(part.group, part.rule);
            let text: Cow<'a, str> = match (name, part.rule, part.group) {
                (Some(name), _, _) => words::plain(name, words::QUOTE_CHARS_MAX),
                (None, None, ScoreGroup::Fit) => "Cap of fit".into(),
                (None, None, ScoreGroup::Engagement) => "Cap of engagement".into(),
                (None, Some(rule), ScoreGroup::Fit) => format!("Fit rule {}", rule + 1).into(),
                (None, Some(rule), ScoreGroup::Engagement) => {
                    format!("Engagement rule {}", rule + 1).into()
                }
            };
            let sign = if part.points < 0 { "" } else { "+" };
            let figure = format!("{sign}{}", hundredths(part.points));
            self.decided(Section::Score, text, Some(figure), &part.evidence);
        }
    }

    fn owner(&mut self) {
        for text in owner::lines(self.handoff, self.versions) {
            self.decided(Section::Owner, text.into(), None, &[]);
        }
    }

    fn sla(&mut self) {
        for (target, clock) in &self.handoff.clocks {
            let what = match target {
                Target::Accept => "Accept by",
                Target::FirstTouch => "First touch by",
                Target::Qualify => "Qualify by",
            };
            let text = format!("{what} {} UTC", words::stamp(clock.due));
            self.decided(Section::Sla, text.into(), None, &[]);
        }
    }

    // ---- what nobody knows --------------------------------------------------------------------

    fn unknown(&self, plan: &Plan<'a>) -> Vec<Unknown<'a>> {
        let erased = |text: &'static str| Unknown { section: Section::Who, text: text.into() };
        let mut unknown = Vec::new();
        match self.look.erased {
            Erased::Whole => return vec![erased("The person was erased")],
            Erased::Part => unknown.push(erased("Some of what was known of them was erased")),
            Erased::Nothing => {}
        }
        let mut say = |section: Section, text: &'static str| {
            unknown.push(Unknown { section, text: text.into() });
        };
        if self.look.damaged {
            say(Section::Who, "A part of what the person said is damaged and cannot be opened");
        }
        let person = &self.look.person;
        if !["title", "role", "department"].iter().any(|name| person.contains_key(name)) {
            say(Section::Who, "What they do there: unknown");
        }
        if !["email", "phone"].iter().any(|name| person.contains_key(name)) {
            say(Section::Who, "How to reach them: unknown");
        }
        if self.look.consents.is_empty() {
            say(Section::Who, "What they consented to: unknown");
        }
        for (section, text) in [
            (Section::Pain, "What hurts: unknown, ask"),
            (Section::Outcome, "What they want to come to: unknown, ask"),
            (Section::Criteria, "What they decide by: unknown, ask"),
            (Section::Timing, "Until when: unknown, ask"),
        ] {
            if !self.claims.iter().any(|claim| claim.section == section) {
                say(section, text);
            }
        }
        for (about, name) in &plan.collect {
            if !self.knows(*about, name) {
                let text = format!("{}: unknown, ask", words::label(name));
                unknown.push(Unknown { section: Section::NextSteps, text: text.into() });
            }
        }
        unknown
    }

    fn knows(&self, about: About, name: &str) -> bool {
        match about {
            About::Person => self.look.person.contains_key(name),
            About::Account => self.look.account.iter().any(|(known, _)| *known == name),
            About::Consent => self.look.consents.contains_key(name),
            About::Signal => self
                .claims
                .iter()
                .any(|claim| claim.evidence.iter().any(|evidence| evidence.field.name == name)),
        }
    }

    // ---- claims -------------------------------------------------------------------------------

    fn field(
        &mut self,
        section: Section,
        about: About,
        name: &'a str,
        field: &'a Field,
        before: &str,
        personal: bool,
    ) {
        let Some(evidence) = self.look.of_field(about, name, field) else { return };
        let mut text = String::with_capacity(64);
        text.push_str(before);
        text.push_str(&words::label(name));
        text.push_str(": ");
        words::quote(&mut text, &field.value);
        let personal = personal || words::may_reach_somebody(&field.value);
        self.claim(section, text, personal, evidence);
    }

    fn claim(&mut self, section: Section, text: String, personal: bool, evidence: Evidence<'a>) {
        let evidence = smallvec![evidence];
        self.claims.push(Claim { section, text: text.into(), figure: None, evidence, personal });
    }

    /// A claim that the decision makes. It rests on the signals that the decision names, or on the
    /// one that began the handoff; what rests on signals that are gone is not said.
    fn decided(
        &mut self,
        section: Section,
        text: Cow<'a, str>,
        figure: Option<String>,
        signals: &[SignalId],
    ) {
        let began = [self.handoff.signal];
        let signals = if signals.is_empty() { &began } else { signals };
        let evidence: SmallVec<[Evidence<'a>; 1]> = self.look.of_signals(signals).collect();
        if !evidence.is_empty() {
            self.claims.push(Claim { section, text, figure, evidence, personal: false });
        }
    }
}

/// What a signal says of itself, after what is there, and whether that may name somebody.
fn told(mut text: String, touch: &Touchpoint) -> (String, bool) {
    text.push_str(&words::label(&touch.kind));
    let mut details = topic::details().iter();
    let Some((name, value)) = details.find_map(|name| Some((*name, touch.fields.get(name)?)))
    else {
        return (text, false);
    };
    text.push_str(": ");
    match (name, value) {
        // What follows a path is for machines, and may name somebody.
        ("path" | "page" | "url", Value::Text(path)) => {
            let end = path.find(['?', '#']).unwrap_or(path.len());
            words::quote_text(&mut text, &path[..end]);
        }
        _ => words::quote(&mut text, value),
    }
    let words_of_theirs = matches!(name, "subject" | "name" | "text" | "note");
    (text, words_of_theirs || words::may_reach_somebody(value))
}

fn plural(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {several}") }
}

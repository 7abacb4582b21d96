//! The sections of a brief, one after the other.

use domain::fact::UnknownCode;
use domain::{PersonId, SignalId, Value};
use smallvec::{SmallVec, smallvec};

use super::claim::{Evidence, Place};
use super::draft::{Draft, Drafted, KnowledgeGap, field_of};
use super::input::{BriefInput, Erased, Row, Said, find, of_touch};
use super::plan::Plan;
use super::section::{About, Section};
use super::sentence::Sentence;
use super::{owner, topic};
use crate::as_of::HandoffAsOf;
use crate::state::{Field, Handoff};

/// Fields of a person or an account that are told.
const FIELDS_MAX: usize = 24;
/// Room for the claims of most briefs.
const CLAIMS: usize = 40;

/// A brief that is being written.
pub(super) struct Writer<'a> {
    known: HandoffAsOf<'a>,
    handoff: &'a Handoff,
    input: BriefInput<'a>,
    claims: Vec<Drafted<'a>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(known: HandoffAsOf<'a>) -> Self {
        let claims = Vec::with_capacity(CLAIMS);
        Self { known, handoff: known.handoff(), input: BriefInput::at(known), claims }
    }

    pub(super) fn draft(mut self, plan: Plan<'a>) -> Draft<'a> {
        let topics = self.topics();
        for section in Section::ALL {
            match section {
                Section::WhyNow => self.why_now(),
                Section::Who => self.who(),
                Section::Account => self.account(),
                Section::Committee => self.committee(),
                Section::Timeline => self.timeline(),
                Section::Score => self.score(),
                Section::Owner => self.owner(),
                Section::Sla => self.sla(),
                // These are topics alone.
                Section::Pain | Section::Outcome | Section::Criteria | Section::Timing => {}
                // The plan says them.
                Section::NextSteps | Section::Assets => {}
            }
            for (sentence, evidence) in topics.iter().filter(|(told, _)| told.section() == section)
            {
                self.claim(*sentence, *evidence);
            }
        }
        let unknown = self.unknown(&plan);
        Draft {
            handoff: self.handoff,
            account: self.known.account().id,
            as_of: self.known.moment(),
            claims: self.claims,
            unknown,
            plan,
            ordinals: None,
        }
    }

    // ---- what happened ------------------------------------------------------------------------

    fn why_now(&mut self) {
        let trigger = self.input.of_signals([&self.handoff.signal]).next();
        let touch = self.input.touch(self.handoff.signal);
        if let (Some(evidence), Some(touch)) = (trigger, touch) {
            self.claim(Sentence::Began(touch), evidence);
        }
        self.others_active();
    }

    fn others_active(&mut self) {
        if self.input.active.is_empty() {
            return;
        }
        let sentence = Sentence::OthersActive(self.input.active_people);
        let evidence = self.input.active.iter().map(|touch| of_touch(touch, Place::KIND)).collect();
        self.claims.push(Drafted { sentence, evidence });
    }

    fn timeline(&mut self) {
        let rows = std::mem::take(&mut self.input.rows);
        for Row { touch, theirs } in rows {
            self.claim(Sentence::Row { touch, theirs }, of_touch(touch, Place::KIND));
        }
    }

    // ---- what is known ------------------------------------------------------------------------

    fn who(&mut self) {
        for (name, field) in in_order(&self.input.person, topic::order_of_person) {
            self.field((Section::Who, About::Person, None), name, field);
        }
        let consents = std::mem::take(&mut self.input.consents);
        for (name, field) in consents.iter().take(FIELDS_MAX) {
            let Some(evidence) = self.input.of_field(About::Consent, name, field) else { continue };
            let given = field.value == Value::Boolean(true);
            self.claim(Sentence::Consent { name, given }, evidence);
        }
        self.input.consents = consents;
    }

    fn account(&mut self) {
        for (name, field) in in_order(&self.input.account, topic::order_of_account) {
            self.field((Section::Account, About::Account, None), name, field);
        }
    }

    fn committee(&mut self) {
        let others = std::mem::take(&mut self.input.others);
        for ((other, name), field) in &others {
            let place = (Section::Committee, About::Person, Some(*other));
            self.field(place, name, field);
        }
        self.input.others = others;
    }

    /// Pain, outcome, criteria and timing: what fields of the account and the person say, and what
    /// the person's own signals say. Some of these say why now.
    fn topics(&self) -> Vec<(Sentence<'a>, Evidence<'a>)> {
        let mut topics = Vec::new();
        let said_of = [(About::Account, &self.input.account), (About::Person, &self.input.person)];
        for (about, fields) in said_of {
            let about_topics = fields
                .iter()
                .filter_map(|(name, field)| Some((topic::of_field(name)?, *name, *field)));
            for (section, name, field) in about_topics.take(FIELDS_MAX) {
                let Some(evidence) = self.input.of_field(about, name, field) else { continue };
                let (value, other, claimed) = (&field.value, None, !field.vouched);
                let sentence = Sentence::Field { section, about, name, value, other, claimed };
                topics.push((sentence, evidence));
            }
        }
        for Said { name, value, section, touch } in self.input.said.iter().copied() {
            let field = Place { about: About::Signal, name };
            topics.push((Sentence::Said { section, name, value }, of_touch(touch, field)));
        }
        topics
    }

    // ---- what was decided ---------------------------------------------------------------------

    fn score(&mut self) {
        let score = &self.handoff.score;
        if score.contributions.is_empty() {
            return;
        }
        let mut all: Vec<SignalId> =
            score.contributions.iter().flat_map(|part| part.evidence.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        self.decided(Sentence::Score { fit: score.fit, engagement: score.engagement }, &all);
        for part in &score.contributions {
            let sentence =
                Sentence::ScorePart { group: part.group, rule: part.rule, points: part.points };
            self.decided(sentence, &part.evidence);
        }
    }

    fn owner(&mut self) {
        for line in owner::lines(self.handoff) {
            self.decided(Sentence::Owner(line), &[]);
        }
    }

    fn sla(&mut self) {
        for (target, clock) in self.handoff.clocks.iter() {
            self.decided(Sentence::Due { target: *target, due: clock.due }, &[]);
        }
    }

    // ---- what nobody knows --------------------------------------------------------------------

    fn unknown(&self, plan: &Plan<'a>) -> Vec<KnowledgeGap<'a>> {
        let mut unknown = Vec::new();
        match self.input.erased {
            Erased::Whole => return vec![KnowledgeGap::of(UnknownCode::Erased)],
            Erased::Part => unknown.push(KnowledgeGap::of(UnknownCode::PartErased)),
            Erased::Nothing => {}
        }
        let has = |name: &&str| find(&self.input.person, name).is_some();
        let says =
            |section: Section| self.claims.iter().any(|claim| claim.sentence.section() == section);
        for (is_known, code) in [
            (!self.input.damaged, UnknownCode::Damaged),
            (["title", "role", "department"].iter().any(has), UnknownCode::Work),
            (["email", "phone"].iter().any(has), UnknownCode::Reach),
            (!self.input.consents.is_empty(), UnknownCode::Consents),
            (says(Section::Pain), UnknownCode::Pain),
            (says(Section::Outcome), UnknownCode::Outcome),
            (says(Section::Criteria), UnknownCode::Criteria),
            (says(Section::Timing), UnknownCode::Timing),
        ] {
            if !is_known {
                unknown.push(KnowledgeGap::of(code));
            }
        }
        let wanted = plan.collect.iter().copied();
        let missing = wanted.filter(|name| {
            let (about, name) = field_of(name);
            !self.knows(about, name)
        });
        unknown.extend(
            missing.map(|name| KnowledgeGap { code: UnknownCode::Field, field: Some(name) }),
        );
        unknown
    }

    fn knows(&self, about: About, name: &str) -> bool {
        match about {
            About::Person => find(&self.input.person, name).is_some(),
            About::Account => find(&self.input.account, name).is_some(),
            About::Consent => find(&self.input.consents, name).is_some(),
            About::Signal => self
                .claims
                .iter()
                .any(|claim| claim.evidence.iter().any(|known| known.field.name == name)),
        }
    }

    // ---- claims -------------------------------------------------------------------------------

    fn field(
        &mut self,
        (section, about, other): (Section, About, Option<PersonId>),
        name: &'a str,
        field: &'a Field,
    ) {
        let Some(evidence) = self.input.of_field(about, name, field) else { return };
        let (value, claimed) = (&field.value, !field.vouched);
        self.claim(Sentence::Field { section, about, name, value, other, claimed }, evidence);
    }

    fn claim(&mut self, sentence: Sentence<'a>, evidence: Evidence<'a>) {
        self.claims.push(Drafted { sentence, evidence: smallvec![evidence] });
    }

    /// A claim that the decision makes. It rests on the signals that the decision names, or on the
    /// one that began the handoff; what rests on signals that are gone is not said.
    fn decided(&mut self, sentence: Sentence<'a>, signals: &[SignalId]) {
        let began = [self.handoff.signal];
        let signals = if signals.is_empty() { &began } else { signals };
        let mut evidence = SmallVec::with_capacity(signals.len());
        evidence.extend(self.input.of_signals(signals));
        if !evidence.is_empty() {
            self.claims.push(Drafted { sentence, evidence });
        }
    }
}

/// The fields that are no topic of their own, in the order that they are read.
fn in_order<'a>(
    known: &[(&'a str, &'a Field)],
    order: fn(&str) -> usize,
) -> impl Iterator<Item = (&'a str, &'a Field)> + use<'a> {
    let told = known.iter().filter(|(name, _)| topic::of_field(name).is_none());
    let mut fields: Vec<(usize, &'a str, &'a Field)> =
        told.map(|(name, field)| (order(name), *name, *field)).collect();
    fields.sort_by_key(|(place, _, _)| *place);
    fields.into_iter().take(FIELDS_MAX).map(|(_, name, field)| (name, field))
}

//! A brief before it has words: sentences with what they rest on. It becomes text for readers, and
//! codes for the journal.

use std::borrow::Cow;

use domain::fact::{Chosen, Claim as Code, ClaimCode, Claims, Unknown as Lacked, UnknownCode};
use domain::handoff::Target;
use domain::signal::SourceName;
use domain::{AccountId, Moment, SignalId, Text};
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use super::claim::{Brief, Claim, Evidence, Unknown};
use super::owner::Line;
use super::plan::Plan;
use super::section::{About, Section};
use super::sentence::{Sentence, SentenceText};
use super::sightings::Sightings;
use super::words;
use crate::names::Versions;
use crate::state::Handoff;

/// A brief before it has words.
#[derive(Debug)]
pub struct Draft<'a> {
    pub(crate) handoff: &'a Handoff,
    pub(crate) account: AccountId,
    pub(crate) as_of: Moment,
    /// In the order of the sections.
    pub(crate) claims: Vec<Drafted<'a>>,
    pub(super) unknown: Vec<KnowledgeGap<'a>>,
    pub(crate) plan: Plan<'a>,
    /// Which claims of the written brief these are, from 1, where some of those are gone.
    pub(super) ordinals: Option<Vec<u16>>,
}

/// A sentence, and what it rests on.
#[derive(Debug)]
pub struct Drafted<'a> {
    pub(super) sentence: Sentence<'a>,
    /// Never empty.
    pub(crate) evidence: SmallVec<[Evidence<'a>; 1]>,
}

impl Drafted<'_> {
    /// Where it stands.
    pub(crate) const fn section(&self) -> Section {
        self.sentence.section()
    }

    /// Whether nobody vouches for what it says.
    pub(crate) const fn is_claimed(&self) -> bool {
        self.sentence.is_claimed()
    }

    /// Whether it names or quotes somebody.
    pub(crate) fn is_personal(&self) -> bool {
        self.sentence.is_personal()
    }
}

/// Something that nobody knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct KnowledgeGap<'a> {
    pub(super) code: UnknownCode,
    /// The field that the playbook asks for, by its whole name: `person.title`.
    pub(super) field: Option<&'a str>,
}

impl<'a> Draft<'a> {
    /// How many claims it has, and how many things it says are not known.
    pub fn shape(&self) -> (u16, u16) {
        (self.claims.len() as u16, self.unknown.len() as u16)
    }

    /// In words. Places are named by the strategies that they were said under.
    pub fn brief(&self, versions: &dyn Versions) -> Brief<'a> {
        let told = self.claims.iter().enumerate().map(|(at, drafted)| {
            let mut says = SentenceText::default();
            self.tell(drafted, versions, &mut says);
            let SentenceText { text, figure } = says;
            let figure = Some(figure).filter(|figure| !figure.is_empty());
            let (evidence, personal) = (drafted.evidence.clone(), drafted.is_personal());
            let (section, sentence) = (drafted.section(), drafted.sentence);
            let (claimed, ordinal) = (drafted.is_claimed(), self.ordinal(at));
            Claim { section, text, figure, evidence, personal, claimed, sentence, ordinal }
        });
        Brief {
            handoff: self.handoff.id,
            account: self.account,
            as_of: self.as_of,
            claims: told.collect(),
            unknown: self.unknown().collect(),
            steps: self.plan.steps.clone(),
            assets: self.plan.assets.clone(),
            sightings: Sightings::default(),
            remarks: Vec::new(),
            number: None,
            feedback: Vec::new(),
        }
    }

    /// Which claim of the brief stands at a place of this one, from 1.
    fn ordinal(&self, at: usize) -> u16 {
        let kept = self.ordinals.as_ref().and_then(|kept| kept.get(at).copied());
        kept.unwrap_or((at + 1) as u16)
    }

    /// A claim of the brief as the journal names it: its code, and the source whose words it tells.
    pub fn claim(&self, ordinal: u16) -> Option<(ClaimCode, Option<SourceName>)> {
        let place = (0..self.claims.len()).find(|at| self.ordinal(*at) == ordinal)?;
        let drafted = &self.claims[place];
        let (code, ..) = code_of(&drafted.sentence);
        let first = drafted.evidence.first().filter(|_| drafted.sentence.quotes());
        Some((code, first.map(|known| known.source.clone())))
    }

    /// Says one of its claims.
    pub(crate) fn tell(
        &self,
        drafted: &Drafted<'a>,
        versions: &dyn Versions,
        says: &mut SentenceText,
    ) {
        drafted.sentence.tell(drafted.evidence.len(), self.handoff, versions, says);
    }

    /// What nobody knows, in words.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = Unknown<'a>> {
        self.unknown.iter().map(KnowledgeGap::tell)
    }

    /// The same with another plan.
    pub(crate) fn with_plan(self, plan: Plan<'a>) -> Self {
        Self { plan, ..self }
    }

    /// In codes: no value and no sentence is in them.
    pub fn codes(&self) -> Claims {
        let mut table = Table::with_room();
        let claims = self.claims.iter().map(|drafted| {
            let first = drafted.evidence.first().filter(|_| drafted.sentence.quotes());
            let (code, name, numbers) = code_of(&drafted.sentence);
            Code {
                code,
                evidence: table.places(drafted.evidence.iter().map(|known| known.touch.signal)),
                source: first.map(|known| table.source(known.source)),
                name: name.map(Text::from),
                numbers,
            }
        });
        let claims = claims.collect();
        let chosen = self.plan.chosen.as_ref().map(|chosen| Chosen {
            playbook: chosen.place,
            evidence: table.places(chosen.evidence.iter().copied()),
        });
        Claims {
            signals: table.signals,
            sources: table.sources,
            claims,
            unknown: self.unknown.iter().map(KnowledgeGap::code).collect(),
            playbook: chosen,
        }
    }
}

/// The signals and sources that claims name by their places.
struct Table {
    signals: Vec<SignalId>,
    sources: Vec<SourceName>,
    places: FxHashMap<SignalId, u16>,
    /// The signal that was named last: the next claim often rests on it as well.
    last: Option<(SignalId, u16)>,
}

impl Table {
    /// With room for the signals that most briefs rest on.
    fn with_room() -> Self {
        const SIGNALS: usize = 14;
        Self {
            signals: Vec::with_capacity(SIGNALS),
            sources: Vec::new(),
            places: FxHashMap::with_capacity_and_hasher(SIGNALS, FxBuildHasher),
            last: None,
        }
    }

    fn places(&mut self, signals: impl Iterator<Item = SignalId>) -> Vec<u16> {
        signals.map(|signal| self.place(signal)).collect()
    }

    fn place(&mut self, signal: SignalId) -> u16 {
        if let Some((last, place)) = self.last
            && last == signal
        {
            return place;
        }
        let signals = &mut self.signals;
        let place = *self.places.entry(signal).or_insert_with(|| {
            signals.push(signal);
            (signals.len() - 1) as u16
        });
        self.last = Some((signal, place));
        place
    }

    fn source(&mut self, source: &SourceName) -> u16 {
        let known = self.sources.iter().position(|known| known == source);
        let place = known.unwrap_or_else(|| {
            self.sources.push(source.clone());
            self.sources.len() - 1
        });
        place as u16
    }
}

/// A sentence as the journal has it: its code, the name of its field, its numbers.
fn code_of<'a>(sentence: &Sentence<'a>) -> (ClaimCode, Option<&'a str>, Vec<i64>) {
    let plain = |code| (code, None, Vec::new());
    match *sentence {
        Sentence::Began(_) => plain(ClaimCode::Began),
        Sentence::OthersActive(people) => (ClaimCode::OthersActive, None, vec![people as i64]),
        Sentence::Row { theirs: true, .. } => plain(ClaimCode::Row),
        Sentence::Row { theirs: false, .. } => plain(ClaimCode::RowOfOthers),
        Sentence::Field { section, about, name, .. } => {
            let (code, numbers) = field_code(section, about);
            (code, Some(name), numbers)
        }
        Sentence::Consent { name, given } => {
            (ClaimCode::Consent, Some(name), vec![i64::from(given)])
        }
        Sentence::Said { section, name, .. } => {
            (ClaimCode::Said, Some(name), vec![section.number()])
        }
        Sentence::Score { fit, engagement } => {
            (ClaimCode::Score, None, vec![fit.into(), engagement.into()])
        }
        Sentence::ScorePart { group, rule, points } => {
            let mut numbers = Vec::with_capacity(3);
            numbers.extend([group as i64, points.into()]);
            numbers.extend(rule.map(i64::from));
            (ClaimCode::ScorePart, None, numbers)
        }
        Sentence::Owner(Line::Owner) => plain(ClaimCode::Owner),
        Sentence::Owner(Line::Route(route)) => (ClaimCode::Route, None, vec![route.into()]),
        Sentence::Owner(Line::Pool) => plain(ClaimCode::Pool),
        Sentence::Owner(Line::Reason(code)) => {
            (ClaimCode::RoutingReason, None, vec![code.number().into()])
        }
        Sentence::Due { target, due } => (ClaimCode::Due, None, vec![number_of(target), due.0]),
    }
}

fn field_code(section: Section, about: About) -> (ClaimCode, Vec<i64>) {
    match section {
        Section::Committee => (ClaimCode::OthersField, Vec::new()),
        Section::Who => (ClaimCode::PersonField, Vec::new()),
        Section::Account => (ClaimCode::AccountField, Vec::new()),
        Section::WhyNow
        | Section::Pain
        | Section::Outcome
        | Section::Criteria
        | Section::Timing
        | Section::Timeline
        | Section::Score
        | Section::NextSteps
        | Section::Assets
        | Section::Owner
        | Section::Sla => {
            let of_account = about == About::Account;
            let code = if of_account { ClaimCode::AccountTopic } else { ClaimCode::PersonTopic };
            (code, vec![section.number()])
        }
    }
}

/// The number of a target in the stored form.
pub(super) const fn number_of(target: Target) -> i64 {
    match target {
        Target::Accept => 0,
        Target::FirstTouch => 1,
        Target::Qualify => 2,
    }
}

impl<'a> KnowledgeGap<'a> {
    pub(super) const fn of(code: UnknownCode) -> Self {
        Self { code, field: None }
    }

    fn code(&self) -> Lacked {
        Lacked { code: self.code, name: self.field.map(Text::from) }
    }

    fn tell(&self) -> Unknown<'a> {
        let (section, text, gap): (_, Cow<'a, str>, _) = match self.code {
            UnknownCode::Erased => (Section::Who, "The person was erased".into(), None),
            UnknownCode::PartErased => {
                (Section::Who, "Some of what was known of them was erased".into(), None)
            }
            UnknownCode::Damaged => {
                let says = "A part of what the person said is damaged and cannot be opened";
                (Section::Who, says.into(), None)
            }
            UnknownCode::Work => {
                (Section::Who, "What they do there: unknown".into(), Some("what they do there"))
            }
            UnknownCode::Reach => {
                (Section::Who, "How to reach them: unknown".into(), Some("how to reach them"))
            }
            UnknownCode::Consents => {
                let says = "What they consented to: unknown";
                (Section::Who, says.into(), Some("what they consented to"))
            }
            UnknownCode::Pain => {
                (Section::Pain, "What hurts: unknown, ask".into(), Some("what hurts"))
            }
            UnknownCode::Outcome => {
                let says = "What they want to come to: unknown, ask";
                (Section::Outcome, says.into(), Some("what they want to come to"))
            }
            UnknownCode::Criteria => {
                let says = "What they decide by: unknown, ask";
                (Section::Criteria, says.into(), Some("what they decide by"))
            }
            UnknownCode::Timing => {
                (Section::Timing, "Until when: unknown, ask".into(), Some("until when"))
            }
            UnknownCode::Field => {
                let (_, name) = field_of(self.field.unwrap_or_default());
                (Section::NextSteps, format!("{}: unknown, ask", words::label(name)).into(), None)
            }
        };
        Unknown { section, text, gap }
    }
}

/// What a field is about and what it is called there, by its whole name.
pub(super) fn field_of(name: &str) -> (About, &str) {
    for (root, about) in
        [("person.", About::Person), ("account.", About::Account), ("consent.", About::Consent)]
    {
        if let Some(name) = name.strip_prefix(root) {
            return (about, name);
        }
    }
    (About::Signal, name)
}

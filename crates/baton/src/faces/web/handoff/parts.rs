//! What a handoff's own facts come to on its page: state, clock, score, deliveries, and the parts of its brief.

use domain::fact::Feedback;
use domain::handoff::{DeliveryState, Owner, State, Target};
use domain::{HandoffId, Moment};
use engine::render::{SheetEvidence, SheetLine, SheetPart};
use engine::stages::brief::Section;
use engine::view::{BriefView, ClaimView, FeedbackView, HandoffView, Points};
use pages::Href;
use pages::charts::Contribution;
use pages::handoff::{BesideView, ClockStep, DeliveredView, ScoreView, SectionView};
use pages::parts::{Choice, EvidenceSet, EvidenceSignal, Mark, Said, Tone};
use pages::text::{Urgency, length};

use super::reasons::Told;
use crate::faces::web::inbox::next_step;
use crate::faces::web::moments;
use crate::faces::web::words::state_in_words;
use crate::service::read::beside::Beside;

/// The most characters of a claim where one is chosen.
const CLAIM_CHARS_MAX: usize = 100;

/// What is shown of a handoff's own facts.
pub(super) struct Facts {
    pub(super) id: String,
    pub(super) handoff: HandoffId,
    pub(super) version: u64,
    pub(super) kind: String,
    pub(super) state: State,
    pub(super) owner: Owner,
    pub(super) is_accepted: bool,
    pub(super) score: ScoreView,
    pub(super) delivered: Vec<DeliveredView>,
    pub(super) undo_until: Option<Moment>,
    opened: Moment,
    since: Moment,
    targets: Vec<Clock>,
}

/// A target of its SLA.
struct Clock {
    target: Target,
    due: Moment,
    met: Option<bool>,
    is_open: bool,
}

impl Facts {
    /// Of a handoff as it is shown.
    pub(super) fn of(shown: &HandoffView<'_>, now: Moment) -> Self {
        // Nobody waits for what was refused: it passes on by itself.
        let is_open = is_waiting(shown.state);
        let targets = shown.targets.iter().map(|target| Clock {
            target: target.name,
            due: target.due,
            met: target.met,
            is_open: is_open && target.met.is_none() && waits_for(shown.state, target.name),
        });
        Self {
            id: shown.id.to_string(),
            handoff: shown.id,
            version: u64::from(shown.version),
            kind: shown.kind.to_owned(),
            state: shown.state,
            owner: shown.owner.clone(),
            is_accepted: shown
                .targets
                .iter()
                .any(|target| target.name == Target::Accept && target.met.is_some())
                || is_taken(shown.state),
            score: score(shown),
            delivered: delivered(shown, now),
            undo_until: shown.undo_until,
            opened: shown.opened,
            since: shown.since,
            targets: targets.collect(),
        }
    }

    /// Where it is, for whoever reads.
    pub(super) fn state_chip(&self, owner: &str, mine: bool) -> (String, Tone) {
        let whom = if mine { "you" } else { owner };
        let says = match (&self.owner, self.state) {
            (Owner::Person(_), State::Offered) => format!("offered to {whom}"),
            (Owner::Person(_), State::Accepted) => format!("accepted by {whom}"),
            (Owner::Person(_), State::Working | State::Met | State::Qualified) => {
                format!("{}, with {whom}", state_in_words(self.state))
            }
            (Owner::Queue(_), _) => format!("waits in the queue {owner}"),
            (Owner::Person(_) | Owner::Engine, _) => state_in_words(self.state),
        };
        (says, tone(self.state))
    }

    /// Whether it was refused, and passes on once that can be taken back no more.
    pub(super) fn is_to_settle(&self) -> bool {
        self.state == State::Rejected && matches!(self.owner, Owner::Person(_))
    }

    /// When it is due, and when that time began.
    pub(super) fn due(&self, assigned: Option<Moment>) -> Option<(Moment, Moment)> {
        let open = self.targets.iter().find(|target| target.is_open)?;
        Some((open.due, assigned.unwrap_or(self.opened)))
    }

    /// What has to happen next, and by when; empty where nothing has, or where somebody else has to do it.
    pub(super) fn next(&self, mine: bool, now: Moment) -> String {
        if self.is_to_settle() {
            return match self.undo_until.filter(|until| *until > now) {
                Some(until) => {
                    format!("it passes on to the next at {}", moments::with_seconds(until).short)
                }
                None => "it passes on to the next".to_owned(),
            };
        }
        let step = next_step(self.state);
        if step.is_empty() {
            return String::new();
        }
        let by = match self.targets.iter().find(|target| target.is_open) {
            Some(target) if target.due < now => ", which is late".to_owned(),
            Some(target) => format!(", by {}", moments::when(target.due, now).short),
            None => String::new(),
        };
        if mine { format!("{step}{by}") } else { format!("whoever has it is to {step}{by}") }
    }

    /// Its way so far, and what comes next.
    pub(super) fn clock(&self, told: &Told, now: Moment) -> Vec<ClockStep> {
        let mut steps = vec![ClockStep {
            name: "ready".to_owned(),
            says: moments::when(self.opened, now).short,
            exact: self.opened.to_string(),
            done: true,
            next: None,
            late: false,
        }];
        if let Some(assigned) = told.assigned {
            let says = match told.after_ms {
                Some(after) => format!("+{}", length(after)),
                None => moments::when(assigned, now).short,
            };
            let exact = assigned.to_string();
            steps.push(ClockStep {
                name: "routed".to_owned(),
                says,
                exact,
                done: true,
                next: None,
                late: false,
            });
        }
        let begun = told.assigned.unwrap_or(self.opened);
        let mut is_first = true;
        for target in &self.targets {
            let (left, whole) = moments::left(target.due, begun, now);
            let next = target.is_open.then(|| Urgency::of(left, whole)).filter(|_| is_first);
            is_first &= next.is_none();
            let says = match (target.met, next) {
                (Some(true), _) => "in time".to_owned(),
                (Some(false), _) => "late".to_owned(),
                (None, Some(_)) if left < 0 => format!("{} over", length(left)),
                (None, None) if !is_waiting(self.state) => "stopped".to_owned(),
                (None, None) if left < 0 => format!("{} over", length(left)),
                (None, Some(_)) => format!("{} left", length(left)),
                (None, None) => format!("by {}", moments::when(target.due, now).short),
            };
            steps.push(ClockStep {
                name: target.target.as_str().replace('-', " "),
                says,
                exact: target.due.to_string(),
                done: target.met.is_some(),
                next,
                late: target.met == Some(false)
                    || (target.met.is_none() && is_waiting(self.state) && left < 0),
            });
        }
        if self.state.is_terminal() {
            steps.push(ClockStep {
                name: state_in_words(self.state),
                says: moments::when(self.since, now).short,
                exact: self.since.to_string(),
                done: true,
                next: None,
                late: false,
            });
        }
        steps
    }
}

/// Whether somebody is to do something with it.
const fn is_waiting(state: State) -> bool {
    !state.is_terminal() && !matches!(state, State::Rejected)
}

/// Whether somebody has taken it.
const fn is_taken(state: State) -> bool {
    matches!(
        state,
        State::Accepted | State::Working | State::Met | State::Qualified | State::Won | State::Lost
    )
}

/// Whether a target's clock is the one that runs in a state.
const fn waits_for(state: State, target: Target) -> bool {
    match target {
        Target::Accept => !is_taken(state),
        Target::FirstTouch => !matches!(state, State::Working | State::Met | State::Qualified),
        Target::Qualify => true,
    }
}

/// What the colour of a state says.
pub(in crate::faces::web) const fn tone(state: State) -> Tone {
    match state {
        State::Offered | State::Queued | State::InReview | State::Held => Tone::Look,
        State::Accepted | State::Working | State::Met | State::Qualified | State::Won => Tone::Good,
        State::Lost
        | State::Rejected
        | State::Expired
        | State::Disqualified
        | State::Withdrawn
        | State::Faulted => Tone::Bad,
        State::Proposed | State::Checked | State::Recycled | State::Repaired => Tone::Plain,
    }
}

fn score(shown: &HandoffView<'_>) -> ScoreView {
    let whole = |points: Points| {
        let text = format!("{:.2}", f64::from(points.0) / 100.0);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let known = &shown.score;
    let mut parts: Vec<Contribution> = known
        .contributions
        .iter()
        .map(|part| Contribution { name: part.name.to_string(), points: part.points.0 })
        .collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.points.abs()));
    ScoreView {
        total: whole(known.total),
        says: format!("fit {} + engagement {}", whole(known.fit), whole(known.engagement)),
        parts,
    }
}

fn delivered(shown: &HandoffView<'_>, now: Moment) -> Vec<DeliveredView> {
    let one = |delivery: &engine::view::DeliveryView<'_>| {
        let (tone, what) = match delivery.state {
            DeliveryState::Delivered => (Tone::Good, "there"),
            DeliveryState::Queued => (Tone::Plain, "waits for its turn"),
            DeliveryState::Attempting => (Tone::Look, "under way"),
            DeliveryState::Failed => (Tone::Bad, "never got there"),
            DeliveryState::Compensated => (Tone::Plain, "taken back"),
            DeliveryState::Withdrawn => (Tone::Plain, "not sent"),
        };
        let attempts = match (delivery.state, delivery.attempts) {
            (DeliveryState::Delivered, 0 | 1) => ", at once".to_owned(),
            (_, 0 | 1) => String::new(),
            (_, several) => format!(", {several} attempts"),
        };
        let again =
            delivery.again.map(|again| format!(", again at {}", moments::when(again, now).short));
        DeliveredView {
            name: delivery.step.to_string(),
            tone,
            says: format!("{what}{attempts}{}", again.unwrap_or_default()),
        }
    };
    shown.deliveries.iter().map(one).collect()
}

/// Another open handoff of the account.
pub(super) fn beside(one: Beside, now: Moment) -> BesideView {
    BesideView {
        href: Href::to(format!("/h/{}", one.handoff)),
        name: one.person.unwrap_or_else(|| "Somebody".to_owned()),
        says: format!("is {} with {}", state_in_words(one.state), one.owner),
        since: moments::when(one.since, now),
        because: one.because,
    }
}

/// What readers say of the claims of a brief.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged(Vec<(Option<u16>, Mark)>);

impl Judged {
    /// Of a brief as it is shown.
    pub(super) fn of(brief: &BriefView<'_>) -> Self {
        let mark = |said: &FeedbackView<'_>| {
            let tone = match said.feedback {
                Feedback::Right => Tone::Good,
                Feedback::Wrong => Tone::Bad,
                Feedback::Stale | Feedback::Missing => Tone::Look,
            };
            let note = said.text.map(str::to_owned);
            (
                said.claim,
                Mark { tone, says: said.feedback.to_string(), by: said.by.to_owned(), note },
            )
        };
        Self(brief.feedback.iter().map(mark).collect())
    }

    /// What is said of one of these claims.
    fn of_claims(&self, claims: &[u16]) -> Vec<Mark> {
        let of = |(claim, mark): &(Option<u16>, Mark)| {
            claim.is_some_and(|claim| claims.contains(&claim)).then(|| mark.clone())
        };
        self.0.iter().filter_map(of).collect()
    }

    /// What is said to be missing.
    pub(super) fn missing(&self) -> Vec<Mark> {
        let missing = self.0.iter().filter(|(claim, _)| claim.is_none());
        missing.map(|(_, mark)| mark.clone()).collect()
    }
}

/// The claims of a brief by their numbers, to choose one.
pub(super) fn claims(brief: &BriefView<'_>) -> Vec<Choice> {
    let choice = |claim: &ClaimView<'_>| {
        let mut says: String = claim.text.chars().take(CLAIM_CHARS_MAX).collect();
        if says.len() < claim.text.len() {
            says.push('…');
        }
        Some(Choice { value: claim.claim?.to_string(), says })
    };
    // A deadline is no sentence that somebody could find wrong, and may be over.
    let told = brief.claims.iter().filter(|claim| claim.section != Section::Sla);
    told.filter_map(choice).collect()
}

/// A sentence of the brief.
pub(super) fn said(line: &SheetLine, judged: &Judged) -> Said {
    let marks = judged.of_claims(&line.claims);
    Said { text: line.text.clone(), evidence: line.evidence, unknown: line.unknown, marks }
}

/// A section of the brief.
pub(super) fn section(part: &SheetPart, judged: &Judged) -> SectionView {
    SectionView {
        title: part.title.to_owned(),
        lines: part.lines.iter().map(|line| said(line, judged)).collect(),
        steps: part.lines.iter().any(|line| line.step),
    }
}

/// What stands behind a number.
pub(super) fn evidence(set: &SheetEvidence, now: Moment) -> EvidenceSet {
    let signals = set.signals.iter().map(|signal| EvidenceSignal {
        when: moments::when(signal.moment, now),
        kind: signal.kind.clone(),
        source: format!("{}, in {}", signal.source, signal.fields.join(", ")),
        source_id: signal.source_id.clone(),
        id: signal.signal.to_string(),
    });
    EvidenceSet { signals: signals.collect(), more: set.more }
}

//! What the playbook says for a lead: next steps, assets, and what is to be found out.
//!
//! A placeholder for what a person or an account is like shows what stands in for it, since a step
//! names nobody and reads the same with a signal less.

use std::borrow::Cow;
use std::fmt::Write as _;

use domain::SignalId;
use domain::handoff::Owner;
use rules::playbook::{Fixed, Piece, Placeholder, Template, Touch};
use rules::strategy::Play;
use rules::{Scene, Strategy};

use super::claim::{Asset, Step};
use super::words;
use crate::as_of::HandoffAsOf;
use crate::lead::Lead;
use crate::names::Names;
use crate::state::Handoff;

/// The most characters of a step.
const STEP_CHARS_MAX: usize = 400;

/// What the playbook says for this lead.
#[derive(Clone, Debug, Default)]
pub struct Plan<'a> {
    /// What to do next, in order.
    pub steps: Vec<Step<'a>>,
    /// What to send.
    pub assets: Vec<Asset<'a>>,
    /// What to find out: whole names of fields, as `person.title`.
    pub collect: Vec<&'a str>,
    /// The playbook that says so.
    pub chosen: Option<Choice>,
}

/// A playbook that fitted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Its place in the strategy.
    pub place: u16,
    /// The signals that made it fit.
    pub evidence: Vec<SignalId>,
}

/// The plan for the lead of a handoff, by the first playbook that fits.
pub(super) fn plan<'a>(known: HandoffAsOf<'a>, strategy: &'a Strategy) -> Plan<'a> {
    if strategy.playbooks.is_empty() {
        return Plan::default();
    }
    let handoff = known.handoff();
    let lead = Lead::new(
        strategy,
        known.account(),
        known.person(),
        handoff.signal,
        Some(&handoff.score),
        known.moment(),
    );
    let Some(playbook) = strategy.playbook(&strategy.frame(&lead)) else { return Plan::default() };
    let is_chosen = |play: &Play| std::ptr::eq(&raw const play.playbook, playbook);
    let Some(place) = strategy.playbooks.iter().position(is_chosen) else {
        return Plan::default();
    };
    let evidence = evidence(strategy, place, &lead);
    chosen(handoff, strategy, Choice { place: place as u16, evidence })
}

/// What a playbook of a strategy says for a handoff.
pub(super) fn chosen<'a>(handoff: &Handoff, strategy: &'a Strategy, choice: Choice) -> Plan<'a> {
    let Some(play) = strategy.playbooks.get(usize::from(choice.place)) else {
        return Plan::default();
    };
    let (playbook, evidence) = (&play.playbook, &choice.evidence);
    let held = |path: &str| held(path, handoff, strategy);
    let steps = playbook.steps.iter().map(|step| Step {
        text: filled(&step.text, &held),
        when: step.when.as_ref().map(|when| words::plain(&when.value, STEP_CHARS_MAX)),
        evidence: evidence.clone(),
    });
    let touches = playbook.touches.iter().map(|touch| touched(touch, evidence));
    let assets = playbook.assets.iter().map(|asset| Asset {
        name: words::plain(&asset.value, STEP_CHARS_MAX),
        evidence: evidence.clone(),
    });
    Plan {
        steps: if playbook.steps.is_empty() { touches.collect() } else { steps.collect() },
        assets: assets.collect(),
        collect: playbook.collect.iter().map(|name| name.value.as_str()).collect(),
        chosen: Some(choice),
    }
}

/// The signals that the segments looked at, up to the one that holds.
fn evidence(strategy: &Strategy, chosen: usize, lead: &Lead<'_>) -> Vec<SignalId> {
    let plays = &strategy.playbooks;
    // One for everybody fits since none of the others did.
    let looked_at = if plays[chosen].segment.is_some() { &plays[..=chosen] } else { &plays[..] };
    let segments = looked_at.iter().filter_map(|play| play.segment.as_ref());
    let names = segments.flat_map(rules::Condition::names);
    let mut signals: Vec<SignalId> = names.filter_map(|name| lead.known(name).source).collect();
    signals.sort_unstable();
    signals.dedup();
    signals
}

fn touched<'a>(touch: &'a Touch, evidence: &[SignalId]) -> Step<'a> {
    let mut text = words::plain(&touch.touch.value, STEP_CHARS_MAX);
    if let Some(by) = &touch.by {
        let _ = write!(text.to_mut(), ", by {}", words::plain(&by.value, 40));
    }
    let when = touch.after.as_ref().map(|after| {
        let mut when = "after".to_owned();
        let duration = &after.value;
        let minutes = duration.open.as_ms() / 60_000;
        for (count, unit) in [
            (i64::from(duration.days), "d"),
            (i64::from(duration.working_days), " working days"),
            (minutes / 60, "h"),
            (minutes % 60, "m"),
        ] {
            if count > 0 {
                let _ = write!(when, " {count}{unit}");
            }
        }
        Cow::Owned(when)
    });
    Step { text, when, evidence: evidence.to_vec() }
}

fn filled<'a>(template: &'a Template, held: &dyn Fn(&str) -> Option<String>) -> Cow<'a, str> {
    if let [Piece::Text(text)] = template.pieces.as_slice() {
        return words::plain(text, STEP_CHARS_MAX);
    }
    let mut text = String::new();
    for piece in &template.pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Placeholder(Placeholder { path, or }) => match (held(&path.value), or) {
                (Some(value), _) => text.push_str(&value),
                (None, Some(or)) => text.push_str(or),
                (None, None) => {
                    let name = path.value.rsplit('.').next().unwrap_or_default();
                    let _ = write!(text, "({})", name.replace('_', " "));
                }
            },
        }
    }
    words::plain(&text, STEP_CHARS_MAX).into_owned().into()
}

/// What the decision fixed, whatever the signals say.
fn held(path: &str, handoff: &Handoff, strategy: &Strategy) -> Option<String> {
    let owner = match &handoff.owner {
        Owner::Person(member) => strategy.team.member(&member.0),
        Owner::Engine | Owner::Queue(_) => None,
    };
    match Fixed::named(path)? {
        Fixed::HandoffId => Some(handoff.id.to_string()),
        Fixed::HandoffKind => Some(handoff.kind.clone()),
        Fixed::ScoreTotal => Some(words::hundredths(i64::from(handoff.score.total()))),
        Fixed::OwnerId => Some(handoff.owner.id().to_owned()),
        Fixed::OwnerName => Some(match owner {
            Some(owner) => Names::member(strategy, &owner.id.0).unwrap_or_default().to_owned(),
            None => handoff.owner.id().to_owned(),
        }),
        Fixed::OwnerEmail => owner.and_then(|owner| owner.email.clone()),
    }
}

//! Destinations: what leaves, when, in which order, and what takes it back.
//!
//! The names of destinations are those of `baton.toml`, which this crate does not know; each stands
//! here with its place, so that whoever knows both can tell.

use std::collections::BTreeSet;

use domain::handoff::State;
use notation::{Diagnostic, Diagnostics, FileId, Node, Sources, Spanned, nearest};

use crate::canonical::{Canonical, canonical};
use crate::reading;

/// What `destinations.yaml` says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Destinations {
    /// The steps, in the order in which they are made.
    pub steps: Vec<Step>,
}

/// One effect on one outside system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Its name, as the receiver sees it.
    pub step: Spanned<String>,
    /// Where to: a name of `baton.toml`.
    pub to: Spanned<String>,
    /// In which state of the handoff.
    pub when: Spanned<State>,
    /// What is sent.
    pub send: Vec<Part>,
    /// What is sent to take it back; nothing can take it back without.
    pub undo: Option<Spanned<String>>,
}

/// A part of what a step sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The handoff as the API has it.
    Handoff,
    /// The brief.
    Brief,
}

/// Steps of a strategy.
const STEPS_MAX: usize = 100;
/// Characters of a name.
const NAME_MAX: usize = 100;

impl Destinations {
    /// Every destination that is named, with its place.
    pub fn names(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.steps.iter().map(|step| &step.to)
    }

    /// The names that nobody has configured, each once, in their order.
    pub fn missing(&self, is_configured: impl Fn(&str) -> bool) -> BTreeSet<&str> {
        let names = self.names().map(|name| name.value.as_str());
        names.filter(|name| !is_configured(name)).collect()
    }
}

impl Step {
    /// Whether it sends the handoff.
    pub fn sends_handoff(&self) -> bool {
        self.send.contains(&Part::Handoff)
    }

    /// Whether it sends the brief.
    pub fn sends_brief(&self) -> bool {
        self.send.contains(&Part::Brief)
    }
}

/// Reads the steps.
pub fn parse(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Destinations> {
    let before = out.errors();
    let document = notation::parse(sources, file, out)?;
    if document.is_null() {
        return Some(Destinations::default());
    }
    let mut fields = document.map(out)?;
    let nodes = fields.required("steps", out).and_then(|node| node.list(out)).unwrap_or_default();
    fields.finish(out);
    if let Some(surplus) = nodes.get(STEPS_MAX) {
        let says = format!("a strategy has at most {STEPS_MAX} steps");
        out.push(Diagnostic::error("list-too-long", surplus.span, says));
        return None;
    }
    let steps: Vec<Step> = nodes.iter().filter_map(|node| step(node, out)).collect();
    for (at, step) in steps.iter().enumerate() {
        if steps[..at].iter().any(|earlier| earlier.step.value == step.step.value) {
            let says = format!("there is a step `{}` already", step.step.value);
            out.push(Diagnostic::error("step-twice", step.step.span, says));
        }
    }
    (out.errors() == before).then_some(Destinations { steps })
}

fn step(node: &Node, out: &mut Diagnostics) -> Option<Step> {
    let mut fields = node.map(out)?;
    let step = fields.required("step", out).and_then(|node| name(node, out));
    let to = fields.required("to", out).and_then(|node| name(node, out));
    let when = fields.required("when", out).and_then(|node| state(node, out));
    let send = fields.required("send", out).map(|node| parts(node, out));
    let undo = fields.optional("undo").and_then(|node| name(node, out));
    fields.finish(out);
    Some(Step { step: step?, to: to?, when: when?, send: send?, undo })
}

fn name(node: &Node, out: &mut Diagnostics) -> Option<Spanned<String>> {
    let name = reading::text(node, out)?;
    let length = name.value.chars().count();
    if !(1..=NAME_MAX).contains(&length) || name.value.chars().any(char::is_control) {
        let says = format!("a name has 1 to {NAME_MAX} characters, all of them visible");
        out.push(Diagnostic::error("yaml-type", node.span, says));
        return None;
    }
    Some(name)
}

/// A state of a handoff; what people write with spaces has hyphens inside.
fn state(node: &Node, out: &mut Diagnostics) -> Option<Spanned<State>> {
    let word = node.text(out)?.replace(' ', "-");
    let found = State::named(&word);
    if found.is_none() {
        let says = "a handoff has no such state";
        let near = nearest(&word, State::ALL.iter().map(|state| state.as_str()));
        let help = near.map_or("write a state, as in `offered` or `accepted`".to_owned(), |near| {
            format!("did you mean `{near}`?")
        });
        out.push(Diagnostic::error("unknown-word", node.span, says).help(help));
    }
    found.map(|state| Spanned::new(state, node.span))
}

fn parts(node: &Node, out: &mut Diagnostics) -> Vec<Part> {
    let mut parts = Vec::new();
    for word in reading::texts(node, out).unwrap_or_default() {
        let part = match word.value.as_str() {
            "handoff" => Part::Handoff,
            "brief" => Part::Brief,
            other => {
                let says = "a step cannot send this";
                let help = match nearest(other, ["handoff", "brief"]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "a step sends `handoff` and `brief`".to_owned(),
                };
                out.push(Diagnostic::error("unknown-word", word.span, says).help(help));
                continue;
            }
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if parts.is_empty() {
        let says = "the step sends nothing";
        let help = "write `send: [handoff]` or `send: [handoff, brief]`";
        out.push(Diagnostic::error("list-empty", node.span, says).help(help));
    }
    parts
}

canonical!(Destinations { steps });
canonical!(Step { step, to, when, send, undo });

impl Canonical for State {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.as_str().canonical(out);
    }
}

impl Canonical for Part {
    fn canonical(&self, out: &mut Vec<u8>) {
        matches!(self, Self::Brief).canonical(out);
    }
}

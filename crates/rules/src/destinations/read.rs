//! Reading `destinations.yaml`.

use domain::handoff::{MemberId, Occasion, State};
use notation::{Diagnostic, Diagnostics, FileId, Node, Sources, Spanned, nearest};

use super::{Destinations, Part, Step, Tell, Trigger, manner};
use crate::reading;

/// Steps of a strategy.
const STEPS_MAX: usize = 100;
/// Characters of a name.
const NAME_MAX: usize = 100;

/// Reads the steps.
pub fn parse(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Destinations> {
    let before = out.errors();
    let document = notation::parse(sources, file, out)?;
    if document.is_null() {
        return Some(Destinations::default());
    }
    let mut fields = document.map(out)?;
    let nodes = fields.required("steps", out).and_then(|node| node.list(out)).unwrap_or_default();
    let manners = fields.optional("destinations").map(|node| manner::manners(node, out));
    fields.finish(out);
    if let Some(surplus) = nodes.get(STEPS_MAX) {
        let says = format!("a strategy has at most {STEPS_MAX} steps");
        out.push(Diagnostic::error("list-too-long", surplus.span, says));
        return None;
    }
    let steps: Vec<Step> = nodes.iter().filter_map(|node| step(node, out)).collect();
    for (at, step) in steps.iter().enumerate() {
        let mut before = steps[..at].iter();
        if let Some(first) = before.find(|earlier| earlier.step.value == step.step.value) {
            let says = format!("there is a step `{}` already", step.step.value);
            let help = "give each step a name of its own: receivers tell steps apart by it";
            let told = Diagnostic::error("step-twice", step.step.span, says).help(help);
            out.push(told.elsewhere(first.step.span, "the first of this name"));
        }
    }
    let manners = manners.unwrap_or_default();
    manner::unused(&manners, &steps, out);
    (out.errors() == before).then_some(Destinations { steps, manners })
}

fn step(node: &Node, out: &mut Diagnostics) -> Option<Step> {
    let mut fields = node.map(out)?;
    let step = fields.required("step", out).and_then(|node| name(node, out));
    let to = fields.required("to", out).and_then(|node| name(node, out));
    let when = fields.required("when", out).and_then(|node| trigger(node, out));
    let tell = fields.optional("tell").and_then(|node| tell(node, out));
    let must = fields.optional("must").and_then(|node| node.boolean(out));
    let send = match &tell {
        // What a message says is a message by itself.
        Some(_) => fields.optional("send"),
        None => fields.required("send", out),
    };
    let send = send.map(|node| parts(node, out));
    let undo = fields.optional("undo").and_then(|node| name(node, out));
    fields.finish(out);
    let (when, must) = (when?, must.unwrap_or(false));
    if let (Trigger::Occasion(_), Some(undo)) = (when.value, &undo) {
        let says = "what was told on an occasion cannot be taken back";
        let help = "take `undo` out; steps that wait for a state may have it";
        out.push(Diagnostic::error("undo-of-occasion", undo.span, says).help(help));
    }
    if must && tell.is_none() {
        let says = "`must` is about people, and this step tells nobody";
        let help = "add `tell: owner`, or take `must` out";
        out.push(Diagnostic::error("must-without-tell", node.span, says).help(help));
    }
    let send = match (&tell, send) {
        (None, send) => send?,
        (Some(_), send) => send.unwrap_or_default(),
    };
    Some(Step { step: step?, to: to?, when, tell, must, send, undo })
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

/// A state of a handoff, or an occasion; what people write with spaces has hyphens inside.
fn trigger(node: &Node, out: &mut Diagnostics) -> Option<Spanned<Trigger>> {
    let word = node.text(out)?.replace(' ', "-");
    let found = State::named(&word).map(Trigger::State);
    let found = found.or_else(|| Occasion::named(&word).map(Trigger::Occasion));
    if word == "quarantined" {
        let says = "no step waits for what is quarantined yet";
        let help = "look at it with `baton quarantine list`, or watch \
                    `baton_signals_quarantined_total` in /metrics";
        out.push(Diagnostic::error("not-yet", node.span, says).help(help));
        return None;
    }
    if found.is_none() {
        let says = "a handoff has no such state, and there is no such occasion";
        let states = State::ALL.iter().map(|state| state.as_str());
        let occasions = Occasion::ALL.iter().map(|occasion| occasion.as_str());
        let help = match nearest(&word, states.chain(occasions)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write a state, as in `offered` or `accepted`, or an occasion, as in \
                     `breached` or `escalated`"
                .to_owned(),
        };
        out.push(Diagnostic::error("unknown-word", node.span, says).help(help));
    }
    found.map(|trigger| Spanned::new(trigger, node.span))
}

/// Whom a step tells. Whether a member is there is for the whole folder to say.
fn tell(node: &Node, out: &mut Diagnostics) -> Option<Spanned<Tell>> {
    let word = name(node, out)?.value;
    let tell = match word.as_str() {
        "owner" => Tell::Owner,
        "manager" => Tell::Manager,
        "previous owner" => Tell::PreviousOwner,
        "queue owner" => Tell::QueueOwner,
        channel if channel.starts_with('#') || channel.contains('@') => {
            Tell::Channel(channel.to_owned())
        }
        member => Tell::Member(MemberId(member.into())),
    };
    Some(Spanned::new(tell, node.span))
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

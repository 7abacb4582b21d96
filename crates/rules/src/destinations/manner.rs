//! Reading how people are told at a destination.

use domain::Span;
use jiff::civil::Time;
use notation::{Diagnostic, Diagnostics, Key, Node, Spanned, nearest};

use super::{Digest, Manner, Quiet, Rate, Step};
use crate::reading;

/// The shortest and the longest time that a digest may collect, and a rate may look back.
const WINDOW: (Span, Span) = (Span::MINUTE, Span::DAY);
/// The most messages that a rate may allow: what left is kept that long.
const MESSAGES_MAX: u16 = 1_000;
/// Purposes that need not be named in `brief.yaml`.
pub const PURPOSES: [&str; 4] = ["sales", "marketing", "operations", "audit"];

/// How people are told, by destination.
pub(super) fn manners(node: &Node, out: &mut Diagnostics) -> Vec<Manner> {
    let Some(mut fields) = node.map(out) else { return Vec::new() };
    let of = |(key, node): (&Key, &Node)| {
        let mut fields = node.map(out)?;
        let quiet = fields.optional("quiet").and_then(|node| quiet(node, out));
        let digest = fields.optional("digest").and_then(|node| digest(node, out));
        let rate = fields.optional("rate").and_then(|node| rate(node, out));
        let purpose = fields.optional("purpose").and_then(|node| reading::text(node, out));
        fields.finish(out);
        let to = Spanned::new(key.text.clone(), key.span);
        Some(Manner { to, quiet, digest, rate, purpose })
    };
    fields.rest().into_iter().filter_map(of).collect()
}

/// Hours such as `20:00-07:00`.
fn quiet(node: &Node, out: &mut Diagnostics) -> Option<Quiet> {
    let text = node.text(out)?;
    let time = |text: &str| {
        let (hour, minute) = reading::clock(text.trim(), 2..=2)?;
        Time::new(hour.try_into().ok()?, minute.try_into().ok()?, 0, 0).ok()
    };
    let read = text.split_once(['-', '–']);
    let read = read.and_then(|(from, until)| Some((time(from)?, time(until)?)));
    let Some((from, until)) = read.filter(|(from, until)| from != until) else {
        let says = "these are no quiet hours";
        let help = "write from when until when, as in \"20:00-07:00\"; midnight is 00:00";
        out.push(Diagnostic::error("hours-unreadable", node.span, says).help(help));
        return None;
    };
    Some(Quiet { from, until })
}

/// How long messages are collected, as `1h`.
fn digest(node: &Node, out: &mut Diagnostics) -> Option<Spanned<Digest>> {
    let length = reading::duration(node, out)?;
    let every = length.value.elapsed().filter(|every| is_window(*every));
    if every.is_none() {
        let says = "a digest collects for a minute at least and a day at most";
        let help = "write how long, as in `30m`, `1h` or `1d`";
        out.push(Diagnostic::error("duration-range", node.span, says).help(help));
    }
    Some(Spanned::new(Digest { every: every? }, node.span))
}

/// How many messages in how long a time, as `6/h` or `10/30m`.
fn rate(node: &Node, out: &mut Diagnostics) -> Option<Spanned<Rate>> {
    let text = node.word(out)?;
    let read = text.split_once('/').and_then(|(number, within)| {
        let messages_max: u16 = number.trim().parse().ok()?;
        let within = within.trim();
        // A unit alone is one of it.
        let bare = within.starts_with(|first: char| !first.is_ascii_digit());
        let within = if bare { format!("1{within}") } else { within.to_owned() };
        let within = notation::duration(&within)?.elapsed()?;
        Some(Rate { messages_max, within })
    });
    let fits =
        |rate: &Rate| (1..=MESSAGES_MAX).contains(&rate.messages_max) && is_window(rate.within);
    let Some(rate) = read.filter(fits) else {
        let says = "this is no rate of messages";
        let help = format!(
            "write how many in how long a time, as in `6/h`, `10/30m` or `40/d`: 1 to {MESSAGES_MAX} \
             messages in a minute to a day"
        );
        out.push(Diagnostic::error("rate-unreadable", node.span, says).help(help));
        return None;
    };
    Some(Spanned::new(rate, node.span))
}

fn is_window(span: Span) -> bool {
    (WINDOW.0..=WINDOW.1).contains(&span)
}

/// Tells of what is said of a destination and does nothing: where no step tells anybody, or no step goes.
pub(super) fn unused(manners: &[Manner], steps: &[Step], out: &mut Diagnostics) {
    for manner in manners {
        let name = &manner.to.value;
        let of_people = manner.quiet.is_some() || manner.bundles();
        let counts = |step: &Step| step.tell.is_some() || (manner.purpose.is_some() && !of_people);
        if steps.iter().any(|step| step.to.value == *name && counts(step)) {
            continue;
        }
        let says = format!("no step tells anybody at `{name}`, so that this does nothing");
        let people = steps.iter().filter(|step| step.tell.is_some());
        let near = nearest(name, people.map(|step| step.to.value.as_str()));
        let help = near.map_or_else(
            || "quiet hours, digests and rates are for steps with `tell`; take it out".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        out.push(Diagnostic::warning("unheard", manner.to.span, says).help(help));
    }
}

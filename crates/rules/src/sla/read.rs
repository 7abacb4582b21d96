//! Reading `sla.yaml`.

use notation::{Diagnostic, Diagnostics, Duration, FileId, Key, Node, Sources, Spanned, nearest};

use super::{Act, CalendarOf, Goal, Sla, Slas, Step, When};
use crate::reading;

/// Classes of a file.
const CLASSES_MAX: usize = 200;
/// Lines of a chain: it is bounded, and people can read it.
const STEPS_MAX: usize = 20;

/// What a class may have as its priority.
const PRIORITIES: std::ops::RangeInclusive<u8> = 1..=9;

/// Reads the classes; none where anything is wrong. Whether the calendars, pools and queues exist is for the
/// whole folder to say.
pub fn parse(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Slas> {
    let before = out.errors();
    read(sources, file, out).filter(|_| out.errors() == before)
}

/// Reads the classes as far as they can be read, so that one wrong line hides nothing of the others.
pub(crate) fn read(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Slas> {
    let document = notation::parse(sources, file, out)?;
    if document.is_null() {
        return Some(Slas::default());
    }
    let mut fields = document.map(out)?;
    let classes = fields.rest();
    if classes.len() > CLASSES_MAX {
        let says = format!("more than {CLASSES_MAX} classes are in this file");
        out.push(Diagnostic::error("list-too-long", fields.span(), says));
        return None;
    }
    let classes = classes.into_iter().filter_map(|(key, node)| class(key, node, out)).collect();
    Some(Slas { classes })
}

fn class(key: &Key, node: &Node, out: &mut Diagnostics) -> Option<Sla> {
    let mut fields = node.map(out)?;
    let calendar = fields.optional("calendar").and_then(|node| reading::text(node, out));
    let priority = fields.optional("priority").and_then(|node| priority(node, out));
    // What cannot be read, or is not known, may be a target.
    let before = out.errors();
    let mut accept = fields.optional("accept").and_then(|node| goal(node, out));
    let first_touch = fields.optional("first touch").and_then(|node| goal(node, out));
    let qualify = fields.optional("qualify").and_then(|node| goal(node, out));
    let mut targets_known = out.errors() == before;
    let chain = fields.optional("on silence");
    let of_class = chain.map(|node| (node.span, steps(node, out)));
    let before = out.errors();
    fields.finish(out);
    targets_known &= out.errors() == before;
    let goals = [("accept", &accept), ("first touch", &first_touch), ("qualify", &qualify)];
    if targets_known && goals.iter().all(|(_, goal)| goal.is_none()) {
        let says = "the class has no target";
        let help = "give it `accept`, `first touch` or `qualify`";
        out.push(Diagnostic::error("sla-without-target", key.span, says).help(help));
    }
    in_order(&goals, out);
    let mut quiet = Diagnostics::new();
    let told = if targets_known { &mut *out } else { &mut quiet };
    let on_silence = chain_of_accept(&mut accept, of_class, told);
    warn_lines(&on_silence, accept.as_ref(), out);
    for goal in [&first_touch, &qualify].into_iter().flatten() {
        warn_lines(&goal.on_silence, Some(goal), out);
    }
    let calendar = calendar.map_or(Spanned::new(CalendarOf::Owner, key.span), |name| {
        let whose = match name.value.as_str() {
            "owner" => CalendarOf::Owner,
            "team" => CalendarOf::Team,
            _ => CalendarOf::Named(name.value),
        };
        Spanned::new(whose, name.span)
    });
    let name = Spanned::new(key.text.clone(), key.span);
    Some(Sla { name, priority, calendar, accept, first_touch, qualify, on_silence })
}

/// Who waits goes first by it.
fn priority(node: &Node, out: &mut Diagnostics) -> Option<u8> {
    let number = node.integer(out)?;
    let priority = u8::try_from(number).ok().filter(|number| PRIORITIES.contains(number));
    if priority.is_none() {
        let says = "a priority is a number from 1, which goes first, to 9";
        let help = "write `priority: 1`; a class without one comes after all that have one";
        out.push(Diagnostic::error("priority-range", node.span, says).help(help));
    }
    priority
}

/// Tells of a target that is due before the one that comes first.
fn in_order(goals: &[(&str, &Option<Goal>)], out: &mut Diagnostics) {
    let there: Vec<(&str, &Goal)> =
        goals.iter().filter_map(|(name, goal)| Some((*name, goal.as_ref()?))).collect();
    for pair in there.windows(2) {
        let [(first, earlier), (then, later)] = pair else { continue };
        if is_shorter(&later.within.value, &earlier.within.value) {
            let says = format!("`{then}` is due before `{first}`, which comes first");
            let help = format!("both count from the offer: let `{then}` be at least as long");
            out.push(Diagnostic::error("targets-order", later.within.span, says).help(help));
        }
    }
}

/// The chain of `accept`, which may stand under the class or under the target, and not under both.
fn chain_of_accept(
    accept: &mut Option<Goal>,
    of_class: Option<(notation::Span, Vec<Step>)>,
    out: &mut Diagnostics,
) -> Vec<Step> {
    let own = accept.as_mut().map(|goal| std::mem::take(&mut goal.on_silence));
    let own = own.unwrap_or_default();
    let Some((span, of_class)) = of_class else { return own };
    if !own.is_empty() {
        let says =
            "`accept` has a chain of its own, and `on silence` of the class is that of `accept`";
        let help = "keep one of the two";
        out.push(Diagnostic::error("chain-twice", span, says).help(help));
    }
    if accept.is_none() && !of_class.is_empty() {
        let says = "`on silence` of a class belongs to `accept`, and the class has none";
        let help = "write it under `first touch` or `qualify`, or give the class an `accept`";
        out.push(Diagnostic::error("chain-unreached", span, says).help(help));
    }
    of_class
}

/// Tells of a line at a warning that never comes.
fn warn_lines(chain: &[Step], goal: Option<&Goal>, out: &mut Diagnostics) {
    let has_warning = goal.is_none_or(|goal| goal.warn.is_some());
    if let Some(step) = chain.iter().find(|step| step.when == When::Warn)
        && !has_warning
    {
        let says = "the target of this chain has no warning, so that this never happens";
        let help = "give the target its `warn`";
        out.push(Diagnostic::warning("chain-unreachable", step.act.span, says).help(help));
    }
}

fn goal(node: &Node, out: &mut Diagnostics) -> Option<Goal> {
    let mut fields = node.map(out)?;
    let within = fields.required("within", out).and_then(|node| reading::duration(node, out));
    let warn = fields.optional("warn").and_then(|node| reading::duration(node, out));
    let chain = fields.optional("on silence");
    let on_silence = chain.map(|node| steps(node, out)).unwrap_or_default();
    fields.finish(out);
    let within = within?;
    if let Some(warn) = &warn
        && !comes_before(&warn.value, &within.value)
    {
        let says = "the warning does not come before the target";
        let help = "let `warn` be shorter than `within`";
        out.push(Diagnostic::error("warn-after-target", warn.span, says).help(help));
    }
    Some(Goal { within, warn, on_silence })
}

/// Whether one length is surely shorter than another, whatever the calendar.
fn is_shorter(one: &Duration, other: &Duration) -> bool {
    let parts = |of: &Duration| [of.working_days.into(), of.days.into(), of.open.0];
    let (one, other): ([i64; 3], [i64; 3]) = (parts(one), parts(other));
    one != other && one.iter().zip(&other).all(|(one, other)| one <= other)
}

/// Whether one length is surely shorter, or cannot be compared before a calendar is at hand.
fn comes_before(warn: &Duration, within: &Duration) -> bool {
    let parts = |of: &Duration| (of.working_days, of.days, of.open);
    if let (Some(warn), Some(within)) = (warn.elapsed(), within.elapsed()) {
        return warn < within;
    }
    parts(warn) < parts(within) || warn.working_days == 0
}

fn steps(node: &Node, out: &mut Diagnostics) -> Vec<Step> {
    let nodes = node.list(out).unwrap_or_default();
    if nodes.len() > STEPS_MAX {
        let says = format!("a chain has at most {STEPS_MAX} lines");
        out.push(Diagnostic::error("list-too-long", node.span, says));
    }
    let mut steps: Vec<Step> = Vec::new();
    for node in nodes.iter().take(STEPS_MAX) {
        let Some(step) = step(node, out) else { continue };
        if let Some(says) = misplaced(steps.last(), &step) {
            let help = "first `at: warn`, then `at: breach`, then lines with `after`";
            out.push(Diagnostic::error("chain-order", node.span, says).help(help));
        }
        if let Some(Act::Queue(queue)) = steps.last().map(|step| &step.act.value) {
            let says = format!("nothing is done after `queue {queue}`: the chain ends there");
            let help = "who answers for the queue has its `within`; let `queue` be the last line";
            out.push(Diagnostic::error("chain-unreached", node.span, says).help(help));
        }
        steps.push(step);
    }
    steps
}

/// What is wrong with a line that comes after another.
fn misplaced(before: Option<&Step>, step: &Step) -> Option<&'static str> {
    match (before.map(|step| step.when), step.when) {
        (None, When::After(_)) => Some("`after` counts from the line before, and there is none"),
        (Some(When::Breach), When::Warn) => Some("the warning comes before the breach"),
        (Some(When::After(_)), When::Warn | When::Breach) => {
            Some("`at` comes before the lines with `after`")
        }
        _ => None,
    }
}

fn step(node: &Node, out: &mut Diagnostics) -> Option<Step> {
    let mut fields = node.map(out)?;
    let at = fields.optional("at");
    let after = fields.optional("after");
    let act = fields.required("do", out).and_then(|node| act(node, out));
    let span = fields.span();
    fields.finish(out);
    let when = match (at, after) {
        (Some(at), None) => self::at(at, out),
        (None, Some(after)) => {
            reading::duration(after, out).map(|duration| When::After(duration.value))
        }
        (Some(_), Some(_)) | (None, None) => {
            let says = "a line has either `at` or `after`";
            let help = "write `at: warn`, `at: breach` or `after: 1h`";
            out.push(Diagnostic::error("chain-order", span, says).help(help));
            None
        }
    };
    Some(Step { when: when?, act: act? })
}

fn at(node: &Node, out: &mut Diagnostics) -> Option<When> {
    match node.text(out)? {
        "warn" => Some(When::Warn),
        "breach" => Some(When::Breach),
        other => {
            let meant = nearest(other, ["warn", "breach"]);
            let help = meant.map_or("`at` is `warn` or `breach`".to_owned(), |meant| {
                format!("did you mean `{meant}`?")
            });
            let says = "this is no point of a target";
            out.push(Diagnostic::error("unknown-word", node.span, says).help(help));
            None
        }
    }
}

fn act(node: &Node, out: &mut Diagnostics) -> Option<Spanned<Act>> {
    const KNOWN: [&str; 5] = ["remind", "tell manager", "reassign", "pool", "queue"];
    let word = node.text(out)?;
    let named = |prefix: &str| {
        let name = word.strip_prefix(prefix)?.trim();
        (!name.is_empty()).then(|| name.to_owned())
    };
    let act = match word {
        "remind" => Act::Remind,
        "tell manager" => Act::TellManager,
        "reassign" => Act::Reassign,
        _ => match (named("pool "), named("queue ")) {
            (Some(pool), _) => Act::Pool(pool),
            (None, Some(queue)) => Act::Queue(queue),
            (None, None) => {
                let meant = nearest(word, KNOWN).map(|meant| format!("did you mean `{meant}`?"));
                let says = "this is nothing that a chain does";
                let help = "a chain does `remind`, `tell manager`, `reassign`, `pool NAME`, \
                            `queue NAME`";
                let help = meant.unwrap_or_else(|| help.to_owned());
                out.push(Diagnostic::error("unknown-word", node.span, says).help(help));
                return None;
            }
        },
    };
    Some(Spanned::new(act, node.span))
}

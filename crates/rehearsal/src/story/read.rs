//! How a story is written down.

use domain::signal::{Identifier, IdentifierKind};
use domain::{Fields, Moment, Value};
use notation::{Data, Diagnostic, Diagnostics, FileId, Key, Node, Sources, Spanned, nearest};
use rust_decimal::prelude::ToPrimitive;

/// Signals of one story.
const SIGNALS_MAX: usize = 1_000;
const KINDS: [&str; 4] = ["email", "phone", "external_id", "cookie"];

/// A story.
#[derive(Debug)]
pub struct Story {
    /// What it is about, in a few words.
    pub name: String,
    pub(super) who: Vec<Identifier>,
    pub(super) known: Fields,
    pub(super) did: Vec<Act>,
    pub(super) then: Expected,
}

/// A signal of the story.
#[derive(Debug)]
pub(super) struct Act {
    pub(super) at: Moment,
    pub(super) kind: String,
    pub(super) fields: Fields,
}

/// What must come of it; what is not named may be anything.
#[derive(Debug, Default)]
pub(super) struct Expected {
    /// Until when time passes with nobody doing anything.
    pub(super) at: Option<Moment>,
    pub(super) decision: Option<Spanned<String>>,
    pub(super) kind: Option<Spanned<String>>,
    pub(super) state: Option<Spanned<String>>,
    pub(super) route: Option<Spanned<String>>,
    pub(super) pool: Option<Spanned<String>>,
    pub(super) owner: Option<Spanned<String>>,
    pub(super) because: Vec<Spanned<String>>,
    /// Somebody who must not have it, and the reason why not.
    pub(super) not: Vec<(Spanned<String>, Spanned<String>)>,
}

/// Reads a story.
pub(super) fn story(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Story> {
    let before = out.errors();
    let document = notation::parse(sources, file, out)?;
    let mut fields = document.map(out)?;
    let name = fields.required("story", out).and_then(|node| node.text(out)).map(str::to_owned);
    let who = fields.required("who", out).and_then(|node| people(node, out));
    let did = fields.required("did", out).and_then(|node| acts(node, out));
    let then = fields.required("then", out).and_then(|node| expected(node, out));
    fields.finish(out);
    let (who, known) = who?;
    let story = Story { name: name?, who, known, did: did?, then: then? };
    (out.errors() == before).then_some(story)
}

/// Identifiers by their kinds, and what is known from the beginning by names with a point.
fn people(node: &Node, out: &mut Diagnostics) -> Option<(Vec<Identifier>, Fields)> {
    let (mut who, mut known) = (Vec::new(), Fields::default());
    for (key, node) in node.map(out)?.rest() {
        if key.text.contains('.') {
            known.extend(value(node, out).map(|value| (key.text.as_str(), value)));
        } else if let Some(kind) =
            IdentifierKind::named(&key.text).filter(|_| KINDS.contains(&key.text.as_str()))
        {
            let written = node.word(out)?.trim().into();
            who.push(Identifier { kind, value: written, verified: true });
        } else {
            unknown(key, out);
        }
    }
    if who.is_empty() {
        let says = "nobody is named";
        let help = format!("name them by one of {}", KINDS.join(", "));
        out.push(Diagnostic::error("missing-key", node.span, says).help(help));
    }
    Some((who, known))
}

fn unknown(key: &Key, out: &mut Diagnostics) {
    let says = "this names neither somebody nor a field";
    let help = match nearest(&key.text, KINDS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write {}, or a field as in `account.industry`", KINDS.join(", ")),
    };
    out.push(Diagnostic::error("unknown-key", key.span, says).help(help));
}

fn acts(node: &Node, out: &mut Diagnostics) -> Option<Vec<Act>> {
    let nodes = node.list(out)?;
    if nodes.is_empty() || nodes.len() > SIGNALS_MAX {
        let says = format!("a story has 1 to {SIGNALS_MAX} signals");
        let help = "write a line each, as in `- { at: 2026-11-25T10:00:00Z, signal: form.quote }`";
        out.push(Diagnostic::error("list-too-long", node.span, says).help(help));
        return None;
    }
    let mut acts: Vec<Act> = Vec::new();
    for node in nodes {
        let act = act(node, out)?;
        if acts.last().is_some_and(|last| act.at < last.at) {
            let says = "this happens before the line above it";
            let help = "write the signals in the order of their moments";
            out.push(Diagnostic::error("dates-crossed", node.span, says).help(help));
        }
        acts.push(act);
    }
    Some(acts)
}

fn act(node: &Node, out: &mut Diagnostics) -> Option<Act> {
    let mut fields = node.map(out)?;
    let at = fields.required("at", out).and_then(|node| moment(node, out));
    let kind = fields.required("signal", out).and_then(|node| node.text(out));
    let mut brought = Fields::default();
    for (key, node) in fields.rest() {
        brought.extend(value(node, out).map(|value| (key.text.as_str(), value)));
    }
    Some(Act { at: at?, kind: kind?.to_owned(), fields: brought })
}

fn expected(node: &Node, out: &mut Diagnostics) -> Option<Expected> {
    let mut fields = node.map(out)?;
    let mut text = |key| {
        let node = fields.optional(key)?;
        Some(Spanned::new(node.text(out)?.to_owned(), node.span))
    };
    let mut then = Expected {
        decision: text("decision"),
        kind: text("kind"),
        state: text("state"),
        route: text("route"),
        pool: text("pool"),
        owner: text("owner"),
        ..Expected::default()
    };
    then.at = fields.optional("at").and_then(|node| moment(node, out));
    for node in fields.optional("because").and_then(|node| node.list(out)).unwrap_or_default() {
        then.because.extend(node.text(out).map(|code| Spanned::new(code.to_owned(), node.span)));
    }
    if let Some(mut not) = fields.optional("not").and_then(|node| node.map(out)) {
        for (key, node) in not.rest() {
            let Some(code) = node.text(out) else { continue };
            let member = Spanned::new(key.text.clone(), key.span);
            then.not.push((member, Spanned::new(code.to_owned(), node.span)));
        }
    }
    fields.finish(out);
    Some(then)
}

fn moment(node: &Node, out: &mut Diagnostics) -> Option<Moment> {
    let moment = node.word(out)?.parse().ok();
    if moment.is_none() {
        let help = "write it with its zone, as in 2026-11-25T10:00:00+01:00";
        let told = Diagnostic::error("date-unreadable", node.span, "this is no moment");
        out.push(told.help(help));
    }
    moment
}

fn value(node: &Node, out: &mut Diagnostics) -> Option<Value> {
    match &node.data {
        Data::Null => None,
        Data::Scalar(scalar) if scalar.quoted => Some(Value::from(scalar.text.as_str())),
        Data::Scalar(scalar) => Some(plain(&scalar.text)),
        Data::List(nodes) => {
            Some(Value::List(nodes.iter().filter_map(|node| value(node, out)).collect()))
        }
        Data::Map(_) => {
            node.word(out);
            None
        }
    }
}

fn plain(text: &str) -> Value {
    match text {
        "true" => Value::Boolean(true),
        "false" => Value::Boolean(false),
        text => match rust_decimal::Decimal::from_str_exact(text) {
            Ok(number) if number.fract().is_zero() => {
                number.to_i64().map_or(Value::Decimal(number), Value::Integer)
            }
            Ok(number) => Value::Decimal(number),
            Err(_) => Value::from(text),
        },
    }
}

//! How much goes by itself: levels by act, and fences that ask for a person.

use std::collections::BTreeMap;

use domain::handoff::{Action, Autonomy};
use notation::{Diagnostic, Diagnostics, Node, Span, nearest};

use crate::expression::{Compile, Condition, Context, Frame, Names};
use crate::scene::Truth;

/// What a strategy can let go by itself, and how much does where it is silent.
pub const ACTS: [(&str, Autonomy); 9] = [
    ("assign", Autonomy::Automatic),
    ("change-crm-stage", Autonomy::Review),
    ("email-buyer", Autonomy::Review),
    ("start-sequence", Autonomy::Review),
    ("request-meeting", Autonomy::Review),
    ("enrich-first", Autonomy::Automatic),
    ("nurture", Autonomy::Automatic),
    ("ask-a-person", Autonomy::Automatic),
    ("suppress", Autonomy::Automatic),
];

/// Fences of a strategy.
const FENCES_MAX: usize = 1_000;

/// How much each act may do by itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Levels(BTreeMap<String, Autonomy>);

/// A bound on autonomy: where it holds, or is not known not to, more people are asked.
#[derive(Clone, Debug)]
pub struct Fence {
    /// When it fires.
    pub when: Condition,
    /// What it asks for.
    pub then: Autonomy,
    /// What it says to people.
    pub say: String,
    /// Where it stands.
    pub span: Span,
}

impl Levels {
    /// How much an act may do by itself.
    pub fn of(&self, act: &str) -> Autonomy {
        let silent = || ACTS.iter().find(|(known, _)| *known == act).map(|(_, level)| *level);
        self.0.get(act).copied().or_else(silent).unwrap_or(Autonomy::Review)
    }

    /// How much an action of a decision may do by itself; a hand-off is `assign`.
    pub fn of_action(&self, action: Action) -> Autonomy {
        if action == Action::HandOff { self.of("assign") } else { self.of(action.as_str()) }
    }

    pub(crate) fn read(node: &Node, out: &mut Diagnostics) -> Self {
        let mut levels = BTreeMap::new();
        let Some(mut fields) = node.map(out) else { return Self::default() };
        for (key, node) in fields.rest() {
            let act = key.text.replace(' ', "-");
            if !ACTS.iter().any(|(known, _)| *known == act) {
                let says = format!("the act `{act}` is not known");
                let help = match nearest(&act, ACTS.iter().map(|(known, _)| *known)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known: {}", ACTS.map(|(known, _)| known).join(", ")),
                };
                out.push(Diagnostic::error("action-unknown", key.span, says).help(help));
            } else if let Some(level) = level(node, out) {
                levels.insert(act, level);
            }
        }
        Self(levels)
    }
}

impl Fence {
    /// Whether it fires: unless its condition is known not to hold.
    pub fn fires(&self, names: &Names, frame: &Frame) -> bool {
        self.when.holds_in(names, frame) != Truth::No
    }

    pub(crate) fn read_all(node: &Node, to: &mut Compile<'_>) -> Vec<Self> {
        let Some(nodes) = node.list(to.out) else { return Vec::new() };
        if nodes.len() > FENCES_MAX {
            let says = format!("a strategy has at most {FENCES_MAX} fences");
            to.out.push(Diagnostic::error("strategy-too-large", node.span, says));
            return Vec::new();
        }
        nodes.iter().filter_map(|node| Self::read(node, to)).collect()
    }

    fn read(node: &Node, to: &mut Compile<'_>) -> Option<Self> {
        let mut fields = node.map(to.out)?;
        let when = fields.required("when", to.out);
        let then = fields.required("then", to.out);
        let say = fields.optional("say").and_then(|node| node.text(to.out));
        fields.finish(to.out);
        let when = Condition::read(when?, Context::Fence, to)?;
        let level = level(then?, to.out)?;
        if matches!(level, Autonomy::Automatic) {
            let says = "a fence asks for more people, never for fewer";
            let help = "write `notice`, `review` or `forbidden`";
            to.out.push(Diagnostic::error("autonomy-unknown", then?.span, says).help(help));
            return None;
        }
        let say = say.map_or_else(|| when.text().to_owned(), str::to_owned);
        Some(Self { when, then: level, say, span: node.span })
    }
}

fn level(node: &Node, out: &mut Diagnostics) -> Option<Autonomy> {
    let text = node.text(out)?;
    let level = Autonomy::named(text);
    if level.is_none() {
        let known = Autonomy::ALL.iter().map(|level| level.as_str());
        let help = match nearest(text, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write `automatic`, `notice`, `review` or `forbidden`".to_owned(),
        };
        let says = "this level of autonomy is not known";
        out.push(Diagnostic::error("autonomy-unknown", node.span, says).help(help));
    }
    level
}

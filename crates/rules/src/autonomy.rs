//! How much goes by itself: the level of what is done, and fences that ask for a person.

use domain::handoff::Autonomy;
use notation::{Diagnostic, Diagnostics, Node, Span, nearest};

use crate::expression::{Compile, Condition, Context, Frame};
use crate::scene::Truth;

/// What a strategy bounds.
const ASSIGN: &str = "assign";
/// What it will bound once the program does it: what is bounded so far is who gets a lead.
const NOT_YET: [&str; 8] = [
    "change-crm-stage",
    "email-buyer",
    "start-sequence",
    "request-meeting",
    "enrich-first",
    "nurture",
    "ask-a-person",
    "suppress",
];

/// Fences of a strategy.
const FENCES_MAX: usize = 1_000;

/// How much goes by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Levels {
    /// Giving a lead to somebody.
    pub assign: Autonomy,
}

impl Default for Levels {
    fn default() -> Self {
        Self { assign: Autonomy::Automatic }
    }
}

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
    pub(crate) fn read(node: &Node, out: &mut Diagnostics) -> Self {
        let mut levels = Self::default();
        let Some(mut fields) = node.map(out) else { return levels };
        for (key, node) in fields.rest() {
            let act = key.text.replace(' ', "-");
            if act == ASSIGN {
                levels.assign = level(node, out).unwrap_or(levels.assign);
            } else if NOT_YET.contains(&act.as_str()) {
                let says = format!("`{act}` is not bounded yet, so that this would change nothing");
                let help = "take it out; `assign` is what has a level so far";
                out.push(Diagnostic::error("not-yet", key.span, says).help(help));
            } else {
                let says = format!("the act `{act}` is not known");
                let help = match nearest(&act, [ASSIGN]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known: {ASSIGN}"),
                };
                out.push(Diagnostic::error("action-unknown", key.span, says).help(help));
            }
        }
        levels
    }
}

impl Fence {
    /// Whether it fires: unless its condition is known not to hold.
    pub fn fires(&self, frame: &Frame<'_>) -> bool {
        self.when.holds_in(frame) != Truth::No
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

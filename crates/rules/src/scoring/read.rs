//! How `scoring.yaml` is read.

use domain::Span as Time;
use notation::{Diagnostic, Diagnostics, Node, Spanned};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Group, LooksAt, OncePer, Rule, Scoring};
use crate::expression::{Compile, Condition, Context};

/// Rules of one half of the score.
const RULES_MAX: usize = 10_000;
/// Points of one rule or cap, either way.
const POINTS_MAX: i64 = 100_000;

impl Scoring {
    pub(crate) fn read(node: &Node, to: &mut Compile<'_>) -> Option<Self> {
        let mut fields = node.map(to.out)?;
        let fit = fields.optional("fit");
        let engagement = fields.optional("engagement");
        fields.finish(to.out);
        let mut group = |node: Option<&Node>| match node {
            Some(node) => group(node, to),
            None => Some(Group::default()),
        };
        let (fit, engagement) = (group(fit), group(engagement));
        Some(Self { fit: fit?, engagement: engagement? })
    }
}

fn group(node: &Node, to: &mut Compile<'_>) -> Option<Group> {
    let mut fields = node.map(to.out)?;
    let cap = fields.optional("cap").and_then(|node| hundredths(node, to.out));
    let half_life = fields.optional("half_life").and_then(|node| half_life(node, to.out));
    let points = fields.required("points", to.out);
    fields.finish(to.out);
    let rules = points?.list(to.out)?;
    if rules.len() > RULES_MAX {
        let says = format!("a score has at most {RULES_MAX} rules in each half");
        to.out.push(Diagnostic::error("strategy-too-large", node.span, says));
        return None;
    }
    if cap.is_some_and(|cap| cap <= 0) {
        let says = "a cap is more than none";
        to.out.push(Diagnostic::error("points-unreadable", node.span, says));
    }
    let rules = rules.iter().filter_map(|node| rule(node, half_life, to)).collect();
    Some(Group { cap, half_life, rules })
}

fn rule(node: &Node, half_life_of_group: Option<Time>, to: &mut Compile<'_>) -> Option<Rule> {
    let mut fields = node.map(to.out)?;
    let when = fields.optional("when");
    let signal = fields.optional("signal");
    let filter = fields.optional("where");
    let points = fields.required("points", to.out);
    let at_most = fields.optional("at_most");
    let once_per = fields.optional("once_per");
    let half = fields.optional("half_life").and_then(|node| half_life(node, to.out));
    let name = fields.optional("name").and_then(|node| node.text(to.out));
    fields.finish(to.out);
    let looks_at = match (when, signal) {
        (Some(when), None) => {
            if let Some(stray) = filter.or(at_most).or(once_per) {
                let says = "`where`, `at_most` and `once_per` belong to a rule with `signal`";
                to.out.push(Diagnostic::error("unknown-key", stray.span, says));
            }
            LooksAt::When(Condition::read(when, Context::Scoring, to)?)
        }
        (None, Some(signal)) => {
            let kind = signal.text(to.out)?.to_owned();
            if !to.types.is_gathering() {
                to.types.kinds.push(Spanned::new(kind.clone(), signal.span));
            }
            let filter = match filter {
                Some(filter) => Some(Condition::read_filter(filter, &kind, to)?),
                None => None,
            };
            let once_per = match once_per {
                Some(node) => Some(OncePer::read(node, to.out)?),
                None => None,
            };
            let symbol = to.names.kind(&kind);
            LooksAt::Signals { kind, symbol, filter, once_per }
        }
        _ => {
            let says = "a rule looks at a condition (`when`) or at signals (`signal`)";
            let help = "write one of the two";
            to.out.push(Diagnostic::error("missing-key", node.span, says).help(help));
            return None;
        }
    };
    let points = hundredths(points?, to.out)?;
    let at_most = match at_most {
        Some(node) => Some(hundredths(node, to.out)?.saturating_abs()),
        None => None,
    };
    let name = name.map_or_else(|| silent_name(&looks_at), str::to_owned);
    let half_life = half.or(half_life_of_group);
    Some(Rule { name, points, at_most, half_life, looks_at, span: node.span })
}

fn silent_name(looks_at: &LooksAt) -> String {
    match looks_at {
        LooksAt::When(when) => when.text().to_owned(),
        LooksAt::Signals { kind, .. } => kind.clone(),
    }
}

fn hundredths(node: &Node, out: &mut Diagnostics) -> Option<i32> {
    let points = node.decimal(out)?;
    let whole = points.checked_mul(Decimal::ONE_HUNDRED).filter(Decimal::is_integer);
    let bound = POINTS_MAX * 100;
    let hundredths = whole.and_then(|points| points.to_i64());
    let hundredths = hundredths.filter(|points| (-bound..=bound).contains(points));
    if hundredths.is_none() {
        let says = format!("points have at most two decimals and are at most {POINTS_MAX}");
        out.push(Diagnostic::error("points-unreadable", node.span, says));
    }
    hundredths.map(|points| points as i32)
}

fn half_life(node: &Node, out: &mut Diagnostics) -> Option<Time> {
    let length = notation::duration(node.word(out)?).and_then(|length| length.elapsed());
    let length = length.filter(|length| *length >= Time::MINUTE);
    if length.is_none() {
        let says = "this is no half-life";
        let help = "write a length of time like 14d; working days do not fade";
        out.push(Diagnostic::error("duration-unreadable", node.span, says).help(help));
    }
    length
}

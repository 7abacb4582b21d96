//! Quality rules of the standard, as far as they can be asked of one signal.

use notation::{Diagnostic, Diagnostics, Fields, Node};
use rust_decimal::Decimal;

use super::custom::{Custom, word};
use super::field::{Field, Kind};
use super::{Completeness, OnFailure, allowed_values};

const LET_BE: [&str; 15] = [
    "authoritativeDefinitions",
    "businessImpact",
    "description",
    "dimension",
    "engine",
    "id",
    "implementation",
    "method",
    "name",
    "query",
    "schedule",
    "scheduler",
    "severity",
    "tags",
    "mustNotBeBetween",
];
const OPERATORS: [&str; 7] = [
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
];

/// What the standard counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Metric {
    Missing,
    Invalid,
    /// What needs more than one signal.
    OfMany,
}

/// A rule as far as it is read.
struct Rule<'a> {
    metric: Option<Metric>,
    arguments: Option<&'a Node>,
    percent: bool,
    /// How much may be missing or invalid.
    at_most: Option<Decimal>,
    on_failure: Option<OnFailure>,
}

/// Reads the rules of a field: required, what counts as missing, which values are valid.
pub(super) fn of_field(node: &Node, field: &mut Field, out: &mut Diagnostics) {
    for node in node.list(out).unwrap_or_default() {
        let Some(rule) = rule(node, out) else { continue };
        let none_allowed = rule.at_most == Some(Decimal::ZERO);
        match rule.metric {
            Some(Metric::Missing) if none_allowed => {
                field.required = true;
                field.missing.extend(missing_values(rule.arguments, out));
            }
            Some(Metric::Invalid) if none_allowed => valid_values(rule.arguments, field, out),
            Some(_) | None => warn_unchecked(node, out),
        }
        field.on_failure = rule.on_failure.unwrap_or(field.on_failure);
    }
}

/// Reads the rules of an object: how many fields must be filled.
pub(super) fn completeness(
    node: &Node,
    on_failure: OnFailure,
    out: &mut Diagnostics,
) -> Option<Completeness> {
    let mut completeness = None;
    for node in node.list(out).unwrap_or_default() {
        let Some(rule) = rule(node, out) else { continue };
        let whole = |left: Decimal| u8::try_from((Decimal::ONE_HUNDRED - left).ceil()).ok();
        let percent = match rule.at_most {
            Some(left) if rule.percent || left.is_zero() => whole(left).filter(|p| *p <= 100),
            Some(_) | None => None,
        };
        match (rule.metric, percent) {
            (Some(Metric::Missing), Some(percent)) => {
                let on_failure = rule.on_failure.unwrap_or(on_failure);
                completeness = Some(Completeness { percent, on_failure });
            }
            _ => warn_unchecked(node, out),
        }
    }
    completeness
}

fn warn_unchecked(node: &Node, out: &mut Diagnostics) {
    let says = "this rule is not checked here: it asks for more than one signal can tell";
    let help = "keep it for the tool that runs it; `baton explain contracts` lists what is checked";
    out.push(Diagnostic::warning("quality-not-checked", node.span, says).help(help));
}

fn rule<'a>(node: &'a Node, out: &mut Diagnostics) -> Option<Rule<'a>> {
    const METRICS: [(&str, Metric); 6] = [
        ("nullValues", Metric::Missing),
        ("missingValues", Metric::Missing),
        ("invalidValues", Metric::Invalid),
        ("duplicateValues", Metric::OfMany),
        ("rowCount", Metric::OfMany),
        ("unique", Metric::OfMany),
    ];
    const TYPES: [(&str, ()); 4] = [("text", ()), ("library", ()), ("sql", ()), ("custom", ())];
    let mut fields = node.map(out)?;
    if let Some(node) = fields.optional("type") {
        word(node, &TYPES, out);
    }
    let older = fields.optional("rule");
    let metric = fields.optional("metric").or(older).and_then(|node| word(node, &METRICS, out));
    let arguments = fields.optional("arguments");
    let unit = fields.optional("unit").and_then(|node| node.text(out));
    let mut custom = Custom::read(fields.optional("customProperties"), out);
    let on_failure = custom.on_failure("batonOnFailure", out);
    custom.finish(out);
    for key in LET_BE {
        fields.optional(key);
    }
    let at_most = at_most(&mut fields, out);
    fields.finish(out);
    Some(Rule { metric, arguments, percent: unit == Some("percent"), at_most, on_failure })
}

/// The bound from above, where that is what the operator says.
fn at_most(fields: &mut Fields<'_>, out: &mut Diagnostics) -> Option<Decimal> {
    let mut bound = None;
    for key in OPERATORS {
        let Some(node) = fields.optional(key) else { continue };
        if matches!(key, "mustBe" | "mustBeLessThan" | "mustBeLessOrEqualTo") {
            bound = node.decimal(out);
        }
        if key == "mustBe" {
            // Any other number than nought is not a bound.
            bound = bound.filter(Decimal::is_zero);
        }
    }
    bound
}

fn missing_values(arguments: Option<&Node>, out: &mut Diagnostics) -> Vec<String> {
    let Some(mut fields) = arguments.and_then(|node| node.map(out)) else { return Vec::new() };
    let nodes = fields.optional("missingValues").and_then(|node| node.list(out));
    let texts = nodes.unwrap_or_default().iter().filter(|node| !node.is_null());
    let texts = texts.filter_map(|node| node.text(out)).map(str::to_owned).collect();
    fields.finish(out);
    texts
}

fn valid_values(arguments: Option<&Node>, field: &mut Field, out: &mut Diagnostics) {
    let Some(mut fields) = arguments.and_then(|node| node.map(out)) else { return };
    if let Some(node) = fields.optional("validValues") {
        field.values = allowed_values::values(node, &field.kind, out);
    }
    if let Some(node) = fields.optional("pattern") {
        let read = allowed_values::pattern(node, out);
        if let Kind::Text { pattern: pattern @ None, .. } = &mut field.kind {
            *pattern = read;
        } else {
            let says = "only a text without a pattern of its own can have one here";
            let help = "write it in `logicalTypeOptions`";
            out.push(Diagnostic::error("contract-crossed", node.span, says).help(help));
        }
    }
    fields.finish(out);
}

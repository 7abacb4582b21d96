//! Reading a contract: the parts of the standard that are ours to check, and the rest let be.

use domain::Span;
use domain::handoff::Seam;
use notation::{Diagnostic, Diagnostics, Fields, FileId, Node, Sources};

use super::custom::{Custom, refuse_references, word};
use super::property::{self, Defaults};
use super::{Contract, Object, OnFailure, quality};
use crate::reading;

/// Kinds of things in one contract.
const OBJECTS_MAX: usize = 200;
/// Keys of the standard that say nothing about one signal.
const LET_BE: [&str; 13] = [
    "authoritativeDefinitions",
    "contractCreatedTs",
    "dataProduct",
    "description",
    "domain",
    "price",
    "roles",
    "servers",
    "slaDefaultElement",
    "support",
    "tags",
    "team",
    "tenant",
];

/// Reads a contract.
pub fn parse(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Contract> {
    let before = out.errors();
    let document = notation::parse(sources, file, out)?;
    refuse_references(&document, out);
    let mut fields = document.map(out)?;
    head(&mut fields, out);
    let id = fields.required("id", out).and_then(|node| reading::text(node, out));
    let version = fields.required("version", out).and_then(|node| reading::text(node, out));
    let name = fields.optional("name").and_then(|node| node.text(out));
    let status = fields.required("status", out).and_then(|node| node.text(out));
    for key in LET_BE {
        fields.optional(key);
    }
    let mut custom = Custom::read(fields.optional("customProperties"), out);
    let seam = custom.take("batonSeam").and_then(|node| seam(node, out)).unwrap_or(Seam::Signal);
    let purposes = custom.texts("batonPurposes", out).unwrap_or_default();
    let on_stale = custom.on_failure("batonOnStale", out).unwrap_or(OnFailure::Warn);
    let defaults = Defaults::default().with(&mut custom, out);
    custom.finish(out);
    let freshness = fields.optional("slaProperties").and_then(|node| freshness(node, out));
    let schema = fields.optional("schema");
    let objects = schema.map(|node| objects(node, &defaults, out)).unwrap_or_default();
    fields.finish(out);
    if objects.iter().all(|object| object.fields.is_empty()) && out.errors() == before {
        let span = schema.map_or(notation::Span::top(file), |node| node.span);
        let says = "the contract says nothing of any field";
        out.push(Diagnostic::warning("contract-empty", span, says));
    }
    if out.errors() > before {
        return None;
    }
    let id = id?;
    Some(Contract {
        name: name.map_or_else(|| id.value.clone(), str::to_owned),
        id,
        version: version?,
        status: status?.to_owned(),
        seam,
        purposes,
        freshness,
        on_stale,
        objects,
    })
}

/// `kind` and `apiVersion`: which standard it is written in.
fn head(fields: &mut Fields<'_>, out: &mut Diagnostics) {
    const VERSIONS: [(&str, ()); 4] =
        [("v3.1.0", ()), ("v3.0.2", ()), ("v3.0.1", ()), ("v3.0.0", ())];
    if let Some(node) = fields.required("kind", out) {
        word(node, &[("DataContract", ())], out);
    }
    if let Some(node) = fields.required("apiVersion", out) {
        word(node, &VERSIONS, out);
    }
}

fn seam(node: &Node, out: &mut Diagnostics) -> Option<Seam> {
    let known: Vec<(&'static str, Seam)> =
        Seam::ALL.iter().map(|seam| (seam.as_str(), *seam)).collect();
    word(node, &known, out)
}

fn objects(node: &Node, defaults: &Defaults, out: &mut Diagnostics) -> Vec<Object> {
    let nodes = node.list(out).unwrap_or_default();
    if nodes.len() > OBJECTS_MAX {
        let says = format!("a contract has at most {OBJECTS_MAX} entries in its `schema`");
        out.push(Diagnostic::error("list-too-long", node.span, says));
        return Vec::new();
    }
    nodes.iter().filter_map(|node| object(node, defaults, out)).collect()
}

fn object(node: &Node, defaults: &Defaults, out: &mut Diagnostics) -> Option<Object> {
    const LET_BE: [&str; 9] = [
        "authoritativeDefinitions",
        "businessName",
        "dataGranularityDescription",
        "description",
        "id",
        "physicalName",
        "physicalType",
        "relationships",
        "tags",
    ];
    let mut fields = node.map(out)?;
    let name = fields.required("name", out).and_then(|node| reading::text(node, out));
    if let Some(node) = fields.optional("logicalType") {
        word(node, &[("object", ())], out);
    }
    for key in LET_BE {
        fields.optional(key);
    }
    let mut custom = Custom::read(fields.optional("customProperties"), out);
    let defaults = defaults.clone().with(&mut custom, out);
    custom.finish(out);
    let completeness = fields
        .optional("quality")
        .and_then(|node| quality::completeness(node, defaults.on_failure, out));
    let properties = fields.optional("properties");
    let read = properties.map(|node| property::all(node, &defaults, out)).unwrap_or_default();
    fields.finish(out);
    Some(Object {
        name: name?,
        kinds: defaults.kinds,
        fields: read,
        unknown: defaults.unknown,
        free_of_personal_data: defaults.free_personal_data,
        completeness,
    })
}

/// `freshness` or `latency`: how old a signal may be when it arrives.
fn freshness(node: &Node, out: &mut Diagnostics) -> Option<Span> {
    const LET_BE: [&str; 7] =
        ["description", "driver", "element", "id", "schedule", "scheduler", "valueExt"];
    let mut freshness = None;
    for entry in node.list(out).unwrap_or_default() {
        let Some(mut fields) = entry.map(out) else { continue };
        let property = fields.required("property", out).and_then(|node| node.text(out));
        let value = fields.optional("value");
        let unit = fields.optional("unit");
        for key in LET_BE {
            fields.optional(key);
        }
        fields.finish(out);
        if matches!(property, Some("freshness" | "latency")) {
            freshness = age(entry, value, unit, out).or(freshness);
        }
    }
    freshness
}

fn age(
    entry: &Node,
    value: Option<&Node>,
    unit: Option<&Node>,
    out: &mut Diagnostics,
) -> Option<Span> {
    const UNITS: [(&str, i64); 22] = [
        ("s", 1),
        ("sec", 1),
        ("second", 1),
        ("seconds", 1),
        ("m", 60),
        ("min", 60),
        ("minute", 60),
        ("minutes", 60),
        ("h", 3_600),
        ("hr", 3_600),
        ("hour", 3_600),
        ("hours", 3_600),
        ("d", 86_400),
        ("day", 86_400),
        ("days", 86_400),
        ("w", 604_800),
        ("week", 604_800),
        ("weeks", 604_800),
        ("y", 31_556_952),
        ("yr", 31_556_952),
        ("year", 31_556_952),
        ("years", 31_556_952),
    ];
    let (Some(value), Some(unit)) = (value, unit) else {
        let says = "an age needs a `value` and a `unit`";
        out.push(Diagnostic::error("missing-key", entry.span, says));
        return None;
    };
    let seconds = word_plain(unit, &UNITS, out)?;
    let count = value.integer(out)?;
    if !(1..=100_000).contains(&count) {
        let says = "an age is from 1 to 100,000 of its unit";
        out.push(Diagnostic::error("duration-range", value.span, says));
        return None;
    }
    Some(Span::seconds(count * seconds))
}

/// Like [`word`], for words as short as `y`, which a text may not be.
fn word_plain(node: &Node, known: &[(&'static str, i64)], out: &mut Diagnostics) -> Option<i64> {
    let text = node.word(out)?;
    let found = known.iter().find(|(name, _)| *name == text);
    if found.is_none() {
        let says = "this unit is not known here";
        let help = "units are s, m, h, d, w and y";
        out.push(Diagnostic::error("unknown-word", node.span, says).help(help));
    }
    found.map(|(_, value)| *value)
}

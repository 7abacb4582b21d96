//! Reading the properties of an object: the fields of a contract.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;
use notation::{Diagnostic, Diagnostics, Fields, Node};
use rust_decimal::Decimal;

use super::allowed_values::{pattern, value, values};
use super::bounds::{self, Bounds, PointInTime};
use super::custom::{Custom, word};
use super::field::{Field, Format, Kind, Zone};
use super::{OnFailure, Repair, Unknown, quality};
use crate::reading;

/// Fields of one object.
const FIELDS_MAX: usize = 2_000;
/// What a field's name can begin with to be about the person or the account. Written as an object
/// with properties, each of these is a group of fields.
const GROUPS: [&str; 4] = ["person", "account", "consent", "subject"];
/// Keys of the standard that say nothing about one value.
const LET_BE: [&str; 18] = [
    "authoritativeDefinitions",
    "businessName",
    "criticalDataElement",
    "description",
    "encryptedName",
    "examples",
    "id",
    "partitionKeyPosition",
    "partitioned",
    "physicalName",
    "physicalType",
    "primaryKey",
    "primaryKeyPosition",
    "relationships",
    "tags",
    "transformDescription",
    "transformLogic",
    "transformSourceObjects",
];

/// What a contract or an object says for everything below it.
#[derive(Clone, Default)]
pub(super) struct Defaults {
    pub(super) kinds: Vec<String>,
    pub(super) on_failure: OnFailure,
    pub(super) unknown: Unknown,
    pub(super) free_personal_data: bool,
    pub(super) personal_data: Option<bool>,
}

impl Defaults {
    /// The same with what is said here.
    pub(super) fn with(mut self, custom: &mut Custom<'_>, out: &mut Diagnostics) -> Self {
        self.kinds = custom.texts("batonKinds", out).unwrap_or(self.kinds);
        self.on_failure = custom.on_failure("batonOnFailure", out).unwrap_or(self.on_failure);
        self.unknown = custom.unknown(out).unwrap_or(self.unknown);
        self.free_personal_data = custom.free_personal_data(out).unwrap_or(self.free_personal_data);
        self.personal_data = custom.boolean("batonPersonalData", out).or(self.personal_data);
        self
    }
}

/// Reads all properties, in the order of their names.
pub(super) fn all(node: &Node, defaults: &Defaults, out: &mut Diagnostics) -> Vec<Field> {
    let mut fields: Vec<(Field, &Node)> = Vec::new();
    for node in node.list(out).unwrap_or_default() {
        let Some(field) = property(node, defaults, true, out) else { continue };
        let is_group = GROUPS.contains(&field.name.as_str());
        if let Kind::Record { fields: inner, .. } = &field.kind
            && is_group
            && !inner.is_empty()
        {
            fields.extend(inner.iter().map(|inner| {
                let name = format!("{}.{}", field.name, inner.name);
                (Field { name, ..inner.clone() }, node)
            }));
        } else {
            fields.push((field, node));
        }
        if fields.len() > FIELDS_MAX {
            let says = format!("an object has at most {FIELDS_MAX} fields");
            out.push(Diagnostic::error("list-too-long", node.span, says));
            return Vec::new();
        }
    }
    fields.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    for pair in fields.windows(2) {
        if pair[0].0.name == pair[1].0.name {
            let says = "two properties have one name";
            out.push(Diagnostic::error("field-twice", pair[1].1.span, says));
        }
    }
    fields.into_iter().map(|(field, _)| field).collect()
}

fn property(node: &Node, defaults: &Defaults, named: bool, out: &mut Diagnostics) -> Option<Field> {
    let mut fields = node.map(out)?;
    let name = if named { fields.required("name", out) } else { fields.optional("name") };
    let name = name.and_then(|node| node.text(out)).unwrap_or_default().to_owned();
    for key in LET_BE {
        fields.optional(key);
    }
    let required = fields.optional("required").and_then(|node| node.boolean(out));
    fields.optional("unique");
    let classification = fields.optional("classification").and_then(|node| node.word(out));
    let mut custom = Custom::read(fields.optional("customProperties"), out);
    let kind = kind(&mut fields, &mut custom, defaults, out);
    let mut field = Field {
        name,
        required: required.unwrap_or(false),
        prohibited: custom.boolean("batonProhibited", out).unwrap_or(false),
        values: custom.take("batonValues").map(|node| values(node, &kind, out)).unwrap_or_default(),
        missing: custom.texts("batonMissing", out).unwrap_or_default(),
        repairs: repairs(&mut custom, out),
        default: custom.take("batonDefault").and_then(|node| value(node, &kind, out)),
        on_failure: custom.on_failure("batonOnFailure", out).unwrap_or(defaults.on_failure),
        free_of_personal_data: custom.boolean("batonPersonalData", out).or(defaults.personal_data)
            == Some(false),
        classification: classification.map(str::to_owned),
        purposes: custom.texts("batonPurposes", out).unwrap_or_default(),
        kind,
    };
    custom.finish(out);
    if let Some(node) = fields.optional("quality") {
        quality::of_field(node, &mut field, out);
    }
    if field.required && field.prohibited {
        let says = "a field cannot be required and prohibited";
        out.push(Diagnostic::error("contract-crossed", fields.span(), says));
    }
    fields.finish(out);
    Some(field)
}

/// Reads `logicalType`, its options, and what they are about.
fn kind(
    fields: &mut Fields<'_>,
    custom: &mut Custom<'_>,
    defaults: &Defaults,
    out: &mut Diagnostics,
) -> Kind {
    const NAMES: [(&str, Logical); 9] = [
        ("string", Logical::String),
        ("date", Logical::Date),
        ("timestamp", Logical::Timestamp),
        ("time", Logical::Time),
        ("number", Logical::Number),
        ("integer", Logical::Integer),
        ("object", Logical::Object),
        ("array", Logical::Array),
        ("boolean", Logical::Boolean),
    ];
    let named = fields.optional("logicalType");
    let logical = named.and_then(|node| word(node, &NAMES, out));
    // What a type that is not known would have for options nobody can say.
    let is_known = logical.is_some() || named.is_none();
    let options = fields.optional("logicalTypeOptions").filter(|_| is_known);
    let money = custom.take("batonType").and_then(|node| word(node, &[("money", ())], out));
    let currencies = custom.texts("batonCurrencies", out).unwrap_or_default();
    let properties = fields.optional("properties");
    let items = fields.optional("items");
    let mut options = options.and_then(|node| node.map(out));
    let read = &mut Options { fields: options.as_mut(), out };
    let kind = match logical {
        _ if money.is_some() => Kind::Money { bounds: read.decimals(), currencies },
        None => Kind::Any,
        Some(Logical::Boolean) => Kind::Boolean,
        Some(Logical::String) => Kind::Text {
            length: read.counts("minLength", "maxLength"),
            pattern: read.take("pattern").and_then(|node| pattern(node, read.out)),
            format: read.format(),
        },
        Some(Logical::Integer) => read.integer(),
        Some(Logical::Number) => {
            read.take("format");
            Kind::Number { whole: false, bounds: read.decimals(), multiple_of: read.multiple_of() }
        }
        Some(Logical::Date) => Kind::Date(read.bounds(bounds::date, "as in \"2026-12-24\"")),
        Some(Logical::Timestamp) => read.timestamp(),
        Some(Logical::Time) => {
            for key in ["timezone", "defaultTimezone"] {
                read.take(key);
            }
            Kind::Time(read.bounds(bounds::time, "as in \"10:00:00\""))
        }
        Some(Logical::Array) => Kind::List {
            length: read.counts("minItems", "maxItems"),
            unique: read.boolean("uniqueItems").unwrap_or(false),
            items: items.and_then(|node| property(node, defaults, false, read.out)).map(Box::new),
        },
        Some(Logical::Object) => read.record(properties, defaults),
    };
    if let Some(options) = options {
        options.finish(out);
    }
    kind
}

/// The standard's types.
#[derive(Clone, Copy)]
enum Logical {
    String,
    Date,
    Timestamp,
    Time,
    Number,
    Integer,
    Object,
    Array,
    Boolean,
}

/// `logicalTypeOptions`, which may not be there.
struct Options<'a, 'n, 'o> {
    fields: Option<&'a mut Fields<'n>>,
    out: &'o mut Diagnostics,
}

impl<'n> Options<'_, 'n, '_> {
    fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        self.fields.as_mut()?.optional(key)
    }

    fn boolean(&mut self, key: &'static str) -> Option<bool> {
        self.take(key).and_then(|node| node.boolean(self.out))
    }

    /// Two counts, both of which belong to the range.
    fn counts(&mut self, least: &'static str, most: &'static str) -> Bounds<u64> {
        let (least, most) = (self.take(least), self.take(most));
        let mut count = |node: Option<&Node>| {
            let node = node?;
            let count = node.integer(self.out)?;
            let count = u64::try_from(count).ok();
            if count.is_none() {
                let says = "a count is not less than none";
                self.out.push(Diagnostic::error("contract-bound", node.span, says));
            }
            count.map(|count| (count, true))
        };
        let bounds = Bounds { least: count(least), most: count(most) };
        self.refuse_crossed(&bounds, most);
        bounds
    }

    fn decimals(&mut self) -> Bounds<Decimal> {
        self.ends(Node::decimal)
    }

    /// Ends that are written as text.
    fn bounds<T: PartialOrd>(&mut self, read: impl Fn(&str) -> Option<T>, help: &str) -> Bounds<T> {
        self.take("format");
        self.ends(|node, out| {
            let value = read(node.word(out)?);
            if value.is_none() {
                let says = "the bound cannot be read";
                let told = Diagnostic::error("contract-bound", node.span, says);
                out.push(told.help(format!("write it {help}")));
            }
            value
        })
    }

    fn ends<T: PartialOrd>(
        &mut self,
        mut read: impl FnMut(&Node, &mut Diagnostics) -> Option<T>,
    ) -> Bounds<T> {
        let mut last = None;
        let mut end = |options: &mut Self, belongs: &'static str, apart: &'static str| {
            let node = options.take(belongs);
            let other = options.take(apart);
            last = node.or(other).or(last);
            let value = node.and_then(|node| read(node, options.out)).map(|value| (value, true));
            let strict = other.and_then(|node| read(node, options.out)).map(|value| (value, false));
            strict.or(value)
        };
        let least = end(self, "minimum", "exclusiveMinimum");
        let most = end(self, "maximum", "exclusiveMaximum");
        let bounds = Bounds { least, most };
        self.refuse_crossed(&bounds, last);
        bounds
    }

    fn refuse_crossed<T: PartialOrd>(&mut self, bounds: &Bounds<T>, node: Option<&Node>) {
        if bounds.is_crossed()
            && let Some(node) = node
        {
            let says = "no value lies between these bounds";
            let help = "write the smaller one as the minimum";
            self.out.push(Diagnostic::error("contract-crossed", node.span, says).help(help));
        }
    }

    fn multiple_of(&mut self) -> Option<Decimal> {
        let node = self.take("multipleOf")?;
        let of = node.decimal(self.out)?;
        if of <= Decimal::ZERO {
            let says = "`multipleOf` is more than nought";
            self.out.push(Diagnostic::error("contract-bound", node.span, says));
            return None;
        }
        Some(of)
    }

    /// Shapes that the standard names as examples and that have no shape are let be.
    fn format(&mut self) -> Option<Format> {
        let node = self.take("format")?;
        let name = node.text(self.out)?;
        Format::NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    fn integer(&mut self) -> Kind {
        const NAMES: [(&str, (i128, i128)); 10] = [
            ("i8", (-(1 << 7), (1 << 7) - 1)),
            ("i16", (-(1 << 15), (1 << 15) - 1)),
            ("i32", (-(1 << 31), (1 << 31) - 1)),
            ("i64", (-(1 << 63), (1 << 63) - 1)),
            ("i128", (-(1 << 94), 1 << 94)),
            ("u8", (0, (1 << 8) - 1)),
            ("u16", (0, (1 << 16) - 1)),
            ("u32", (0, (1 << 32) - 1)),
            ("u64", (0, (1 << 64) - 1)),
            ("u128", (0, 1 << 94)),
        ];
        let multiple_of = self.multiple_of();
        let mut bounds = self.decimals();
        let width = self.take("format").and_then(|node| word(node, &NAMES, self.out));
        if let Some((least, most)) = width {
            let end = |number: i128| (Decimal::from_i128_with_scale(number, 0), true);
            bounds.least = bounds.least.or(Some(end(least)));
            bounds.most = bounds.most.or(Some(end(most)));
        }
        Kind::Number { whole: true, bounds, multiple_of }
    }

    fn timestamp(&mut self) -> Kind {
        let zoned = self.boolean("timezone").unwrap_or(true);
        let zone = self.take("defaultTimezone").and_then(|node| zone(node, self.out));
        let wall_zone = zone.as_ref().map_or(jiff::tz::TimeZone::UTC, |zone| zone.zone.clone());
        let read = |text: &str| match bounds::told(text)? {
            PointInTime::Moment(moment) => Some(moment),
            PointInTime::Wall(wall) => bounds::in_zone(wall, &wall_zone),
        };
        let loose = |text: &str| {
            let date = || bounds::date(text).map(|date: Date| date.at(0, 0, 0, 0));
            read(text).or_else(|| bounds::in_zone(date()?, &wall_zone))
        };
        let spaced = |text: &str| loose(text).or_else(|| loose(&text.replacen(' ', "T", 1)));
        let bounds = self.bounds(spaced, "as in \"2026-12-24T10:00:00Z\"");
        Kind::Moment { bounds, zoned, zone }
    }

    fn record(&mut self, properties: Option<&'n Node>, defaults: &Defaults) -> Kind {
        let length = self.counts("minProperties", "maxProperties");
        let required = self.take("required").and_then(|node| reading::texts(node, self.out));
        let mut fields: Vec<Field> = Vec::new();
        for node in properties.and_then(|node| node.list(self.out)).unwrap_or_default() {
            fields.extend(property(node, defaults, true, self.out));
        }
        for name in required.unwrap_or_default() {
            match fields.iter_mut().find(|field| field.name == name.value) {
                Some(field) => field.required = true,
                None => fields.push(Field::of(name.value)),
            }
        }
        Kind::Record { length, fields }
    }
}

impl Field {
    /// A field of which nothing is known but that it must be there.
    fn of(name: String) -> Self {
        Self {
            name,
            required: true,
            prohibited: false,
            kind: Kind::Any,
            values: Vec::new(),
            missing: Vec::new(),
            repairs: Vec::new(),
            default: None,
            on_failure: OnFailure::default(),
            free_of_personal_data: false,
            classification: None,
            purposes: Vec::new(),
        }
    }
}

fn zone(node: &Node, out: &mut Diagnostics) -> Option<Zone> {
    let name = node.word(out)?;
    let Ok(zone) = TimeZoneDatabase::bundled().get(name) else {
        let says = format!("there is no time zone `{}`", name.chars().take(40).collect::<String>());
        let help = crate::calendar::zone_help(name);
        out.push(Diagnostic::error("zone-unknown", node.span, says).help(help));
        return None;
    };
    Some(Zone { name: name.to_owned(), zone })
}

fn repairs(custom: &mut Custom<'_>, out: &mut Diagnostics) -> Vec<Repair> {
    let mut repairs = Vec::new();
    let node = custom.take("batonRepair");
    for node in node.and_then(|node| node.list(out)).unwrap_or_default() {
        let known: Vec<(&'static str, usize)> =
            Repair::NAMES.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
        let found = word(node, &known, out);
        repairs.extend(found.map(|at| Repair::NAMES[at].1.clone()));
    }
    let replace = custom.take("batonReplace");
    if let Some(mut fields) = replace.and_then(|node| node.map(out)) {
        let mut others = BTreeMap::new();
        for (key, node) in fields.rest() {
            if let Some(text) = node.text(out) {
                others.insert(key.text.clone(), text.to_owned());
            }
        }
        repairs.push(Repair::Replace(others));
    }
    repairs
}

//! A field of a contract and the rules of its kind.

use std::cmp::Ordering;

use domain::reason::Code;
use domain::{Moment, Value};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use regex::Regex;
use rust_decimal::Decimal;

use super::bounds::{self, Bounds, PointInTime};
use super::repair::{Repair, RepairTarget};
use super::seen::Seen;
use super::{OnFailure, personal};
use crate::canonical::{Canonical, canonical};

/// What a contract says of one field.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// Its name, as in a signal's content: `person.title`, `path`, `subject.email`, `occurred`.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it must not be there.
    pub prohibited: bool,
    /// What it holds, and how.
    pub kind: Kind,
    /// The values it may have; any without.
    pub values: Vec<Value>,
    /// Texts that count as no value at all.
    pub missing: Vec<String>,
    /// What is put right before the rules are asked, in order.
    pub repairs: Vec<Repair>,
    /// What stands in for a missing value.
    pub default: Option<Value>,
    /// What happens where a rule is not met.
    pub on_failure: OnFailure,
    /// Whether it was declared to hold no personal data, which is looked for then.
    pub free_of_personal_data: bool,
    /// How it is classified.
    pub classification: Option<String>,
    /// What it may be used for; what the contract says without.
    pub purposes: Vec<String>,
}

/// What a field holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Kind {
    /// A value of any kind.
    #[default]
    Any,
    /// A text within its bounds.
    Text {
        /// How many characters it may have.
        length: Bounds<u64>,
        /// What it looks like.
        pattern: Option<Pattern>,
        /// A shape by name.
        format: Option<Format>,
    },
    /// A number.
    Number {
        /// Whether it must be whole.
        whole: bool,
        /// From where to where.
        bounds: Bounds<Decimal>,
        /// Of what it must be a multiple.
        multiple_of: Option<Decimal>,
    },
    /// An amount with a currency.
    Money {
        /// From where to where.
        bounds: Bounds<Decimal>,
        /// The currencies it may have; any without.
        currencies: Vec<String>,
    },
    /// `true` or `false`.
    Boolean,
    /// A date.
    Date(Bounds<Date>),
    /// A moment.
    Moment {
        /// From where to where.
        bounds: Bounds<Moment>,
        /// Whether the text must name its zone.
        zoned: bool,
        /// The zone of a text that names none.
        zone: Option<Zone>,
    },
    /// A time of day.
    Time(Bounds<Time>),
    /// Several values.
    List {
        /// How many.
        length: Bounds<u64>,
        /// Whether none may come twice.
        unique: bool,
        /// What each is.
        items: Option<Box<Field>>,
    },
    /// Named values.
    Record {
        /// How many.
        length: Bounds<u64>,
        /// The fields of the record.
        fields: Vec<Field>,
    },
}

/// A regular expression, which takes time in proportion to the text and no more.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As written.
    pub text: String,
    pub(super) regex: Regex,
}

/// A shape of texts that the standard has a name for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// An e-mail address.
    Email,
    /// A UUID.
    Uuid,
    /// An address with a scheme.
    Uri,
    /// A host's name.
    Hostname,
    /// An address of IPv4.
    Ipv4,
    /// An address of IPv6.
    Ipv6,
}

/// A zone of the time-zone database.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its name.
    pub name: String,
    pub(super) zone: TimeZone,
}

impl Field {
    /// Whether what is there counts as no value.
    pub(super) fn is_missing(&self, seen: Seen<'_>) -> bool {
        match seen {
            Seen::Text(text) => self.missing.iter().any(|missing| missing == text),
            Seen::Moment(_) | Seen::Other(_) => false,
        }
    }

    /// The first rule that is not met.
    pub(super) fn unmet(&self, seen: Seen<'_>) -> Option<Code> {
        self.kind.unmet(seen).or_else(|| {
            let listed = self.values.is_empty() || self.values.iter().any(|v| same(v, seen));
            let personal = || self.free_of_personal_data && holds_personal(seen);
            if listed { personal().then_some(Code::PersonalData) } else { Some(Code::FieldValues) }
        })
    }
}

/// Whether a value looks like personal data, in whatever depth.
pub(super) fn holds_personal(seen: Seen<'_>) -> bool {
    match seen {
        Seen::Text(text) => personal::looks_personal(text).is_some(),
        Seen::Other(Value::Integer(number)) => personal::is_card(*number),
        Seen::Other(Value::List(values)) => values.iter().any(|value| holds_personal(value.into())),
        Seen::Other(Value::Record(fields)) => {
            fields.values().any(|value| holds_personal(value.into()))
        }
        Seen::Other(_) | Seen::Moment(_) => false,
    }
}

fn same(value: &Value, seen: Seen<'_>) -> bool {
    match (value, seen) {
        (Value::Text(value), Seen::Text(text)) => value == text,
        (Value::Moment(value), Seen::Moment(moment)) => *value == moment,
        (value, Seen::Other(other)) => match (value.decimal(), other.decimal()) {
            (Some(one), Some(other)) => one == other,
            _ => value == other,
        },
        _ => false,
    }
}

impl Kind {
    /// What a repair has to make of a value for it to fit.
    pub(super) fn repair_target(&self) -> RepairTarget<'_> {
        match self {
            Self::Number { .. } => RepairTarget::Number,
            Self::Moment { zone: Some(zone), .. } => RepairTarget::Moment(&zone.zone),
            Self::Any
            | Self::Text { .. }
            | Self::Money { .. }
            | Self::Boolean
            | Self::Date(_)
            | Self::Moment { zone: None, .. }
            | Self::Time(_)
            | Self::List { .. }
            | Self::Record { .. } => RepairTarget::Other,
        }
    }

    /// The first rule of the kind that is not met.
    fn unmet(&self, seen: Seen<'_>) -> Option<Code> {
        match self {
            Self::Any => None,
            Self::Text { length, pattern, format } => {
                let Seen::Text(text) = seen else { return Some(Code::FieldType) };
                unmet_text(text, length, pattern.as_ref(), *format)
            }
            Self::Number { whole, bounds, multiple_of } => {
                let Seen::Other(value) = seen else { return Some(Code::FieldType) };
                unmet_number(value.decimal(), *whole, bounds, *multiple_of)
            }
            Self::Money { bounds, currencies } => {
                let Seen::Other(Value::Money(money)) = seen else { return Some(Code::FieldType) };
                if !currencies.is_empty() && !currencies.contains(&money.currency) {
                    return Some(Code::FieldValues);
                }
                (!bounds.hold(&money.amount)).then_some(Code::FieldRange)
            }
            Self::Boolean => {
                (!matches!(seen, Seen::Other(Value::Boolean(_)))).then_some(Code::FieldType)
            }
            Self::Date(bounds) => match date_of(seen) {
                Some(date) => (!bounds.hold(&date)).then_some(Code::FieldRange),
                None => Some(Code::FieldType),
            },
            Self::Moment { bounds, zoned, zone } => {
                unmet_moment(seen, bounds, *zoned, zone.as_ref())
            }
            Self::Time(bounds) => {
                let Seen::Text(text) = seen else { return Some(Code::FieldType) };
                let Some(time) = bounds::time(text) else { return Some(Code::FieldType) };
                (!bounds.hold(&time)).then_some(Code::FieldRange)
            }
            Self::List { length, unique, items } => {
                let Seen::Other(Value::List(values)) = seen else { return Some(Code::FieldType) };
                unmet_list(values, length, *unique, items.as_deref())
            }
            Self::Record { length, fields } => {
                let Seen::Other(Value::Record(values)) = seen else { return Some(Code::FieldType) };
                if !length.hold(&(values.len() as u64)) {
                    return Some(Code::FieldLength);
                }
                fields.iter().find_map(|field| unmet_inside(field, values.get(&field.name)))
            }
        }
    }
}

fn unmet_inside(field: &Field, value: Option<&Value>) -> Option<Code> {
    match value.map(Seen::from).filter(|seen| !field.is_missing(*seen)) {
        None => field.required.then_some(Code::FieldRequired),
        Some(_) if field.prohibited => Some(Code::FieldProhibited),
        Some(seen) => field.unmet(seen),
    }
}

fn unmet_text(
    text: &str,
    length: &Bounds<u64>,
    pattern: Option<&Pattern>,
    format: Option<Format>,
) -> Option<Code> {
    if *length != Bounds::default() && !length.hold(&(text.chars().count() as u64)) {
        return Some(Code::FieldLength);
    }
    let looks = pattern.is_none_or(|pattern| pattern.regex.is_match(text))
        && format.is_none_or(|format| format.holds(text));
    (!looks).then_some(Code::FieldPattern)
}

fn unmet_number(
    number: Option<Decimal>,
    whole: bool,
    bounds: &Bounds<Decimal>,
    multiple_of: Option<Decimal>,
) -> Option<Code> {
    let Some(number) = number.filter(|number| !whole || number.fract().is_zero()) else {
        return Some(Code::FieldType);
    };
    let multiple =
        multiple_of.is_none_or(|of| number.checked_rem(of).is_some_and(|rest| rest.is_zero()));
    (!bounds.hold(&number) || !multiple).then_some(Code::FieldRange)
}

fn date_of(seen: Seen<'_>) -> Option<Date> {
    match seen {
        Seen::Text(text) => bounds::date(text),
        Seen::Moment(moment) => Some(crate::columns::utc_date(moment)),
        Seen::Other(_) => None,
    }
}

fn unmet_moment(
    seen: Seen<'_>,
    bounds: &Bounds<Moment>,
    zoned: bool,
    zone: Option<&Zone>,
) -> Option<Code> {
    let moment = match seen {
        Seen::Moment(moment) => moment,
        Seen::Text(text) => match bounds::told(text) {
            Some(PointInTime::Moment(moment)) => moment,
            Some(PointInTime::Wall(_)) if zoned && zone.is_none() => return Some(Code::NoTimeZone),
            Some(PointInTime::Wall(wall)) => {
                let utc = TimeZone::UTC;
                let zone = zone.map_or(&utc, |zone| &zone.zone);
                let Some(moment) = bounds::in_zone(wall, zone) else {
                    return Some(Code::FieldType);
                };
                moment
            }
            None => return Some(Code::FieldType),
        },
        Seen::Other(_) => return Some(Code::FieldType),
    };
    (!bounds.hold(&moment)).then_some(Code::FieldRange)
}

fn unmet_list(
    values: &[Value],
    length: &Bounds<u64>,
    unique: bool,
    items: Option<&Field>,
) -> Option<Code> {
    if !length.hold(&(values.len() as u64)) {
        return Some(Code::FieldLength);
    }
    if unique && has_twice(values) {
        return Some(Code::FieldValues);
    }
    items.and_then(|field| values.iter().find_map(|value| field.unmet(value.into())))
}

fn has_twice(values: &[Value]) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    values.iter().any(|value| {
        let mut bytes = Vec::new();
        value.canonical(&mut bytes);
        !seen.insert(bytes)
    })
}

impl Format {
    pub(super) const NAMES: [(&'static str, Self); 6] = [
        ("email", Self::Email),
        ("uuid", Self::Uuid),
        ("uri", Self::Uri),
        ("hostname", Self::Hostname),
        ("ipv4", Self::Ipv4),
        ("ipv6", Self::Ipv6),
    ];

    /// Whether a text has the shape. Shapes are those of everyday use, not of every RFC.
    fn holds(self, text: &str) -> bool {
        match self {
            Self::Email => text.rsplit_once('@').is_some_and(|(local, host)| {
                (1..=64).contains(&local.len())
                    && host.contains('.')
                    && is_host(host)
                    && !local.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@')
            }),
            Self::Uuid => {
                text.len() == 36
                    && text.bytes().enumerate().all(|(at, byte)| match at {
                        8 | 13 | 18 | 23 => byte == b'-',
                        _ => byte.is_ascii_hexdigit(),
                    })
            }
            Self::Uri => text.split_once(':').is_some_and(|(scheme, rest)| {
                scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                    && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
                    && !rest.is_empty()
                    && !rest.chars().any(|c| c.is_whitespace() || c.is_control())
            }),
            Self::Hostname => is_host(text),
            Self::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
        }
    }
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text.cmp(&other.text) == Ordering::Equal
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

canonical!(Field {
    name,
    required,
    prohibited,
    kind,
    values,
    missing,
    repairs,
    default,
    on_failure,
    free_of_personal_data,
    classification,
    purposes,
});
canonical!(Pattern { text });
canonical!(Zone { name });

impl Canonical for Format {
    fn canonical(&self, out: &mut Vec<u8>) {
        let name = Self::NAMES.iter().find(|(_, format)| format == self).map(|(name, _)| *name);
        name.canonical(out);
    }
}

impl Canonical for Kind {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Any => 0_u8.canonical(out),
            Self::Text { length, pattern, format } => {
                (1_u8, length).canonical(out);
                (pattern, format).canonical(out);
            }
            Self::Number { whole, bounds, multiple_of } => {
                (2_u8, *whole).canonical(out);
                (bounds, multiple_of).canonical(out);
            }
            Self::Money { bounds, currencies } => (3_u8, (bounds, currencies)).canonical(out),
            Self::Boolean => 4_u8.canonical(out),
            Self::Date(bounds) => (5_u8, bounds).canonical(out),
            Self::Moment { bounds, zoned, zone } => {
                (6_u8, bounds).canonical(out);
                (*zoned, zone).canonical(out);
            }
            Self::Time(bounds) => (7_u8, bounds).canonical(out),
            Self::List { length, unique, items } => {
                (8_u8, length).canonical(out);
                (*unique, items).canonical(out);
            }
            Self::Record { length, fields } => (9_u8, (length, fields)).canonical(out),
        }
    }
}

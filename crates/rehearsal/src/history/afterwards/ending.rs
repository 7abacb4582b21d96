//! How a lead ended, as far as one row says: which columns say it, and which of them counts.
//!
//! A stage or a status says how a deal ended. A flag such as `converted` says less: in many CRMs a
//! lead is converted into a deal that is lost afterwards.

use domain::{Fields, Moment, Value};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// How a lead ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ending {
    /// Somebody did not buy.
    Lost,
    /// Somebody bought.
    Won,
}

/// How much it counts what a row says, from little to most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Weight {
    /// A date of being won or lost stands there.
    Date,
    /// A column says whether it was converted.
    Converted,
    /// A column says whether it was won, or whether it was lost.
    Flag,
    /// Another column says won or lost.
    OtherText,
    /// A stage, a status or a result says won or lost.
    Stage,
    /// The row itself is of a deal that was won or lost.
    Kind,
}

/// Columns that say how it stands, in the order in which they are asked.
const STAGES: &[&str] = &[
    "stage",
    "stage_name",
    "deal_stage",
    "opportunity_stage",
    "sales_stage",
    "pipeline_stage",
    "status",
    "deal_status",
    "opportunity_status",
    "lead_status",
    "outcome",
    "result",
    "deal_result",
    "disposition",
];
/// Columns that say with yes or no whether it was won.
const WON: &[&str] = &["won", "is_won", "closed_won", "is_closed_won"];
/// Columns that say with yes or no whether it was lost.
const LOST: &[&str] = &["lost", "is_lost", "closed_lost", "is_closed_lost"];
/// Columns that say with yes or no whether a lead was converted.
const CONVERTED: &[&str] = &["converted", "is_converted"];
/// Columns that say with yes or no whether it is over.
const CLOSED: &[&str] = &["is_closed", "closed"];
/// Columns that say when it was won.
const WON_AT: &[&str] = &["won_date", "won_at", "won_on", "won_time"];
/// Columns that say when it was lost.
const LOST_AT: &[&str] = &["lost_date", "lost_at", "lost_on", "lost_time"];
/// Columns that say when it ended.
const CLOSED_AT: &[&str] = &[
    "close_date",
    "closed_date",
    "closing_date",
    "closed",
    "closed_at",
    "closed_on",
    "close_time",
    "end_date",
];
/// Columns that say who had it, in the order in which they are asked.
const WHO: &[&str] = &[
    "owner",
    "owner_id",
    "sales_agent",
    "sales_rep",
    "sales_owner",
    "account_executive",
    "agent",
    "assigned_to",
    "salesperson",
    "lead_owner",
    "contact_owner",
    "deal_owner",
    "opportunity_owner",
    "rep",
    "sr_id",
];

/// Every column that is recognised, by what it says, in the order in which columns count.
pub const RECOGNISED: &[(&str, &[&str])] = &[
    ("how it stands", STAGES),
    ("won: yes or no", WON),
    ("lost: yes or no", LOST),
    ("converted: yes or no", CONVERTED),
    ("over: yes or no", CLOSED),
    ("when it was won", WON_AT),
    ("when it was lost", LOST_AT),
    ("when it ended", CLOSED_AT),
    ("who had it", WHO),
];

/// How it ended, and how much that counts: what the kind of the row and its columns say.
pub(super) fn ending(kind: &str, outcome: &Fields) -> Option<(Ending, Weight)> {
    match kind.rsplit('.').next() {
        Some("won") => return Some((Ending::Won, Weight::Kind)),
        Some("lost") => return Some((Ending::Lost, Weight::Kind)),
        _ => {}
    }
    let stages = || columns(outcome, STAGES).filter_map(Value::text);
    if let Some(ending) = stages().find_map(said) {
        return Some((ending, Weight::Stage));
    }
    if let Some(ending) = outcome.values().filter_map(Value::text).find_map(said) {
        return Some((ending, Weight::OtherText));
    }
    let flag = |names| columns(outcome, names).find_map(yes_or_no);
    // A deal that is on its way is not lost because it is not won yet.
    let on_its_way = flag(CLOSED) == Some(false) || stages().any(is_on_its_way);
    let ending = match (flag(WON), flag(LOST), flag(CONVERTED)) {
        (Some(true), _, _) => Some((Ending::Won, Weight::Flag)),
        (_, Some(true), _) => Some((Ending::Lost, Weight::Flag)),
        _ if on_its_way => return None,
        (Some(false), _, _) => Some((Ending::Lost, Weight::Flag)),
        (None, _, Some(true)) => Some((Ending::Won, Weight::Converted)),
        (None, _, Some(false)) => Some((Ending::Lost, Weight::Converted)),
        (None, _, None) => None,
    };
    ending.or_else(|| by_date(outcome))
}

/// When it ended: a column of that ending, or one of any.
pub(super) fn ended_at(ending: Option<Ending>, outcome: &Fields) -> Option<Moment> {
    let of_it = match ending {
        Some(Ending::Won) => WON_AT,
        Some(Ending::Lost) => LOST_AT,
        None => &[],
    };
    let moment_in = |names| columns(outcome, names).find_map(moment);
    moment_in(of_it).or_else(|| moment_in(CLOSED_AT))
}

/// Who had it.
pub(super) fn who(outcome: &Fields) -> Option<String> {
    columns(outcome, WHO).map(Value::to_string).find(|who| !who.trim().is_empty())
}

/// A date of being won says that it was, and so with lost; of both the later.
fn by_date(outcome: &Fields) -> Option<(Ending, Weight)> {
    let latest = |names| columns(outcome, names).filter_map(moment).max();
    let ended = [(latest(LOST_AT), Ending::Lost), (latest(WON_AT), Ending::Won)];
    let known = ended.into_iter().filter_map(|(at, ending)| Some((at?, ending)));
    known.max().map(|(_, ending)| (ending, Weight::Date))
}

/// The values of these columns that are there, in the order of the names.
fn columns<'a>(outcome: &'a Fields, names: &'a [&str]) -> impl Iterator<Item = &'a Value> {
    names.iter().flat_map(|name| {
        outcome.iter().filter(|(column, _)| is_column(column, name)).map(|(_, value)| value)
    })
}

/// Whether a column has that name, however people write it: `StageName`, `Stage name`, `deal.stage`.
fn is_column(column: &str, name: &str) -> bool {
    let last = column.rsplit('.').next().unwrap_or(column);
    let written = last.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    written.eq(name.chars().filter(|c| *c != '_'))
}

fn said(text: &str) -> Option<Ending> {
    let words: Vec<String> = words(text).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["won" | "win" | "closedwon"] | ["deal", "won"] | ["closed", "won", ..] => {
            Some(Ending::Won)
        }
        ["lost" | "loss" | "closedlost"] | ["deal", "lost"] | ["closed", "lost", ..] => {
            Some(Ending::Lost)
        }
        _ => None,
    }
}

/// Whether a stage says neither that it is over nor that the lead became something else.
fn is_on_its_way(text: &str) -> bool {
    let mut some = false;
    let over = words(text).any(|word| {
        some = true;
        ["close", "convert", "disqual", "unqual"].iter().any(|over| word.starts_with(over))
    });
    some && !over
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn yes_or_no(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(yes) => Some(*yes),
        Value::Integer(number) => match number {
            1 => Some(true),
            0 => Some(false),
            _ => None,
        },
        Value::Text(text) => match text.trim().to_lowercase().as_str() {
            "yes" | "y" | "true" | "1" => Some(true),
            "no" | "n" | "false" | "0" => Some(false),
            _ => None,
        },
        Value::Decimal(_)
        | Value::Moment(_)
        | Value::Money(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}

fn moment(value: &Value) -> Option<Moment> {
    match value {
        Value::Moment(moment) => Some(*moment),
        Value::Text(text) => {
            let text = text.trim();
            let day = || text.get(..10)?.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok();
            text.parse().ok().or_else(|| day().map(|day| Moment::from_timestamp(day.timestamp())))
        }
        Value::Boolean(_)
        | Value::Integer(_)
        | Value::Decimal(_)
        | Value::Money(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}

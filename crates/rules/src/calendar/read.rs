//! Reading `calendars/NAME.yaml`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use notation::{Diagnostic, Diagnostics, FileId, Node, Sources, Span, nearest};

use super::weekdays::{DAYS, days};
use super::{Block, Calendar, CalendarError, Hours, ics};
use crate::reading;

/// Abbreviations that are no names of zones, and a place of each.
const ABBREVIATED: [(&str, &str); 14] = [
    ("BST", "Europe/London"),
    ("WEST", "Europe/Lisbon"),
    ("CEST", "Europe/Berlin"),
    ("EEST", "Europe/Helsinki"),
    ("IST", "Asia/Kolkata"),
    ("SGT", "Asia/Singapore"),
    ("JST", "Asia/Tokyo"),
    ("AEST", "Australia/Sydney"),
    ("EDT", "America/New_York"),
    ("CDT", "America/Chicago"),
    ("CST", "America/Chicago"),
    ("MDT", "America/Denver"),
    ("PDT", "America/Los_Angeles"),
    ("PST", "America/Los_Angeles"),
];
/// A place for each offset, in whole hours of its winter.
const OFFSETS: [(i32, &str); 18] = [
    (-10, "Pacific/Honolulu"),
    (-9, "America/Anchorage"),
    (-8, "America/Los_Angeles"),
    (-7, "America/Denver"),
    (-6, "America/Chicago"),
    (-5, "America/New_York"),
    (-4, "America/Halifax"),
    (-3, "America/Sao_Paulo"),
    (0, "Europe/London"),
    (1, "Europe/Berlin"),
    (2, "Europe/Helsinki"),
    (3, "Europe/Istanbul"),
    (4, "Asia/Dubai"),
    (5, "Asia/Kolkata"),
    (7, "Asia/Bangkok"),
    (8, "Asia/Singapore"),
    (9, "Asia/Tokyo"),
    (10, "Australia/Sydney"),
];

/// Reads a calendar. Its name is that of its file; `holidays_ics` names a file beside it.
pub fn parse(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Calendar> {
    let before = out.errors();
    let document = notation::parse(sources, file, out)?;
    let mut fields = document.map(out)?;
    let zone = fields.required("zone", out);
    let week_node = fields.required("week", out);
    let week = week_node.and_then(|node| week(node, out)).unwrap_or_default();
    let mut holidays: BTreeSet<Date> =
        fields.optional("holidays").and_then(|node| holidays(node, out)).unwrap_or_default();
    if let Some(node) = fields.optional("holidays_ics") {
        holidays.extend(holidays_ics(sources, file, node, out));
    }
    let hours_on =
        fields.optional("hours_on").and_then(|node| hours_on(node, out)).unwrap_or_default();
    fields.finish(out);
    let zone_name = zone.and_then(|node| node.word(out));
    if out.errors() > before {
        return None;
    }
    let hours = Hours { week, holidays, hours_on };
    let week_span = week_node.map_or(document.span, |node| node.span);
    let zone_span = zone.map_or(document.span, |node| node.span);
    match Calendar::new(stem(sources.name(file)), zone_name?, hours) {
        Ok(calendar) => Some(calendar),
        Err(error) => {
            out.push(refused(&error, week_span, zone_span));
            None
        }
    }
}

/// What to write instead of a zone that is not there.
pub(crate) fn zone_help(name: &str) -> String {
    if let Some(place) = zone_of(name) {
        return format!("write the name of a place, which knows its summer time, as in `{place}`");
    }
    let zones = jiff::tz::TimeZoneDatabase::bundled();
    let names: Vec<String> = zones.available().map(|zone| zone.to_string()).collect();
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write a name of the time-zone database, as in `Europe/Berlin`".to_owned(),
    }
}

/// A zone that whoever wrote an offset or an abbreviation may have meant: `GMT+2`, `+02:00`, `CEST`.
fn zone_of(name: &str) -> Option<&'static str> {
    let name = name.trim().to_ascii_uppercase();
    let abbreviated = ABBREVIATED.iter().find(|(short, _)| *short == name);
    if let Some((_, place)) = abbreviated {
        return Some(place);
    }
    let begins = ["UTC", "GMT", "CET", "EET", "WET", "EST", "MST", "Z", ""];
    let offset = begins.iter().find_map(|begin| {
        name.strip_prefix(begin).map(str::trim_start).filter(|rest| rest.starts_with(['+', '-']))
    })?;
    let (hours, minutes) = offset[1..].trim().split_once(':').unwrap_or((offset[1..].trim(), "0"));
    let number = |text: &str| text.parse::<i32>().ok().filter(|_| text.len() <= 2);
    let (hours, _) = (number(hours)?, number(minutes)?);
    let hours = if offset.starts_with('-') { -hours } else { hours };
    OFFSETS
        .iter()
        .find(|(of, _)| *of == hours)
        .map_or(Some("Europe/Berlin"), |(_, zone)| Some(zone))
}

fn refused(error: &CalendarError, week: Span, zone: Span) -> Diagnostic {
    let (code, span, help) = match error {
        CalendarError::UnknownZone(name) => {
            let told = Diagnostic::error("zone-unknown", zone, error.to_string());
            return told.help(zone_help(name));
        }
        CalendarError::WithoutWorkingDay => {
            ("calendar-without-working-day", week, "give at least one weekday a block")
        }
        CalendarError::Blocks => ("hours-overlap", week, "let each block end before the next"),
    };
    Diagnostic::error(code, span, error.to_string()).help(help)
}

/// `calendars/berlin.yaml` is `berlin`.
fn stem(name: &str) -> &str {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.rsplit_once('.').map_or(base, |(stem, _)| stem)
}

fn week(node: &Node, out: &mut Diagnostics) -> Option<[Vec<Block>; 7]> {
    let mut fields = node.map(out)?;
    let mut week: [Option<(Span, Vec<Block>)>; 7] = Default::default();
    let entries = fields.rest();
    let keys: Vec<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
    for (key, node) in entries {
        let blocks = blocks(node, out).unwrap_or_default();
        for day in days(key, &keys, out) {
            if let Some((first, _)) = week[day].replace((key.span, blocks.clone())) {
                let says = format!("`{}` has its hours already", DAYS[day]);
                let help = "name each day once; several blocks of a day stand in one list, as in \
                            `[\"09:00-12:30\", \"13:30-18:00\"]`";
                let told = Diagnostic::error("weekday-twice", key.span, says).help(help);
                out.push(told.elsewhere(first, "it has them here"));
            }
        }
    }
    Some(week.map(|day| day.map(|(_, blocks)| blocks).unwrap_or_default()))
}

fn blocks(node: &Node, out: &mut Diagnostics) -> Option<Vec<Block>> {
    let nodes = node.list(out)?;
    let mut blocks: Vec<Block> = nodes.iter().filter_map(|node| block(node, out)).collect();
    blocks.sort_unstable();
    if blocks.windows(2).any(|pair| pair[0].end > pair[1].start) {
        let says = "two blocks of a day overlap";
        let help = "let each block end before the next one starts";
        out.push(Diagnostic::error("hours-overlap", node.span, says).help(help));
        return None;
    }
    Some(blocks)
}

fn block(node: &Node, out: &mut Diagnostics) -> Option<Block> {
    let word = node.word(out)?;
    let read = word
        .split_once(['-', '–'])
        .and_then(|(start, end)| Some((clock(start.trim())?, clock(end.trim())?)));
    let (says, help) = match read {
        Some((start, end)) if start < end => return Some(Block { start, end }),
        Some((_, 0)) => {
            ("the block ends before it begins".to_owned(), "write midnight at the end as 24:00")
        }
        Some((start, end)) => {
            let when = if start == end { "when" } else { "before" };
            (
                format!("the block `{word}` ends {when} it begins"),
                "exchange the two, or write a night as two blocks, until 24:00 and from 00:00",
            )
        }
        None => ("these are no hours".to_owned(), "write them as in \"09:00-12:30\""),
    };
    out.push(Diagnostic::error("hours-unreadable", node.span, says).help(help));
    None
}

/// `09:00`, `24:00`, in seconds of the day.
fn clock(text: &str) -> Option<u32> {
    let (hour, minute) = reading::clock(text, 1..=2)?;
    let seconds = u32::from(hour) * 3600 + u32::from(minute) * 60;
    (minute < 60 && seconds <= super::DAY_SECONDS).then_some(seconds)
}

fn holidays(node: &Node, out: &mut Diagnostics) -> Option<BTreeSet<Date>> {
    let nodes = node.list(out)?;
    let mut dates = BTreeSet::new();
    for node in nodes {
        let word = node.word(out);
        dates.extend(word.and_then(|word| reading::date(word, node.span, out)));
    }
    Some(dates)
}

fn hours_on(node: &Node, out: &mut Diagnostics) -> Option<BTreeMap<Date, Vec<Block>>> {
    let mut fields = node.map(out)?;
    let mut dates = BTreeMap::new();
    for (key, node) in fields.rest() {
        let date = reading::date(&key.text, key.span, out);
        let blocks = blocks(node, out);
        dates.extend(date.zip(blocks));
    }
    Some(dates)
}

fn holidays_ics(
    sources: &Sources,
    file: FileId,
    node: &Node,
    out: &mut Diagnostics,
) -> BTreeSet<Date> {
    let Some(name) = node.text(out) else { return BTreeSet::new() };
    let folder = sources.name(file).rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let Some(ics) = sources.named(&beside).or_else(|| sources.named(name)) else {
        let says = "the folder has no such file";
        let help = format!("put it at `{beside}`");
        out.push(Diagnostic::error("file-missing", node.span, says).help(help));
        return BTreeSet::new();
    };
    ics::holidays(sources, ics, out)
}

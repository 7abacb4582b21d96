//! Holidays out of an iCalendar file (RFC 5545): the dates of its all-day events, those that come
//! every year included.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Span as Days, ToSpan};
use notation::{Diagnostic, Diagnostics, FileId, Sources, Span};

use super::year;

/// Dates that are taken out of one file.
const DATES_MAX: usize = 50_000;
/// The longest that one event may last, in days.
const EVENT_DAYS_MAX: i32 = 366;

/// What is read of an event.
#[derive(Default)]
struct Event {
    start: Option<Date>,
    end: Option<Date>,
    yearly: Option<Yearly>,
    /// What stands in the way of reading it.
    trouble: Option<&'static str>,
}

/// A rule that repeats an event each year.
#[derive(Clone, Copy)]
struct Yearly {
    every: i16,
    count: usize,
    until: Option<Date>,
}

/// Reads the dates. What is no all-day event is told and left out.
pub(super) fn holidays(sources: &Sources, file: FileId, out: &mut Diagnostics) -> BTreeSet<Date> {
    let mut dates = BTreeSet::new();
    let mut event: Option<Event> = None;
    if !sources.is_text(file) {
        return dates;
    }
    for (line, span) in lines(sources.text(file), file) {
        let (name, value) = line.split_once(':').unwrap_or((line.as_str(), ""));
        let (name, parameters) = name.split_once(';').unwrap_or((name, ""));
        match (name.to_ascii_uppercase().as_str(), event.as_mut()) {
            ("BEGIN", None) if value.eq_ignore_ascii_case("VEVENT") => {
                event = Some(Event::default());
            }
            ("END", Some(_)) if value.eq_ignore_ascii_case("VEVENT") => {
                let event = event.take().unwrap_or_default();
                add(&event, span, &mut dates, out);
            }
            ("DTSTART", Some(event)) => event.start = day(value, parameters, event),
            ("DTEND", Some(event)) => event.end = day(value, parameters, event),
            ("RRULE", Some(event)) => match yearly(value) {
                Some(rule) => event.yearly = Some(rule),
                None => event.trouble = Some("only rules that repeat a date each year are read"),
            },
            ("RDATE" | "EXDATE" | "DURATION", Some(event)) => {
                event.trouble = Some("RDATE, EXDATE and DURATION are not read");
            }
            _ => {}
        }
    }
    if dates.is_empty() {
        let says = "no all-day event is in this file";
        out.push(Diagnostic::error("ics-unreadable", Span::top(file), says));
    }
    dates
}

fn day(value: &str, parameters: &str, event: &mut Event) -> Option<Date> {
    let dated = parameters.to_ascii_uppercase().contains("VALUE=DATE") || value.len() == 8;
    let date = if dated { basic_date(value) } else { None };
    if date.is_none() {
        event.trouble = Some("only events that last whole days are holidays");
    }
    date
}

fn add(event: &Event, span: Span, dates: &mut BTreeSet<Date>, out: &mut Diagnostics) {
    let (Some(start), None) = (event.start, event.trouble) else {
        let why = event.trouble.unwrap_or("the event has no date");
        let says = format!("an event was left out: {why}");
        let help = "write the dates under `holidays`";
        out.push(Diagnostic::warning("ics-unreadable", span, says).help(help));
        return;
    };
    let lasts = event.end.map_or(1, |end| (end - start).get_days()).clamp(1, EVENT_DAYS_MAX);
    let rule = event.yearly.unwrap_or(Yearly { every: 1, count: 1, until: None });
    let mut years = 0_i16;
    for _ in 0..rule.count.min(usize::from(year::LAST_YEAR.unsigned_abs())) {
        let Ok(first) = start.checked_add(Days::new().years(years)) else { return };
        years = years.saturating_add(rule.every);
        if first.year() > year::LAST_YEAR || rule.until.is_some_and(|until| first > until) {
            return;
        }
        // 29 February repeats in leap years alone.
        if first.day() == start.day() {
            dates.extend((0..lasts).filter_map(|day| first.checked_add(day.days()).ok()));
        }
        if dates.len() > DATES_MAX {
            let says = format!("the file has more than {DATES_MAX} dates");
            out.push(Diagnostic::error("ics-unreadable", span, says));
            return;
        }
    }
}

fn yearly(rule: &str) -> Option<Yearly> {
    let mut yearly = Yearly { every: 1, count: usize::MAX, until: None };
    let mut is_yearly = false;
    for part in rule.split(';').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=')?;
        match name {
            "FREQ" => is_yearly = value == "YEARLY",
            "INTERVAL" => yearly.every = value.parse().ok().filter(|every| *every >= 1)?,
            "COUNT" => yearly.count = value.parse().ok()?,
            "UNTIL" => yearly.until = Some(basic_date(value.get(..8)?)?),
            "WKST" => {}
            _ => return None,
        }
    }
    is_yearly.then_some(yearly)
}

/// A date as in `20261225`.
fn basic_date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

/// The lines of a file, those that were folded joined, each with its place.
fn lines(text: &str, file: FileId) -> Vec<(String, Span)> {
    let mut lines: Vec<(String, Span)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let shown = line.trim_end_matches(['\r', '\n']);
        let span = Span::of(file, start..start + shown.len());
        start += line.len();
        match (shown.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((last, _))) => last.push_str(more),
            _ => lines.push((shown.trim_start_matches('\u{feff}').to_owned(), span)),
        }
    }
    lines
}

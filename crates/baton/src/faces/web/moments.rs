//! Moments as people read them beside another one. All of them are in UTC; the exact moment stands on hover.

use domain::{Moment, Span};
use pages::When;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// By the number of days since 1 January 1970, a Thursday.
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
/// Within so many days a weekday says which day it is.
const WEEK: i64 = 6;
const DAY_SECONDS: i64 = 86_400;

/// A moment as short as it can be told at another one: `13:38`, `Thu 09:15`, `12 Nov`, `3 Oct 2025`.
pub(super) fn when(moment: Moment, now: Moment) -> When {
    When { short: short(moment, now), exact: moment.to_string() }
}

/// The same with seconds, for what happens one after another.
pub(super) fn with_seconds(moment: Moment) -> When {
    let at = moment.utc();
    let short = format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second);
    When { short, exact: moment.to_string() }
}

/// A day of the calendar: `12 Nov`, `3 Oct 2025`.
pub(super) fn calendar_day(moment: Moment, now: Moment) -> String {
    let (at, today) = (moment.utc(), now.utc());
    let month = MONTHS[(at.month as usize - 1).min(11)];
    if at.year == today.year {
        format!("{} {month}", at.day)
    } else {
        format!("{} {month} {}", at.day, at.year)
    }
}

fn short(moment: Moment, now: Moment) -> String {
    let at = moment.utc();
    let day = moment.seconds().div_euclid(DAY_SECONDS);
    let apart = day - now.seconds().div_euclid(DAY_SECONDS);
    if apart == 0 {
        return format!("{:02}:{:02}", at.hour, at.minute);
    }
    if apart.abs() <= WEEK {
        let weekday = DAYS[day.rem_euclid(7) as usize];
        return format!("{weekday} {:02}:{:02}", at.hour, at.minute);
    }
    calendar_day(moment, now)
}

/// A day as a form has it: `2026-11-20`.
pub(super) fn day(moment: Moment) -> String {
    let at = moment.utc();
    format!("{:04}-{:02}-{:02}", at.year, at.month, at.day)
}

/// The last moment of a day as a form has it.
pub(super) fn end_of_day(day: &str) -> Option<Moment> {
    let shaped = day.len() == 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let midnight: Moment = shaped.then(|| format!("{day}T00:00:00Z").parse().ok()).flatten()?;
    Some(midnight + Span::days(1) - Span::ms(1))
}

/// How much of a time is left, of how much, in milliseconds.
pub(super) fn left(due: Moment, begun: Moment, now: Moment) -> (i64, i64) {
    ((due - now).as_ms(), (due - begun).as_ms().max(1))
}

#[cfg(test)]
mod tests;

//! An explanation in the voice of the terminal.

use std::fmt::Write as _;

use domain::handoff::{Owner, State};
use domain::reason::Code;
use domain::{Moment, Span};

use super::why::{Earlier, Not, Pool, Route, Why};
use crate::stages::brief::words;

/// How wide a line is at most.
const COLUMNS: usize = 100;
/// Where the text beside a head begins.
const INDENT: usize = 12;
/// Names of candidates are told up to this width.
const NAME_MAX: usize = 24;

/// The explanation as text, at most a hundred columns wide. All times are UTC.
pub fn text(why: &Why<'_>) -> String {
    let mut out = String::with_capacity(1_024);
    headline(&mut out, why);
    because(&mut out, why);
    not(&mut out, why);
    earlier(&mut out, why);
    if let Some(otherwise) = &why.otherwise {
        wrap(&mut out, "  ", "  ", otherwise);
    }
    let strategy = why.strategy.map_or_else(|| "unknown".to_owned(), |known| known.to_string());
    let foot =
        format!("strategy {strategy}, engine {}, known as of {}", why.engine, why.known_as_of);
    wrap(&mut out, "", "", &foot);
    let _ = writeln!(out, "evidence: baton brief {}", why.handoff);
    out
}

fn headline(out: &mut String, why: &Why<'_>) {
    let at = why.assigned.unwrap_or(why.since);
    let mut line = match (why.owner, why.state) {
        (Owner::Person(_), State::Offered) => format!("Offered to {}", why.owner_name),
        (Owner::Person(_), state) => format!("With {}, {state}", why.owner_name),
        (Owner::Queue(_), _) => format!("In the queue {}", why.owner_name),
        (Owner::Engine, State::Held) => "Held by the engine".to_owned(),
        (Owner::Engine, state) => format!("With the engine, {state}"),
    };
    let _ = write!(line, " at {}", full(at));
    if let (Some(after), Some(kind)) = (why.after_ms, why.began_with) {
        let kind = words::label(kind).to_lowercase();
        let _ = write!(line, " ({} after {kind})", length(Span::ms(after)));
    }
    if let Some(accept_by) = why.accept_by {
        let what = if matches!(why.owner, Owner::Queue(_)) { "act by" } else { "accept by" };
        let _ = write!(line, ", {what} {}", near(accept_by, at));
    }
    wrap(out, "", "  ", &line);
}

fn because(out: &mut String, why: &Why<'_>) {
    let mut lines = Vec::new();
    for reason in &why.reasons {
        lines.push(match &reason.name {
            Some(name) => format!("{} ({name})", sentence(reason.code)),
            None => sentence(reason.code).to_owned(),
        });
    }
    if let Some(route) = &why.because {
        let mut line = format!("{} matched", titled("route ", route));
        if !route.looked_at.is_empty() {
            let _ = write!(line, ": {}", route.looked_at.join(", "));
        }
        lines.push(line);
    }
    if let Some(pool) = &why.pool {
        lines.push(pool_line(pool));
    }
    for reason in why.decision.iter().filter(|reason| reason.code == Code::RowMatched) {
        if let Some(name) = &reason.name {
            lines.push(format!("readiness row matched: {name}"));
        }
    }
    heads(out, "because", &lines);
}

fn pool_line(pool: &Pool) -> String {
    let mut line = format!("pool {}", pool.name);
    if let Some(method) = &pool.method {
        let _ =
            write!(line, ", {}", if method == "weighted" { "in turn by weight" } else { method });
    }
    let by_work = pool.method.as_deref() == Some("least open work");
    let Some(code) = pool.code else { return line };
    if let Some(figure) = pool.figure {
        let (claim, most) = if by_work {
            (format!("{figure} open"), "the least")
        } else {
            (format!("owed {}", tenths(figure)), "the most")
        };
        let of = match (pool.most, pool.eligible) {
            (_, 1) => "the only one eligible".to_owned(),
            (true, several) => format!("{most} of {several} eligible"),
            (false, several) => format!("{several} eligible"),
        };
        let _ = write!(line, ": {claim}, {of}");
    }
    if code == Code::TieBreak {
        line.push_str("; the draw of the strategy's seed decided");
    } else if code == Code::Explored {
        line.push_str("; drawn at random to explore");
    }
    line
}

fn not(out: &mut String, why: &Why<'_>) {
    let at = why.assigned.unwrap_or(why.since);
    let widest = why.not.iter().map(|not| not.name.chars().count()).max().unwrap_or(0);
    let column = widest.min(NAME_MAX) + 3;
    for (place, candidate) in why.not.iter().enumerate() {
        let head = if place == 0 { "not" } else { "" };
        let name = words::plain(candidate.name, NAME_MAX);
        let first = format!("  {head:10}{name:column$}");
        let rest = " ".repeat(INDENT + column);
        wrap(out, &first, &rest, &reason_why_not(candidate, at));
    }
}

/// The first reason why not, with what belongs to it.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other codes say it in their own words")]
fn reason_why_not(not: &Not<'_>, at: Moment) -> String {
    let until = |what: &str| match not.until {
        Some(until) => format!("{what} until {}", near(until, at)),
        None => what.to_owned(),
    };
    let cap = |which: &str| match not.figure {
        Some(figure) => format!("{which} cap reached, {figure} of {figure}"),
        None => format!("{which} cap reached"),
    };
    match not.code {
        Code::OwedLess => match not.figure {
            Some(owed) => format!("owed {}", tenths(owed)),
            None => "owed less".to_owned(),
        },
        Code::MoreOpen => match not.figure {
            Some(open) => format!("{open} open"),
            None => "more open work".to_owned(),
        },
        Code::OutsideHours => until("outside hours"),
        Code::OnHoliday => until("on holiday"),
        Code::OnLeave => until("on leave"),
        Code::Paused => until("paused"),
        Code::HourCap => cap("hourly"),
        Code::DayCap => cap("daily"),
        Code::WeekCap => cap("weekly"),
        Code::MonthCap => cap("monthly"),
        Code::OpenCap => cap("open work"),
        Code::NotInTeam => "not in the team".to_owned(),
        Code::OwnerLeft => "has left the team".to_owned(),
        Code::NotYetJoined => until("has not joined yet"),
        Code::HadIt => "had this lead before".to_owned(),
        Code::MemberCondition => "does not meet the pool's condition".to_owned(),
        Code::ConditionUnknown => "the pool's condition asks for something unknown".to_owned(),
        other => sentence(other).to_owned(),
    }
}

fn earlier(out: &mut String, why: &Why<'_>) {
    let mut lines: Vec<String> = why.earlier.iter().map(earlier_line).collect();
    if let Some(nearest) = &why.nearest {
        let mut line = format!("nearest: {}", titled("", nearest));
        if !nearest.looked_at.is_empty() {
            let _ = write!(line, ", {}", nearest.looked_at.join(", "));
        }
        lines.push(line);
    }
    // The nearest one belongs to those that did not match, and stands beside them where it fits.
    if let [first, second] = lines.as_slice() {
        let joined = format!("{first}; {second}");
        if why.nearest.is_some() && INDENT + joined.chars().count() <= COLUMNS {
            lines = vec![joined];
        }
    }
    heads(out, "earlier", &lines);
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other codes say it in their own words")]
fn earlier_line(earlier: &Earlier) -> String {
    let Earlier { first, last, name, code } = earlier;
    let routes = match (last - first, name) {
        (0, Some(name)) => format!("route {first} \"{name}\""),
        (0, None) => format!("route {first}"),
        (1, _) => format!("routes {first} and {last}"),
        _ => format!("routes {first} to {last}"),
    };
    match code {
        Code::RouteUnmatched => format!("{routes} did not match"),
        Code::RouteUnknown => format!("{routes} asked for something unknown"),
        Code::NobodyFound => format!("{routes} named nobody who can be found"),
        Code::AllAway => format!("{routes}: everybody is away"),
        Code::AllCapped => format!("{routes}: everybody has reached a cap"),
        Code::PoolEmpty => format!("{routes}: nobody meets the pool's condition"),
        other => format!("{routes}: {}", sentence(*other)),
    }
}

fn titled(before: &str, route: &Route) -> String {
    match &route.name {
        Some(name) => format!("{before}{} \"{name}\"", route.route),
        None => format!("{before}{}", route.route),
    }
}

/// What a code says, without its full stop.
fn sentence(code: Code) -> &'static str {
    let says = code.says();
    match says.split_at_checked(says.len().saturating_sub(1)) {
        Some((sentence, ".")) => sentence,
        _ => says,
    }
}

fn heads(out: &mut String, head: &str, lines: &[String]) {
    for (at, line) in lines.iter().enumerate() {
        let head = if at == 0 { head } else { "" };
        wrap(out, &format!("  {head:10}"), &" ".repeat(INDENT), line);
    }
}

/// Writes a text behind `first`, and what does not fit behind `rest`.
fn wrap(out: &mut String, first: &str, rest: &str, text: &str) {
    let mut used = first.chars().count();
    out.push_str(first);
    let mut begun = false;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let wide = word.chars().count();
        if begun && used + 1 + wide > COLUMNS {
            out.push('\n');
            out.push_str(rest);
            used = rest.chars().count();
            begun = false;
        }
        if begun {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += wide;
        begun = true;
    }
    out.push('\n');
}

/// `2026-11-20 13:38:03 UTC`.
fn full(moment: Moment) -> String {
    let at = jiff::tz::Offset::UTC.to_datetime(moment.timestamp());
    format!("{} {:02}:{:02}:{:02} UTC", at.date(), at.hour(), at.minute(), at.second())
}

/// A moment as told beside another one: the time on the same day, the weekday within a week.
fn near(moment: Moment, beside: Moment) -> String {
    let at = jiff::tz::Offset::UTC.to_datetime(moment.timestamp());
    let day = jiff::tz::Offset::UTC.to_datetime(beside.timestamp()).date();
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    if at.date() == day {
        return time;
    }
    let days = (moment - beside).0 / Span::DAY.0;
    if (0..6).contains(&days) {
        return format!("{} {time}", weekday(at.date()));
    }
    format!("{} {time}", at.date())
}

fn weekday(date: jiff::civil::Date) -> &'static str {
    match date.weekday() {
        jiff::civil::Weekday::Monday => "Monday",
        jiff::civil::Weekday::Tuesday => "Tuesday",
        jiff::civil::Weekday::Wednesday => "Wednesday",
        jiff::civil::Weekday::Thursday => "Thursday",
        jiff::civil::Weekday::Friday => "Friday",
        jiff::civil::Weekday::Saturday => "Saturday",
        jiff::civil::Weekday::Sunday => "Sunday",
    }
}

/// A length of time with what matters of it: `0.8 s`, `4 min`, `3 h`, `12 days`.
fn length(span: Span) -> String {
    let ms = span.as_ms().max(0);
    match ms {
        0..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..3_600_000 => format!("{} min", ms / 60_000),
        3_600_000..172_800_000 => format!("{} h", ms / 3_600_000),
        _ => format!("{} days", ms / 86_400_000),
    }
}

/// Hundredths of a lead as people say them: one decimal where that is exact.
fn tenths(hundredths: i64) -> String {
    if hundredths % 10 == 0 {
        let sign = if hundredths < 0 { "-" } else { "" };
        let size = hundredths.unsigned_abs();
        return format!("{sign}{}.{}", size / 100, size % 100 / 10);
    }
    words::hundredths(hundredths)
}

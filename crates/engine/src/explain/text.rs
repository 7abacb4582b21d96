//! An explanation in the voice of the terminal.

use std::fmt::Write as _;

use domain::handoff::{Owner, State};
use domain::reason::Code;
use domain::{Moment, Span};

use super::assignment::{AssignmentReason, EarlierRoutes, Pool, RejectedCandidate, Route};
use super::history::{HistoryEntry, says, sentence, spoken};
use super::why::{Fence, Tenure, Why};
use crate::stages::brief::words;

/// How wide a line is at most.
const COLUMNS: usize = 100;
/// Where the text beside a head begins.
const INDENT: usize = 12;
/// Names of candidates are told up to this width.
const NAME_MAX: usize = 24;
/// The kind of the fact that gives it to somebody.
const ASSIGNED: &str = "owner-assigned";
/// What happened while somebody had it before is told up to so many lines, the newest.
const MEANWHILE_MAX: usize = 12;
/// What happened since is told up to so many lines, the newest.
const SINCE_MAX: usize = 24;

/// The explanation as text, at most a hundred columns wide. All times are UTC, and each line has the
/// moment of its own fact where that is not the headline's.
pub fn text(why: &Why<'_>) -> String {
    let mut out = String::with_capacity(1_024);
    headline(&mut out, why);
    heads(&mut out, "state", &state(why));
    heads(&mut out, "because", &because(why));
    not(&mut out, why);
    earlier(&mut out, why);
    if let Some(otherwise) = &why.found.otherwise {
        wrap(&mut out, "  ", "  ", otherwise);
    }
    heads(&mut out, "decided", &decided(why));
    heads(&mut out, "before", &before(why));
    since(&mut out, why);
    heads(&mut out, "said", &said(why));
    foot(&mut out, why);
    out
}

fn foot(out: &mut String, why: &Why<'_>) {
    let version = |known: Option<domain::fact::StrategyVersion>| {
        known.map_or_else(|| "unknown".to_owned(), |known| known.to_string())
    };
    let mut foot = format!("strategy {}", version(why.strategy));
    if why.found_under != why.strategy {
        let _ = write!(foot, ", owner found under {}", version(why.found_under));
    }
    if why.strategy_gone {
        foot.push_str(" (not kept: places stand for names)");
    }
    let _ = write!(foot, ", engine {}, known as of {}", why.engine, why.known_as_of);
    if let Some(touches) = why.touches {
        let _ = write!(foot, ", the newest {} of {} touches", touches.looked_at, touches.of);
    }
    wrap(out, "", "", &foot);
    let _ = writeln!(out, "evidence: baton brief {}", why.handoff);
}

/// The moment that the headline names.
fn began(why: &Why<'_>) -> Moment {
    why.assigned.unwrap_or(why.since)
}

fn headline(out: &mut String, why: &Why<'_>) {
    let at = began(why);
    let mut line = match (why.owner, why.state) {
        (Owner::Person(_), State::Offered) => format!("Offered to {} at", why.owner_name),
        (Owner::Person(_), _) => format!("With {} since", why.owner_name),
        (Owner::Queue(_), _) => format!("In the queue {} at", why.owner_name),
        (Owner::Engine, State::Held) => "Held by the engine at".to_owned(),
        (Owner::Engine, _) => "With the engine since".to_owned(),
    };
    let _ = write!(line, " {}", full(at));
    if let (Some(after), Some(kind)) = (why.after_ms, why.began_with) {
        let kind = words::label(kind).to_lowercase();
        let _ = write!(line, " ({} after {kind})", length(Span::ms(after)));
    }
    let waits = matches!(why.state, State::Offered | State::Queued | State::InReview);
    if let Some(accept_by) = why.accept_by.filter(|_| waits) {
        let what = if matches!(why.owner, Owner::Queue(_)) { "act by" } else { "accept by" };
        let _ = write!(line, ", {what} {}", near(accept_by, at));
    }
    wrap(out, "", "  ", &line);
}

/// Where it is, where the headline does not say so: since when, through whom and why.
fn state(why: &Why<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let in_headline = matches!(
        (why.owner, why.state),
        (Owner::Person(_), State::Offered)
            | (Owner::Queue(_), State::Queued)
            | (Owner::Engine, State::Held)
    );
    if !in_headline {
        let mut line = format!("{} since {}", spoken(why.state), full(why.since));
        if let Some(by) = &why.state_by {
            let _ = write!(line, ", by {by}");
        }
        match faulted(why) {
            Some(failed) => line.push_str(failed),
            None => {
                for (at, reason) in why.reasons.iter().enumerate() {
                    let before = if at == 0 { ":" } else { ";" };
                    let _ = write!(line, "{before} {}", says(reason));
                }
            }
        }
        lines.push(line);
    }
    if why.erased {
        lines
            .push("the person was erased; what they did and said is not known any more".to_owned());
    }
    lines
}

/// What failed, in the words of the delivery's own fact: the state has no more than its step.
fn faulted<'w>(why: &'w Why<'_>) -> Option<&'w str> {
    if why.state != State::Faulted {
        return None;
    }
    let last = why.history.iter().rev().find(|told| told.state == Some(State::Faulted))?;
    last.text.strip_prefix(State::Faulted.as_str())
}

fn because(why: &Why<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if matches!((why.owner, why.state), (Owner::Engine, State::Held)) {
        let of_routes = |code: Code| matches!(code, Code::RouteUnmatched | Code::RouteUnknown);
        let held = why.reasons.iter().filter(|reason| !of_routes(reason.code));
        // The first says why it is held; the others are told with the routes.
        lines.extend(held.take(1).map(says));
    }
    lines.extend(found(&why.found));
    if by_rules(why) {
        lines.extend(rows(why));
        lines.extend(why.fences.iter().map(fence));
    }
    lines
}

/// How an owner was found, a line for each part.
pub fn found(found: &AssignmentReason) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(by) = &found.assigned_by {
        lines.push(format!("{by} assigned it by hand"));
    }
    let asked = |code: Code| code == Code::ManagerAsked;
    for given in &found.given {
        if asked(given.code) && found.assigned_by.is_some() {
            continue;
        }
        lines.push(says(given));
    }
    if let Some(route) = &found.because {
        let mut line = format!("{} matched", titled("route ", route));
        if !route.looked_at.is_empty() {
            let _ = write!(line, ": {}", route.looked_at.join(", "));
        }
        if route.on_claim {
            line.push_str(", by what is only claimed");
        }
        lines.push(line);
    }
    lines.extend(found.pool.as_ref().map(pool_line));
    lines
}

/// Whether the decision led to the present owner by itself: nobody had it before, and no person gave
/// it to them.
fn by_rules(why: &Why<'_>) -> bool {
    why.found.assigned_by.is_none() && why.before.is_empty()
}

/// What was decided, where the owner does not follow from it alone.
fn decided(why: &Why<'_>) -> Vec<String> {
    if by_rules(why) {
        return Vec::new();
    }
    let mut lines = rows(why);
    lines.extend(why.fences.iter().map(fence));
    if let (Some(first), Some(decided)) = (lines.first_mut(), why.decided) {
        *first = format!("{}: {first}", full(decided));
    }
    lines
}

fn rows(why: &Why<'_>) -> Vec<String> {
    let rows = why.decision.iter().filter(|reason| reason.code == Code::RowMatched);
    let named = rows.filter_map(|row| row.name.as_ref());
    named.map(|name| format!("readiness row matched: {name}")).collect()
}

fn fence(fence: &Fence) -> String {
    let mut line = match &fence.says {
        Some(says) => format!("fence {} \"{says}\" fired", fence.fence),
        None => format!("fence {} fired", fence.fence),
    };
    if !fence.looked_at.is_empty() {
        let _ = write!(line, ": {}", fence.looked_at.join(", "));
    }
    line
}

fn pool_line(pool: &Pool) -> String {
    let mut line = format!("pool {}", pool.name);
    if let Some(method) = &pool.method {
        let _ =
            write!(line, ", {}", if method == "weighted" { "in turn by weight" } else { method });
    }
    let by_work = pool.method.as_deref() == Some("least open work");
    if pool.code.is_none() {
        line.push_str(": nobody was chosen");
        return line;
    }
    if let Some(figure) = pool.figure {
        let (claim, most) = if by_work {
            (format!("{figure} open"), "the least")
        } else {
            (format!("owed {}", tenths(figure)), "the most")
        };
        let of = match (pool.most && pool.tie.is_none(), pool.eligible) {
            (_, 1) => "the only one eligible".to_owned(),
            (true, several) => format!("{most} of {several} eligible"),
            (false, several) => format!("{several} eligible"),
        };
        let _ = write!(line, ": {claim}, {of}");
    }
    if let Some(tie) = pool.tie {
        let _ = write!(line, "; {tie}");
    }
    line
}

/// Who had it before, and what happened meanwhile.
fn before(why: &Why<'_>) -> Vec<String> {
    // Behind each owner that it was given to stands what happened until the next.
    let stretches: Vec<_> = why.history.split(|told| told.kind == ASSIGNED).collect();
    let mut lines = Vec::new();
    for (at, had) in why.before.iter().enumerate() {
        lines.push(tenure(had));
        let meanwhile = stretches.get(at + 1).copied().unwrap_or_default();
        // What ended it stands in its own line.
        let told = meanwhile.iter().filter(|told| had.ended.as_ref() != Some(*told));
        let told: Vec<&HistoryEntry<'_>> = told.collect();
        let newest = newest_lines(&told, MEANWHILE_MAX, had.from);
        lines.extend(newest.iter().map(|line| format!("- {line}")));
    }
    lines
}

/// Somebody who had it before.
fn tenure(had: &Tenure<'_>) -> String {
    let (from, until) = (full(had.from), near(had.until, had.from));
    let mut line = format!("{} from {from} to {until}", had.owner_name);
    let how = found(&had.found);
    for (at, how) in how.iter().enumerate() {
        let _ = write!(line, "{} {how}", if at == 0 { ":" } else { ";" });
    }
    if let Some(ended) = &had.ended {
        let _ = write!(line, "; {} at {}", ended.text, near(ended.moment, had.from));
    }
    line
}

/// What happened since the present owner got it.
fn since(out: &mut String, why: &Why<'_>) {
    let at = began(why);
    let later = |told: &&HistoryEntry<'_>| told.moment > at && told.kind != ASSIGNED;
    let told: Vec<&HistoryEntry<'_>> = why.history.iter().filter(later).collect();
    heads(out, "since", &newest_lines(&told, SINCE_MAX, at));
}

/// The newest of what happened, a line each, and how much was before these.
fn newest_lines(told: &[&HistoryEntry<'_>], max: usize, from: Moment) -> Vec<String> {
    let left_out = told.len().saturating_sub(max);
    let first = (left_out > 0).then(|| format!("{left_out} things before these"));
    let line = |told: &&HistoryEntry<'_>| {
        format!("{}: {}", near_with_seconds(told.moment, from), told.text)
    };
    first.into_iter().chain(told[left_out..].iter().map(line)).collect()
}

/// What people said in words, whoever had it then.
fn said(why: &Why<'_>) -> Vec<String> {
    let at = began(why);
    let told = why.history.iter().filter_map(|told| Some((told, told.note.as_deref()?)));
    told.map(|(told, note)| {
        let mut line = format!("{} {}: ", near(told.moment, at), told.text);
        words::quote_all(&mut line, note);
        line
    })
    .collect()
}

fn not(out: &mut String, why: &Why<'_>) {
    let at = began(why);
    let widest = why.found.not.iter().map(|not| not.name.chars().count()).max().unwrap_or(0);
    let column = widest.min(NAME_MAX) + 3;
    for (place, candidate) in why.found.not.iter().enumerate() {
        let head = if place == 0 { "not" } else { "" };
        let name = words::plain(&candidate.name, NAME_MAX);
        let first = format!("  {head:10}{name:column$}");
        let rest = " ".repeat(INDENT + column);
        wrap(out, &first, &rest, &reason_why_not(candidate, at));
    }
}

/// The first reason why not, with what belongs to it, as told at a moment.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other codes say it in their own words")]
pub fn reason_why_not(not: &RejectedCandidate, at: Moment) -> String {
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
        Code::ConditionUnknown if not.looked_at.is_empty() => {
            "the pool's condition asks for something unknown".to_owned()
        }
        Code::ConditionUnknown => {
            format!("the pool's condition cannot be told: {}", not.looked_at.join(", "))
        }
        other => sentence(other).to_owned(),
    }
}

fn earlier(out: &mut String, why: &Why<'_>) {
    let mut lines: Vec<String> = why.found.earlier.iter().map(earlier_line).collect();
    if let Some(nearest) = &why.found.nearest {
        let mut line = format!("nearest: {}", titled("", nearest));
        if !nearest.looked_at.is_empty() {
            let _ = write!(line, ", {}", nearest.looked_at.join(", "));
        }
        lines.push(line);
    }
    // The nearest one belongs to those that did not match, and stands beside them where it fits.
    if let [first, second] = lines.as_slice() {
        let joined = format!("{first}; {second}");
        if why.found.nearest.is_some() && INDENT + joined.chars().count() <= COLUMNS {
            lines = vec![joined];
        }
    }
    heads(out, "earlier", &lines);
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other codes say it in their own words")]
fn earlier_line(earlier: &EarlierRoutes) -> String {
    let EarlierRoutes { first, last, name, code, looked_at } = earlier;
    let routes = match (last - first, name) {
        (0, Some(name)) => format!("route {first} \"{name}\""),
        (0, None) => format!("route {first}"),
        (1, _) => format!("routes {first} and {last}"),
        _ => format!("routes {first} to {last}"),
    };
    match code {
        Code::RouteUnmatched => format!("{routes} did not match"),
        Code::RouteUnknown if looked_at.is_empty() => {
            format!("{routes} asked for something unknown")
        }
        Code::RouteUnknown => {
            format!("{routes} asked for something unknown: {}", looked_at.join(", "))
        }
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

pub(super) fn heads(out: &mut String, head: &str, lines: &[String]) {
    for (at, line) in lines.iter().enumerate() {
        let head = if at == 0 { head } else { "" };
        wrap(out, &format!("  {head:10}"), &" ".repeat(INDENT), line);
    }
}

/// Writes a text behind `first`, and what does not fit behind `rest`.
pub(super) fn wrap(out: &mut String, first: &str, rest: &str, text: &str) {
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
pub(super) fn full(moment: Moment) -> String {
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

/// The same with seconds, for what happened one after another.
fn near_with_seconds(moment: Moment, beside: Moment) -> String {
    let at = jiff::tz::Offset::UTC.to_datetime(moment.timestamp());
    format!("{}:{:02}", near(moment, beside), at.second())
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
